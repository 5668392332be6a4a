"""A table of a release as CSV that a spreadsheet opens without harm.

A cell that begins with = + - or @ is a formula to a spreadsheet, whoever wrote it. Text that begins so gets an
apostrophe before it, which spreadsheets take for `this is text`; plain numbers stay what they are. The mark at the
beginning (BOM) tells spreadsheets that the file is UTF-8.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

import duckdb

from orchestration.engine import literal, quoted

BOM = "\ufeff"
#: What spreadsheets take for the beginning of a formula, behind spaces as well.
FORMULA = r"^(?:[\s\x00\x0b\x1c-\x1f\x{85}\p{Z}]*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]|[\t\r\n])"
NUMBER = r"-?[0-9]+(\.[0-9]+)?"
ROWS = 10_000


class NoSuchTable(Exception):
    """The release has no such table; the message lists those that it has."""


def harmless(text: str) -> str:
    """SQL for the value of the expression `text`, a VARCHAR, as a cell that is no formula."""
    is_formula = f"regexp_matches({text}, {literal(FORMULA)}) and not regexp_full_match({text}, {literal(NUMBER)})"
    return f"case when {is_formula} then '''' || {text} else {text} end"


def harmless_rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str, first: str = "") -> str:
    """SQL for the rows of a published table in an order of their own; `first` stands before the first name."""
    name = f"{quoted(schema)}.{quoted(table)}"
    cells, order = [], []
    for column, data_type, *_ in connection.execute(f"describe {name}").fetchall():
        value = f"t.{quoted(column)}"
        text = harmless(value) if data_type == "VARCHAR" else f"cast({value} as varchar)"
        cells.append(f"{text} as {quoted(column if order else first + column)}")
        order.append(value)
    return f"select {', '.join(cells)} from {name} as t order by {', '.join(order)}"


def copy_csv(connection: duckdb.DuckDBPyConnection, schema: str, table: str, path: Path) -> None:
    """Write a table to the file `path`. Raises duckdb.Error."""
    # DuckDB writes no mark of its own, and the first name is the first thing in the file.
    rows = harmless_rows(connection, schema, table, first=BOM)
    connection.execute(f"copy ({rows}) to {literal(path.as_posix())} (format csv, header true)")


def write_csv(database: Path, table: str, out: TextIO) -> int:
    """Write `table` (schema.name) to `out`, mark and header first; returns its rows. Raises NoSuchTable."""
    with duckdb.connect(str(database), read_only=True, config={"enable_external_access": "false"}) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() order by 1"
        ).fetchall()
        if (table,) not in tables:
            raise NoSuchTable(f"{table!r} is no table of the release; there are: {', '.join(t for (t,) in tables)}")
        schema, _, name = table.partition(".")
        cursor = connection.execute(harmless_rows(connection, schema, name))
        out.write(BOM)
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([column[0] for column in cursor.description])
        count = 0
        while rows := cursor.fetchmany(ROWS):
            writer.writerows(rows)
            count += len(rows)
    return count
