"""Rows of a bulk file that stand for all of them: a draft looks at these as at a page, whatever the size of the file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from orchestration import engine
from orchestration.engine import quoted
from orchestration.intake.formats.format import ROW, Broken, BulkFile, Column, Page, why_broken
from orchestration.intake.layouts.tidy_columns import text_in

#: Rows from the beginning of the file that are taken as they follow one another.
FIRST = 2_000
#: Different texts of a column up to which each has a row: there are some 3,000 counties.
TEXTS = 4_000
#: Texts among numbers of which a column has more than are looked up: marks of missing figures, as a rule.
MARKS = 50


def rows_of(data: BulkFile, spill: Path) -> Page:
    """The header of a file, its first rows, and of each column a row for each of its texts, with their places in the file.

    Of a column of more than TEXTS different texts those of the first rows stand, and those that are no numbers.
    Raises Broken if the file cannot be read whole.
    """
    with data.within(spill), engine.limit(duckdb.connect(), spill) as connection:
        connection.execute("set preserve_insertion_order = true")
        try:
            columns = data.columns(connection)
            rows = _rows(connection, data, columns)
        except (duckdb.Error, pl.exceptions.PolarsError, Broken) as error:
            raise why_broken(data, error)[0] from error
    names = [name.strip() for name, _ in columns]
    told = [["" if text is None else text for text in row[1:]] for row in rows]
    return Page([names, *told], [data.header_row or 0, *(row[0] for row in rows)], data.sheet, unseen=data.unseen)


def _rows(connection: duckdb.DuckDBPyConnection, data: BulkFile, columns: list[Column]) -> list[tuple]:
    texts = ", ".join(f"{text_in(name, kind)} as {quoted(name)}" for name, kind in columns)
    connection.execute(
        f"create temp table texts as select {ROW} as row_no, {texts} from ({data.scan(connection)}) as r"
    )
    names = [quoted(name) for name, _ in columns]
    counts = ", ".join(f"approx_count_distinct({name})" for name in names)
    counted = connection.execute(f"select {counts} from texts").fetchone()
    of_each = " union ".join(
        f"(select min(row_no) as row_no from texts {_by_text(name, count)})" for name, count in zip(names, counted)
    )
    first = f"select row_no from (select row_no from texts order by row_no limit {FIRST})"
    return connection.execute(
        f"select * from texts where row_no in ({of_each} union {first}) order by row_no"
    ).fetchall()


def _by_text(name: str, count: int) -> str:
    marks = f"where try_cast({name} as double) is null group by {name} limit {MARKS}"
    return f"group by {name}" if count <= TEXTS else marks
