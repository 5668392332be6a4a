"""Who is told, and how: a webhook and e-mail where the environment names them, the log always.

MINSHENG_ALERT_WEBHOOK      address that takes a POST of JSON; its `text` is what chat programs show, as a block of code
MINSHENG_ALERT_SMTP         mail server, host:port; STARTTLS where it offers it
MINSHENG_ALERT_FROM, _TO    addresses; several receivers with a comma between them
MINSHENG_ALERT_USER, _PASSWORD   if the server asks for them; never sent without TLS

A message that cannot be delivered is an error in the log and stops nothing.
"""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from email.message import EmailMessage

from orchestration.desk.markdown import for_chat

#: Seconds that a server has to answer.
TIMEOUT = 10
#: Characters of a message; what is longer is cut, and says so.
LONGEST = 12_000


@dataclass(frozen=True)
class Alert:
    """`event`: run_failed, sources_stale, release_gone or approval_needed; `subject`: one line; `body`: what to know and to do."""

    event: str
    subject: str
    body: str
    run_id: str = ""


def send(alert: Alert, log: Callable[[str], object], environment: Mapping[str, str] = os.environ) -> list[str]:
    """Deliver `alert` by every channel that `environment` names; returns what became of it, a sentence a channel.

    `log` is told the alert and every sentence. Raises nothing: a run does not fail because a mail did.
    """
    log(f"alert {alert.event}: {alert.subject}\n{alert.body}")
    told = []
    for name, variable, deliver in (
        ("webhook", "MINSHENG_ALERT_WEBHOOK", _post),
        ("e-mail", "MINSHENG_ALERT_SMTP", _mail),
    ):
        if environment.get(variable):
            told.append(_tried(name, lambda deliver=deliver: deliver(alert, environment)))
            log(told[-1])
    return told


def is_configured(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether anybody is told but the log."""
    return bool(environment.get("MINSHENG_ALERT_WEBHOOK") or environment.get("MINSHENG_ALERT_SMTP"))


def _tried(name: str, deliver: Callable[[], None], attempts: int = 2) -> str:
    """Delivered, or why not; a server that stumbles once is asked again."""
    for _ in range(attempts):
        try:
            deliver()
            return f"alert by {name}: delivered"
        except (OSError, smtplib.SMTPException, ValueError, KeyError) as error:
            problem = f"{type(error).__name__}: {error}"
    return f"alert by {name}: NOT delivered, {problem}"


def _post(alert: Alert, environment: Mapping[str, str]) -> None:
    address = environment["MINSHENG_ALERT_WEBHOOK"]
    if not address.startswith(("http://", "https://")):
        raise ValueError("MINSHENG_ALERT_WEBHOOK is no http(s) address")
    data = {"text": for_chat(f"{alert.subject}\n{_short(alert.body)}"), **asdict(alert), "body": _short(alert.body)}
    request = urllib.request.Request(
        address,
        data=json.dumps(data, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "minsheng"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT):
        pass


def _mail(alert: Alert, environment: Mapping[str, str]) -> None:
    missing = [name for name in ("MINSHENG_ALERT_FROM", "MINSHENG_ALERT_TO") if not environment.get(name)]
    if missing:
        raise ValueError(f"{' and '.join(missing)} must name an address")
    message = EmailMessage()
    message["From"], message["To"] = environment["MINSHENG_ALERT_FROM"], environment["MINSHENG_ALERT_TO"]
    message["Subject"] = " ".join(alert.subject.split())
    message.set_content(_short(alert.body))
    host, _, port = environment["MINSHENG_ALERT_SMTP"].partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=TIMEOUT) as server:
        server.ehlo()
        secure = server.has_extn("starttls")
        if secure:
            server.starttls(context=ssl.create_default_context())
        if environment.get("MINSHENG_ALERT_USER"):
            if not secure:
                raise ValueError(f"{host} offers no TLS: the password is not sent")
            server.login(environment["MINSHENG_ALERT_USER"], environment.get("MINSHENG_ALERT_PASSWORD", ""))
        server.send_message(message)


def _short(text: str) -> str:
    return (
        text if len(text) <= LONGEST else f"{text[:LONGEST]}\n... ({len(text) - LONGEST:,} more characters in the log)"
    )
