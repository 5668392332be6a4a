"""How a command ends: what comes from outside has one line and an exit code, what is a bug has its traceback.

A reader that went away (141), Ctrl-C (130), TERM (143), HUP (129), a folder that is closed, a full disk, a file that
is not there (1). Nothing heavy is imported: this stands before every command.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from orchestration import terminal
from orchestration.paths import Paths

#: As a shell counts a process that a signal ended.
BY_SIGNAL = 128
ENDINGS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "TERM", signal.SIGHUP: "HUP"}
#: Errors of the machine by the module that raises them; of a module that was not loaded none can come.
RAISED_BY = {
    "duckdb": "Error",
    "sqlite3": "Error",
    "polars.exceptions": "PolarsError",
    "sqlalchemy.exc": "DBAPIError",
    "orchestration.release.ledger": "LedgerError",
}
#: Bytes free below which a disk counts as full.
LITTLE = 1_000_000
FULL = re.compile(r"no space left|disk is full|disk quota exceeded", re.I)
CLOSED = re.compile(
    r"permission denied|read-only file ?system|readonly database|unable to open database file|not permitted", re.I
)
LOCKED = re.compile(r"database (table )?is locked", re.I)


class Terminated(KeyboardInterrupt):
    """TERM or HUP: whoever cleans up after Ctrl-C does so after them."""


def run(command: Callable[[], int]) -> int:
    """Run `command` as a process's whole work; returns its exit code, or that of its ending, told in one line.

    Raises what is neither asked for from outside nor an error of the machine: a bug.
    """
    terminal.prepare()
    received = _catch_signals()
    code: int | None = None
    try:
        try:
            code = command()
        finally:
            _flush()
        return code
    except BrokenPipeError:
        _forget_output()
        # What was done by then is done: only what the reader did not let it finish has no code of its own.
        return BY_SIGNAL + signal.SIGPIPE if code is None else code
    except BaseException as error:
        if not received and isinstance(error, KeyboardInterrupt):
            received.append(signal.SIGINT)
        if received:
            for number in ENDINGS:
                signal.signal(number, signal.SIG_IGN)
            _tell(f"Interrupted by {ENDINGS[received[0]]}.")
            return BY_SIGNAL + received[0]
        if not isinstance(error, machine()):
            raise
        _tell(in_words(error))
        return 1


def _catch_signals() -> list[signal.Signals]:
    """From here on TERM and HUP unwind as Ctrl-C does; the list holds what came, whatever becomes of the exception."""
    received: list[signal.Signals] = []

    def end(number: int, frame: FrameType | None) -> None:
        received.append(signal.Signals(number))
        raise KeyboardInterrupt if number == signal.SIGINT else Terminated

    for number in ENDINGS:
        # What the caller has ignored, as nohup does, stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)
    return received


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _forget_output() -> None:
    """What is still to be written goes nowhere: the interpreter tries once more as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())


def _tell(text: str) -> None:
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
    _forget_output()


def machine() -> tuple[type[BaseException], ...]:
    """The errors of the machine: of files, databases and the ledger, as far as their modules are loaded."""
    loaded = ((sys.modules.get(module), name) for module, name in RAISED_BY.items())
    return (OSError, *(getattr(module, name) for module, name in loaded if hasattr(module, name)))


def in_words(error: BaseException, folder: Path | None = None) -> str:
    """What happened, and what to do; the error's own text where nothing better is known.

    `folder`: if its disk is all but full, that is what happened, whatever the error says.
    """
    text = " ".join((getattr(error, "description", None) or str(error)).split())
    number = getattr(error, "errno", None)
    if is_full(error) or (folder is not None and folder.is_dir() and shutil.disk_usage(folder).free < LITTLE):
        return f"the disk is full: {_of_full(error, text)}. Free space on it, or put the warehouse elsewhere with MINSHENG_WAREHOUSE, and try again"
    if LOCKED.search(text):
        return f"Dagster's records (SQLite) are locked by another process: {text.partition(' [SQL')[0]}. End what holds them (a backup, a tool that has them open), and run `refresh` again"
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or CLOSED.search(text):
        return _closed(_place(error, text), text, f" ({getattr(error, 'strerror', None) or text})")
    if isinstance(error, OSError) and (place := _place(error, text)) is not None:
        what = {
            errno.ENOENT: f"there is no {place}",
            errno.ENOTDIR: f"{place}: a file stands where a folder is expected",
            errno.EEXIST: f"{place}: a file stands where a folder is expected",
            errno.EISDIR: f"{place}: a folder stands where a file is expected",
        }.get(number)
        return f"{what}: put it right{_or_elsewhere(place)}, and try again" if what else text
    return text


def _of_full(error: BaseException, text: str) -> str:
    """Of a text in many lines, as a program's last words with a traceback are, the first, and the one that says it."""
    first, *rest = (getattr(error, "description", None) or str(error)).splitlines() or [text]
    saying = [line for line in rest if FULL.search(line)]
    return " ".join(f"{first} {saying[-1]}".split()) if saying else text


def is_full(error: BaseException) -> bool:
    """Whether it says that a disk is full."""
    text = f"{error} {getattr(error, 'description', '')}"
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or bool(FULL.search(text))


def user() -> str:
    """Who this process is; where the machine does not know a name, its number."""
    with suppress(KeyError, ImportError):
        import pwd

        return f"the user {pwd.getpwuid(os.geteuid()).pw_name}"
    return f"the user {os.geteuid()}"


def _closed(place: Path | None, text: str, why: str) -> str:
    """No right to something: to what, whose it is, and what to do."""
    deed, closed = "write", place
    for folder in reversed(place.parents) if place else ():
        if not os.access(folder, os.X_OK) and folder.is_dir():
            deed, closed = "read", folder
            break
    else:
        if place and place.exists() and not os.access(place, os.R_OK):
            deed = "read"
    what = text if closed is None else f"{closed}{_owner(closed)}{why if deed == 'write' else ''}"
    return f"{user()} may not {deed} there: {what}. Ask for the right to {deed} it{_or_elsewhere(closed)}"


def _owner(place: Path) -> str:
    with suppress(OSError, KeyError):
        return f", which belongs to {place.owner()}"
    return ""


def _place(error: BaseException, text: str) -> Path | None:
    """What the error is about: its own file name, or the path that its text quotes."""
    quoted = re.search(r"""["'](/[^"']+)["']""", text)
    name = getattr(error, "filename", None) or (quoted and quoted[1])
    return Path(os.fsdecode(name)) if isinstance(name, str | bytes) else None


def _or_elsewhere(place: Path | None) -> str:
    """The setting that put `place` where it is, to be pointed elsewhere."""
    with suppress(ValueError):
        paths = Paths.from_environment()
        named = {
            "MINSHENG_SEEDS": paths.seeds,
            "MINSHENG_WAREHOUSE": paths.warehouse,
            "MINSHENG_STATE": os.environ.get("MINSHENG_STATE"),
            "DAGSTER_HOME": os.environ.get("DAGSTER_HOME"),
        }
        for variable, folder in named.items():
            if place and folder and (place.is_relative_to(folder) or Path(folder).is_relative_to(place)):
                return f", or name another place with {variable}"
    return ""
