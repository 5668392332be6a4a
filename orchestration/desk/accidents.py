"""Errors of the machine within a stage: what ends it with a message, and what is tried again."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import sqlalchemy.event
import sqlalchemy.exc
from dagster import DagsterInvariantViolationError

from orchestration import artifacts
from orchestration.endings import in_words, is_full
from orchestration.release.ledger import LedgerError

MACHINE = (OSError, LedgerError, duckdb.Error, pl.exceptions.PolarsError, sqlite3.Error, sqlalchemy.exc.DBAPIError)
#: Errors of a moment: a device that stumbled, a share that was away, too many files open at once, a file that
#: another process holds. All others, and every fault of the data, would fail a second time as well.
PASSING = {errno.EIO, errno.EAGAIN, errno.EBUSY, errno.ESTALE, errno.ETIMEDOUT, errno.ENFILE, errno.EMFILE}
HELD = re.compile(r"could not set lock on file|database is locked", re.I)
#: How often a stage is tried again after such an error, and the seconds between.
RETRIES, PAUSE = 2, 20
#: Seconds that a run waits for records that are locked: as it begins, and when it is on its way.
BEGINNING, WAITING = 5, 60


@contextmanager
def as_failures(candidate: Path | None = None) -> Iterator[None]:
    """An error of the machine ends the step with a message, not with a traceback; one of a moment has it tried again.

    What a full disk cut off is worth no inspection: `candidate` goes, so that there is room to say so.
    """
    try:
        yield
    except (*MACHINE, dg.Failure) as error:
        full = is_full(error)
        if full and candidate is not None:
            with suppress(OSError):
                artifacts.remove(candidate)
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

    def wait(connection: sqlalchemy.Connection) -> None:
        # With each use: a database may stay open from before anything had begun.
        opened = connection.connection.dbapi_connection
        if isinstance(opened, sqlite3.Connection):
            opened.execute(f"pragma busy_timeout = {(WAITING if has_begun() else BEGINNING) * 1000}")

    sqlalchemy.event.listen(sqlalchemy.Engine, "engine_connect", wait)
    try:
        yield
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "engine_connect", wait)


def is_passing(error: BaseException) -> bool:
    """Whether the same may succeed in a moment."""
    return getattr(error, "errno", None) in PASSING or bool(HELD.search(str(error)))


def _attempts() -> int:
    """How often the stage was tried again already; `RETRIES` outside of one, where nothing can be."""
    try:
        return dg.OpExecutionContext.get().retry_number
    except DagsterInvariantViolationError:
        return RETRIES
