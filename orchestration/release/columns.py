"""What the file tells of its own columns, `core.measure` and `core.relationship`, from the contracts that made it; and
when its sources are due, from their calendars."""

from __future__ import annotations

import duckdb

from orchestration.engine import quoted
from validations import published
from validations.published import Column, Table
from validations.release_calendar import ReleaseCalendar

LANGUAGES = ("en", "zh")


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill both tables of the file that `connection` has open. Raises KeyError for a measure without a label."""
    tables = published.tables().values()
    _insert(connection, "core.relationship", [row for table in tables for row in table.relationships()])
    _insert(
        connection,
        "core.measure",
        [_measure(connection, table, column) for table in tables for column in table.measures],
    )


def fill_due(connection: duckdb.DuckDBPyConnection) -> None:
    """When the next figures of each source with a release calendar are due, after the last that it states."""
    sources = connection.execute(
        "select source_id, release_freq, release_lag, stated_until from core.source where release_freq is not null and stated_until is not null"
    ).fetchall()
    for source, freq, lag, end in sources:
        due = ReleaseCalendar(freq=freq, lag=lag).due(end)
        connection.execute("update core.source set next_due = ? where source_id = ?", [due, source])


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: list[tuple]) -> None:
    connection.execute(f"delete from {name}")
    connection.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows)


def _measure(connection: duckdb.DuckDBPyConnection, table: Table, column: Column) -> tuple:
    additive = column.meta.get("additive", ())
    return (
        table.full_name,
        column.name,
        *(column.meta["label"][language] for language in LANGUAGES),
        column.unit["unit"] if column.unit else None,
        *_display(connection, table, column),
        column.status,
        "area" in additive,
        "time" in additive,
        column.meta.get("numerator"),
        column.meta.get("denominator"),
        column.meta.get("formula"),
    )


def _display(connection: duckdb.DuckDBPyConnection, table: Table, column: Column) -> list[str | int | None]:
    """Name and power of ten of the unit that readers take a measure in, for each language."""
    if column.unit is None:
        return [None] * 2 * len(LANGUAGES)
    query = f"select coalesce(max(abs({quoted(column.name)})), 0) from {table.full_name}"
    (largest,) = connection.execute(query).fetchone()
    steps = [column.display(largest, language) for language in LANGUAGES]
    return [value for step in steps for value in (step["name"], step["mult"])]
