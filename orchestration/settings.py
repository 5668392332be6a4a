"""What the environment may set: each variable with its default and what it may be, read and judged here.

A wrong one is told in one line that names the variable, what was read and what is expected.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.paths import ROOT, Paths

#: What the five fields of cron may say: minute, hour, day, month, day of the week.
CRON = (
    "[0-5]?[0-9]",
    "[01]?[0-9]|2[0-3]",
    "0?[1-9]|[12][0-9]|3[01]|[lL]",
    "0?[1-9]|1[0-2]|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    "(?:[lL]?[0-7]|(?i:sun|mon|tue|wed|thu|fri|sat))(?:#[1-5])?",
)

ALIASES = "hourly|daily|midnight|weekly|monthly|yearly|annually"


def _cron_field(value: str) -> str:
    """A list of values, ranges and steps."""
    item = rf"(?:\*|(?:{value})(?:-(?:{value}))?)(?:/[1-9][0-9]*)?"
    return rf"{item}(?:,{item})*"


@dataclass(frozen=True)
class Setting:
    """One variable. `pattern`: what its whole text looks like; `expected`: the same in words."""

    name: str
    default: str
    pattern: str
    expected: str

    def read(self) -> str:
        """Its text; the default where it is not set or empty. Raises ValueError for what means nothing."""
        text = os.environ.get(self.name, "").strip() or self.default
        if not re.fullmatch(self.pattern, text, re.ASCII):
            raise ValueError(f"{self.name} is {text!r}: expected {self.expected}")
        return text


KEPT_RELEASES = Setting(
    "MINSHENG_KEPT_RELEASES", "10", r"0*(?:[1-9][0-9]{0,5}|1000000)", "a number of releases to keep, at least 1"
)
QUIET_SECONDS = Setting("MINSHENG_QUIET_SECONDS", "120", "[0-9]{1,9}", "a whole number of seconds")
MEMORY = Setting(
    "MINSHENG_MEMORY",
    "2GB",
    r"(?=.*[1-9])[0-9]+(?:\.[0-9]+)? ?[KMGTkmgt](?:[Ii]?[Bb])?",
    "an amount of memory such as 2GB or 800MB",
)
ENGINE = Setting("MINSHENG_ENGINE", "duckdb", "duckdb|spark", "duckdb or spark")
SPARK_MEMORY = Setting("MINSHENG_SPARK_MEMORY", "3g", "[1-9][0-9]{0,5}[mgMG]", "an amount of memory such as 3g or 800m")
SPARK_THRIFT = Setting(
    "MINSHENG_SPARK_THRIFT",
    "",
    r"|[A-Za-z0-9.-]+:[0-9]{1,5}",
    "host and port of a Thrift server, such as 127.0.0.1:10000",
)
AUTOMATION = Setting("MINSHENG_AUTOMATION", "off", "on|off", "on or off")
BOOK = Setting("MINSHENG_BOOK", "on", "on|off", "on or off")
#: Offices publish on days of their own; these may be put elsewhere.
QUARTERLY_REFRESH, YEARLY_REFRESH = (
    Setting(
        name,
        default,
        f"@(?:{ALIASES})|{' +'.join(map(_cron_field, CRON))}",
        "a time in the five fields of cron, such as '0 6 1 12 *'",
    )
    for name, default in (
        ("MINSHENG_QUARTERLY_REFRESH", "0 6 20 2,5,8,11 *"),
        ("MINSHENG_YEARLY_REFRESH", "0 6 1 12 *"),
    )
)
ALL = (
    *(KEPT_RELEASES, QUIET_SECONDS, MEMORY, ENGINE, SPARK_MEMORY, SPARK_THRIFT, AUTOMATION, BOOK),
    *(QUARTERLY_REFRESH, YEARLY_REFRESH),
)
#: What a command may use, and what is looked at before.
SEEDS, WAREHOUSE, DAGSTER = "seeds", "warehouse", "Dagster"


def port(text: str) -> int:
    """A port that a person named. Raises ValueError, in words, for what is none."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535):
        raise ValueError(f"read {text!r}; expected a number from 1 to 65535, such as make's PORT=3001")
    return int(text)


def places(needs: Collection[str] = (WAREHOUSE,)) -> Paths:
    """Where seeds and warehouse lie, when every setting was judged, and of SEEDS, WAREHOUSE and DAGSTER the `needs`.

    Raises ValueError, a line for each setting that is wrong; PermissionError for a folder that this user may not
    look into.
    """
    wrong = list(_wrong())
    try:
        paths = Paths.from_environment()
    except ValueError as error:
        raise ValueError("\n".join([*wrong, str(error)])) from error
    if WAREHOUSE in needs:
        wrong += _no_warehouse(paths.warehouse)
    if SEEDS in needs:
        wrong += _no_seeds(paths.seeds)
    if DAGSTER in needs:
        wrong += _no_home()
    if wrong:
        raise ValueError("\n".join(wrong))
    return paths


def _wrong() -> Iterator[str]:
    for setting in ALL:
        try:
            setting.read()
        except ValueError as error:
            yield str(error)


def _said(variable: str, folder: Path) -> str:
    return (
        f"{variable} is {os.environ[variable]!r}" if os.environ.get(variable) else f"{folder} ({variable} is not set)"
    )


def _no_warehouse(folder: Path) -> Iterator[str]:
    """Of a folder that the first release makes. Raises PermissionError if this user may not look into it."""
    try:
        os.lstat(folder / "current")
    except FileNotFoundError:
        return
    except NotADirectoryError:
        yield f"{_said('MINSHENG_WAREHOUSE', folder)}: a file stands where a folder is expected"


def _no_seeds(folder: Path) -> Iterator[str]:
    expected = "the folder of the seeds, which holds sources/ and codelists/"
    try:
        os.listdir(folder / "sources")
    except FileNotFoundError:
        what = "there is no sources/ in it" if folder.is_dir() else "there is no such folder"
        yield f"{_said('MINSHENG_SEEDS', folder)}: {what}; expected {expected}"
    except NotADirectoryError:
        yield f"{_said('MINSHENG_SEEDS', folder)}: a file stands where a folder is expected: {expected}"


def _no_home() -> Iterator[str]:
    """Dagster's own home, if somebody chose one: Dagster takes an absolute path to a folder that is there."""
    text = os.environ.get("DAGSTER_HOME")
    if text and not (os.path.isabs(text) and os.path.isdir(text)):
        what = "there is no such folder" if os.path.isabs(text) else "the path is relative"
        yield (
            f"DAGSTER_HOME is {text!r}: {what}; expected the absolute path of a folder"
            f" (without it, {ROOT} with its dagster.yaml)"
        )
