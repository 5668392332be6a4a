"""A table of the current release as CSV that a spreadsheet opens without harm.

A cell that begins with = + - or @ is a formula to a spreadsheet, whoever wrote it. Text that begins so gets an
apostrophe before it, which spreadsheets take for `this is text`; plain numbers stay what they are.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any, TextIO

import duckdb

from orchestration.engine import quoted

#: What spreadsheets take for the beginning of a formula, behind spaces as well.
FORMULA = re.compile(r"[\s\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
ROWS = 10_000


class NoSuchTable(Exception):
    """The release has no such table; the message lists those that it has."""


def safe(value: Any) -> str:
    """A value as the text of a cell that is no formula; nothing for NULL."""
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def write_csv(database: Path, table: str, out: TextIO) -> int:
    """Write `table` (schema.name) to `out`, header first; returns its rows. Raises NoSuchTable."""
    with duckdb.connect(str(database), read_only=True, config={"enable_external_access": "false"}) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() order by 1"
        ).fetchall()
        if (table,) not in tables:
            raise NoSuchTable(f"{table!r} is no table of the release; there are: {', '.join(t for (t,) in tables)}")
        schema, _, name = table.partition(".")
        cursor = connection.execute(f"select * from {quoted(schema)}.{quoted(name)} order by all")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([column[0] for column in cursor.description])
        count = 0
        while rows := cursor.fetchmany(ROWS):
            writer.writerows([safe(value) for value in row] for row in rows)
            count += len(rows)
    return count
