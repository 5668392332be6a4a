"""A message reaches a webhook and a mail server where they are named, and stops nothing where they are not there."""

from __future__ import annotations

import email
import email.policy
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from orchestration.desk.alerts import Alert, send
from tests import sinks
from tests.conftest import SOURCE, Line, command, edit

ALERT = Alert(
    "run_failed",
    "Minsheng: refresh failed (1234)",
    "sources/urban_rural_dibao/table_2.csv, row 2, column 2 (2015): read '7l9.3'; expected a number 城市",
    "1234",
)
ADDRESSES = {"MINSHENG_ALERT_FROM": "minsheng@example.org", "MINSHENG_ALERT_TO": "a@example.org, b@example.org"}


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    """No proxy of this machine stands between."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_a_webhook_gets_the_failing_cell():
    with sinks.webhook() as (address, taken):
        assert send(ALERT, print, {"MINSHENG_ALERT_WEBHOOK": address}) == ["alert by webhook: delivered"]
    (message,) = taken
    assert message["event"] == "run_failed" and message["run_id"] == "1234"
    assert ALERT.subject in message["text"] and ALERT.body in message["text"]


def test_a_mail_gets_the_failing_cell():
    with sinks.mail() as (server, taken):
        assert send(ALERT, print, {"MINSHENG_ALERT_SMTP": server, **ADDRESSES}) == ["alert by e-mail: delivered"]
    message = email.message_from_string(taken[0], policy=email.policy.default)
    assert message["Subject"] == ALERT.subject and message["To"] == "a@example.org, b@example.org"
    assert ALERT.body in message.get_content().replace("\r\n", "\n").replace("\n", "")


def test_a_server_that_stumbles_once_is_asked_again():
    with sinks.webhook(first=503) as (address, taken):
        assert send(ALERT, print, {"MINSHENG_ALERT_WEBHOOK": address}) == ["alert by webhook: delivered"]
    assert len(taken) == 2


def test_without_either_the_log_has_it():
    told = []
    assert send(ALERT, told.append, {}) == []
    assert ALERT.body in told[0]


def test_a_run_from_a_terminal_that_nobody_watches_tells_too(line: Line):
    edit(line.paths.seeds / SOURCE / "table_2.csv", "719.3", "7l9.3")
    with sinks.webhook() as (address, taken):
        done = command(line.paths, "refresh", MINSHENG_ALERT_WEBHOOK=address)
    assert done.returncode == 1 and "alert by webhook: delivered" in done.stderr
    (message,) = taken
    assert message["event"] == "run_failed" and message["run_id"] in done.stderr
    assert f"{SOURCE}/table_2.csv, row 2, column 2 (2015): read '7l9.3'; expected a number" in message["text"]


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"MINSHENG_ALERT_WEBHOOK": f"http://{closed_port()}"}, "webhook: NOT delivered"),
        ({"MINSHENG_ALERT_WEBHOOK": "file:///etc/hostname"}, "is no http"),
        ({"MINSHENG_ALERT_SMTP": closed_port(), **ADDRESSES}, "e-mail: NOT delivered"),
        ({"MINSHENG_ALERT_SMTP": "127.0.0.1:smtp", **ADDRESSES}, "e-mail: NOT delivered"),
        ({"MINSHENG_ALERT_SMTP": "127.0.0.1:25"}, "MINSHENG_ALERT_FROM and MINSHENG_ALERT_TO must name an address"),
    ],
    ids=["nobody listens", "no web address", "no mail server", "no port", "no addresses"],
)
def test_what_cannot_be_delivered_is_said_and_stops_nothing(environment, message):
    told = []
    (outcome,) = send(ALERT, told.append, environment)
    assert message in outcome and told[-1] == outcome


def test_one_channel_that_fails_does_not_keep_the_other():
    with sinks.mail() as (server, taken):
        environment = {"MINSHENG_ALERT_WEBHOOK": f"http://{closed_port()}", "MINSHENG_ALERT_SMTP": server, **ADDRESSES}
        assert [told.split(",")[0] for told in send(ALERT, print, environment)] == [
            "alert by webhook: NOT delivered",
            "alert by e-mail: delivered",
        ]
    assert len(taken) == 1


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of localhost, signed by itself."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    file = tmp_path / "localhost.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", file, "-out", tmp_path / "certificate",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + (tmp_path / "certificate").read_bytes())
    return file


def test_where_tls_is_offered_it_is_used_and_the_password_goes_with_it(certificate, monkeypatch):
    secret = {"MINSHENG_ALERT_USER": "minsheng", "MINSHENG_ALERT_PASSWORD": "s3cr3t"}
    with sinks.mail(certificate=certificate) as (server, taken):
        settings = {"MINSHENG_ALERT_SMTP": server.replace("127.0.0.1", "localhost"), **ADDRESSES, **secret}
        (unknown,) = send(ALERT, print, settings)
        assert "CERTIFICATE_VERIFY_FAILED" in unknown and taken == [], "a server that nobody vouches for"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send(ALERT, print, settings) == ["alert by e-mail: delivered"]
    assert taken[0].startswith("TLS AUTH") and taken[1].startswith("TLS ") and ALERT.subject in taken[1]


def test_a_password_is_never_sent_without_tls():
    secret = {"MINSHENG_ALERT_USER": "minsheng", "MINSHENG_ALERT_PASSWORD": "s3cr3t"}
    with sinks.mail(offers=("AUTH PLAIN LOGIN",)) as (server, taken):
        (outcome,) = send(ALERT, print, {"MINSHENG_ALERT_SMTP": server, **ADDRESSES, **secret})
    assert "offers no TLS" in outcome and "s3cr3t" not in outcome and taken == []
