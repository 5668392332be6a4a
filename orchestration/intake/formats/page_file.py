"""A page as a bulk file: a list that stands on a sheet, in a table of HTML or below a title, row by row as DuckDB scans it.

Each text keeps its row of the sheet; what is only stored there, and not shown, is told beside it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from orchestration.engine import literal
from orchestration.intake.formats.format import ROW, STORED, Asked, Broken, Column, Page, PageFormat, Shown, Stored
from validations.faults import Fault

#: Rows of another width than the header's that are told one by one.
MAX_RAGGED = 50


@dataclass
class PageFile:
    """One page of a file that a format reads cell by cell. Its header is the first row that is none of the `lines` beside
    the rows; `copies`: where its rows are laid down, while it is scanned."""

    form: PageFormat
    path: Path
    asked: Asked
    copies: Path | None = field(default=None, init=False)
    is_costly = False
    tells_stored = True

    @cached_property
    def _page(self) -> Page | Broken:
        faults: list[Fault] = []
        page = self.form.page(self.path, self.path.name, "", faults, self.asked)
        return page or Broken(faults[0].row, faults[0].read, faults[0].expected)

    @cached_property
    def _rows(self) -> list[tuple[int, list[str]]]:
        """The rows with their numbers, the header first, without the lines beside them. Raises Broken."""
        if isinstance(self._page, Broken):
            raise self._page
        lines = {_plain(line) for line in self.asked.lines}
        found = []
        for number, row in zip(self._page.lines, self._page.rows):
            texts = [text for text in row if text.strip()]
            if texts and not (len(texts) == 1 and _plain(texts[0]) in lines):
                found.append((number, row))
        if not found:
            raise Broken(1, "nothing", "a header, and rows below it")
        return found

    @property
    def header_row(self) -> int | None:
        return None if isinstance(self._page, Broken) else self._rows[0][0]

    @property
    def sheet(self) -> str:
        return "" if isinstance(self._page, Broken) else self._page.name

    @property
    def unseen(self) -> str:
        return "" if isinstance(self._page, Broken) else self._page.unseen

    @contextmanager
    def within(self, folder: Path) -> Iterator[None]:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as copies:
            self.copies = Path(copies)
            yield

    def columns(self, connection: duckdb.DuckDBPyConnection) -> list[Column]:
        return [(_plain(name), "VARCHAR") for name in self._rows[0][1]]

    def scan(self, connection: duckdb.DuckDBPyConnection) -> str:
        copy = self.copies / "rows.parquet"
        if not copy.exists():
            self._lay_down(copy)
        return f"select * from read_parquet({literal(str(copy))}, hive_partitioning = false)"

    def _lay_down(self, copy: Path) -> None:
        if ragged := self.look_through():
            raise ragged[0]
        names, rows = [_plain(name) for name in self._rows[0][1]], self._rows[1:]
        width = len(names)
        texts = [[_told(text) for text in (row + [""] * width)[:width]] for _, row in rows]
        columns = {name: [row[n] or None for row in texts] for n, name in enumerate(names)}
        stored = [[name for name, text in zip(names, row) if isinstance(text, Stored)] for row in texts]
        schema = {**dict.fromkeys(names, pl.String), STORED.strip('"'): pl.List(pl.String), ROW.strip('"'): pl.Int64}
        data = {**columns, STORED.strip('"'): stored, ROW.strip('"'): [number for number, _ in rows]}
        pl.DataFrame(data, schema=schema).write_parquet(copy)

    def is_misread(self, rows: int) -> bool:
        return False

    def look_through(self) -> list[Broken]:
        try:
            (_, header), *rows = self._rows
        except Broken as broken:
            return [broken]
        wide = [(n, len(row)) for n, row in rows if any(text.strip() for text in row[len(header) :])]
        return [
            Broken(n, f"{cells} cells", f"{len(header)} cells, as the header has") for n, cells in wide[:MAX_RAGGED]
        ]


def _told(text: str) -> str:
    """A text of a list, in which no unit is held against what a format divides by."""
    return f"{text}, stored {10**text.scale:,} times as large" if isinstance(text, Shown) and text.scale else text


def _plain(text: str) -> str:
    return " ".join(text.split())
