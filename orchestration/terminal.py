"""Text to and from a terminal in whatever locale: what it cannot show is escaped, what goes elsewhere is UTF-8."""

from __future__ import annotations

import codecs
import locale
import os
import sys

#: Says, to the process that this one becomes, how the terminal's text is encoded.
MARK = "MINSHENG_TERMINAL"
ESCAPED = "minsheng.escaped"
#: DuckDB draws its tables with these; any terminal has lines of its own for them.
DRAWN = str.maketrans({**dict.fromkeys("─━═", "-"), **dict.fromkeys("│┃║", "|"), "·": ".", "…": "~"})
CORNERS = range(0x2500, 0x2580)


def prepare() -> None:
    """Make standard input and output fit to hold any text; call it first in a process of its own.

    In a locale that is not UTF-8 the process begins anew in Python's UTF-8 mode, and with it whatever it starts:
    files, arguments and what dbt says are UTF-8. Only the terminal stays what it is.
    """
    foreign = os.environ.get(MARK)
    if foreign is None and codecs.lookup(locale.getencoding()).name != "utf-8" and not sys.flags.utf8_mode:
        own = {"PYTHONUTF8": "1", MARK: locale.getencoding()}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **own})
    codecs.register_error(ESCAPED, _escape)
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        wished = "PYTHONIOENCODING" in os.environ
        encoding = stream.encoding if wished else (foreign if stream.isatty() and foreign else "utf-8")
        stream.reconfigure(encoding=encoding, errors=ESCAPED)
    if sys.stdin is not None:
        # A file may begin with the mark of UTF-8; what cannot be read is named where it is read.
        sys.stdin.reconfigure(encoding=(foreign or "utf-8") if sys.stdin.isatty() else "utf-8-sig", errors="strict")
    sys.argv[1:] = [_text(argument) for argument in sys.argv[1:]]


def _text(argument: str) -> str:
    """An argument whose bytes are no UTF-8 as the terminal meant it, if it can have meant anything."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeDecodeError:
        try:
            return os.fsencode(argument).decode(os.environ.get(MARK) or "utf-8")
        except UnicodeDecodeError:
            return argument


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Lines of a table as - | and +, all else by its number."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_shown, error.object[error.start : error.end])), error.end


def _shown(character: str) -> str:
    """One character in ASCII."""
    drawn = character.translate(DRAWN)
    if drawn != character:
        return drawn
    return "+" if ord(character) in CORNERS else character.encode("ascii", "backslashreplace").decode()
