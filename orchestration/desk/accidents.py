"""Errors of the machine in words that a person can act on: a full disk, a folder that cannot be written."""

from __future__ import annotations

import errno
import getpass
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import sqlalchemy.event
import sqlalchemy.exc
from dagster import DagsterInvariantViolationError

from orchestration.release.ledger import LedgerError

MACHINE = (OSError, LedgerError, duckdb.Error, pl.exceptions.PolarsError, sqlite3.Error, sqlalchemy.exc.DBAPIError)
#: Bytes free below which a disk counts as full.
LITTLE = 1_000_000
FULL = re.compile(r"no space left|disk is full|disk quota exceeded", re.I)
#: Errors of a moment: a device that stumbled, a share that was away, too many files open at once, a file that
#: another process holds. All others, and every fault of the data, would fail a second time as well.
PASSING = {errno.EIO, errno.EAGAIN, errno.EBUSY, errno.ESTALE, errno.ETIMEDOUT, errno.ENFILE, errno.EMFILE}
LOCKED = re.compile(r"database (table )?is locked", re.I)
HELD = re.compile(r"could not set lock on file|database is locked", re.I)
#: How often a stage is tried again after such an error, and the seconds between.
RETRIES, PAUSE = 2, 20
#: Seconds that a run waits for records that are locked: as it begins, and when it is on its way.
BEGINNING, WAITING = 5, 60
CLOSED = re.compile(
    r"permission denied|read-only file ?system|readonly database|unable to open database file|not permitted", re.I
)


def in_words(error: BaseException, folder: Path | None = None) -> str:
    """What happened, and what to do; the error's own text where nothing better is known.

    `folder`: if its disk is all but full, that is what happened, whatever the error says.
    """
    text = " ".join((getattr(error, "description", None) or str(error)).split())
    number = getattr(error, "errno", None)
    if _is_full(error) or (folder is not None and folder.is_dir() and shutil.disk_usage(folder).free < LITTLE):
        return f"the disk is full: {text}. Free space on it, or put the warehouse elsewhere with MINSHENG_WAREHOUSE, and run `refresh` again"
    if LOCKED.search(text):
        return f"Dagster's records (SQLite) are locked by another process: {text.partition(' [SQL')[0]}. End what holds them (a backup, a tool that has them open), and run `refresh` again"
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or CLOSED.search(text):
        return f"{_user()} may not write there: {text}. Give the right to it, or put the warehouse elsewhere with MINSHENG_WAREHOUSE, and run `refresh` again"
    return text


@contextmanager
def as_failures(candidate: Path | None = None) -> Iterator[None]:
    """An error of the machine ends the step with a message, not with a traceback; one of a moment has it tried again.

    What a full disk cut off is worth no inspection: `candidate` goes, so that there is room to say so.
    """
    try:
        yield
    except (*MACHINE, dg.Failure) as error:
        full = _is_full(error)
        if full and candidate is not None:
            shutil.rmtree(candidate, ignore_errors=True)
        if isinstance(error, dg.Failure) and not full:
            raise
        if is_passing(error) and _attempts() < RETRIES:
            raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=PAUSE) from error
        raise dg.Failure(description=f"{in_words(error)}\nNothing was published.", allow_retries=False) from error


@contextmanager
def patience(has_begun: Callable[[], bool]) -> Iterator[None]:
    """Dagster's records in SQLite may be locked by another process (a backup, a tool that looks at them).

    What has not begun can be tried again and says so; what has waits longer, so that hours of work are not lost.
    """

    def wait(connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute(f"pragma busy_timeout = {(WAITING if has_begun() else BEGINNING) * 1000}")

    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", wait)
    try:
        yield
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "connect", wait)


def is_passing(error: BaseException) -> bool:
    """Whether the same may succeed in a moment."""
    return getattr(error, "errno", None) in PASSING or bool(HELD.search(str(error)))


def _attempts() -> int:
    """How often the stage was tried again already; `RETRIES` outside of one, where nothing can be."""
    try:
        return dg.OpExecutionContext.get().retry_number
    except DagsterInvariantViolationError:
        return RETRIES


def _is_full(error: BaseException) -> bool:
    text = f"{error} {getattr(error, 'description', '')}"
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or bool(FULL.search(text))


def _user() -> str:
    try:
        return f"the user {getpass.getuser()}"
    except (KeyError, OSError):
        return "this user"
