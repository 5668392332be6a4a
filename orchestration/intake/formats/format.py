"""What a format gives of a file, whatever layout it has: a page of texts with their places, or rows that DuckDB scans."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

import duckdb

from validations.faults import Fault

#: The column of a scan that has the row of the file; a name that no column of a file has.
ROW = '"row of the file"'
#: The column of a scan with the names of the columns whose text a row only stores (`Stored`), where a file tells them.
STORED = '"stored in the file"'
#: Name and DuckDB's type.
Column = tuple[str, str]
WHOLE = "a file that can be read whole"


class Stored(str):
    """A number as it is stored, which nothing says how to print: how many decimals it was printed with, nobody knows."""


class Shown(str):
    """A number under a format that shows more, or less, than it: `123.5万`. `number`: what of the text it is (`Stored`, where
    that only stores it), "" where words stand before it; `beside`: the words behind it; `scale`: the power of ten by which
    the stored number is larger."""

    number: str
    beside: str
    scale: int

    def __new__(cls, text: str, number: str, beside: str = "", scale: int = 0) -> Shown:
        made = super().__new__(cls, text)
        made.number, made.beside, made.scale = number, beside, scale
        return made


@dataclass(frozen=True)
class Drawn:
    """What a page draws around its texts, by indices of rows and columns. `spans`: of a text that stands over several cells
    its last column; `ruled`: where a line stands to the right of a cell that holds no number."""

    spans: dict[tuple[int, int], int]
    ruled: set[tuple[int, int]]

    def within(self, top: int, left: int) -> Drawn:
        """The same of a part that begins at a row and a column."""
        spans = {(row - top, column - left): last - left for (row, column), last in self.spans.items()}
        return Drawn(spans, {(row - top, column - left) for row, column in self.ruled})


@dataclass(frozen=True)
class Page:
    """What a file prints: the texts of each row (`Stored` and `Shown`, where they are numbers of a workbook), and on which line of the file (or row of the sheet) the row begins.

    A row without texts is a blank one; rows may differ in width. The column of a text is its number, from 1.
    `name`: of the sheet, where the format has such. `first`: the number of the first column. `unseen`: in words, the rows and columns that
    the sheet hides and that are read all the same. `heading`: what stands right above the table and is no part of it.
    `drawn`: what is drawn around its texts.
    """

    rows: list[list[str]]
    lines: list[int]
    name: str = ""
    first: int = 1
    unseen: str = ""
    heading: str = ""
    drawn: Drawn = field(default_factory=lambda: Drawn({}, set()))

    def at(self, index: int, column: int) -> str:
        """The text of a cell, by indices; empty where its row ends before it."""
        row = self.rows[index]
        return row[column] if column < len(row) else ""

    def column(self, index: int) -> str:
        """The number of a column of the file, for a message."""
        return str(index + self.first)

    def within(self, cells: str) -> Page:
        """The part of it that a range such as `B3:K40` names, each text at its own place."""
        (left, top), (right, bottom) = (_place(cell) for cell in cells.split(":"))
        kept = [(line, row[left - 1 : right]) for line, row in zip(self.lines, self.rows) if top <= line <= bottom]
        rows = [row + [""] * (min(right, max(map(len, self.rows))) - left + 1 - len(row)) for _, row in kept]
        drawn = self.drawn.within(self.lines.index(kept[0][0]) if kept else 0, left - 1)
        return Page(rows, [line for line, _ in kept], self.name, left, self.unseen, drawn=drawn)

    def under(self, headings: Iterable[str]) -> Page:
        """The same where what stands somewhere in each of some ranges of a row, `C3:E3`, stands over all of it: in its first
        cell. Raises ValueError for a range that does not hold one text."""
        rows, spans = [[*row] for row in self.rows], {**self.drawn.spans}
        for cells in headings:
            (left, line), (right, last) = (_place(cell) for cell in cells.split(":"))
            left, right = left - self.first, right - self.first
            index = self.lines.index(line) if line in self.lines else None
            row = rows[index] if index is not None else []
            at = [n for n in range(max(left, 0), min(right + 1, len(row))) if row[n].strip()]
            if line != last or len(at) != 1 or left < 0:
                raise ValueError(f"{cells}: {', '.join(row[n] for n in at) or 'no text'}")
            row[left], row[at[0]] = row[at[0]], row[left] if at[0] != left else row[at[0]]
            spans[index, left] = right
        return replace(self, rows=rows, drawn=Drawn(spans, self.drawn.ruled))

    def heading_at(self, index: int, column: int, left: int) -> bool:
        """Whether what stands at `left` in a row may stand over a `column` to the right of it, by what is drawn."""
        return self.drawn.spans.get((index, left), column) >= column

    def range_of(self, top: int, left: int, bottom: int, right: int) -> str:
        """What its cells between two corners, given by indices, are called: `B3:K40`."""
        columns = (_letters(index + self.first) for index in (left, right))
        return ":".join(f"{name}{self.lines[row]}" for name, row in zip(columns, (top, bottom)))


def _letters(column: int) -> str:
    """The letters of a column by its number: 1 is A, 27 is AA."""
    return (_letters((column - 1) // 26) if column > 26 else "") + chr(ord("A") + (column - 1) % 26)


def _place(cell: str) -> tuple[int, int]:
    """Column and row of a cell such as `B3`."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column, int(cell[len(letters) :])


@dataclass(frozen=True)
class Asked:
    """What a descriptor says of how a file is read: the sheet of a workbook, the encoding of a text, what stands between
    its cells (`""`: what the format has), the lines that stand beside the rows of a list."""

    sheet: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ""
    lines: tuple[str, ...] = ()


#: Nothing is said; the encoding that Chinese texts have if they are no UTF-8.
PLAIN, GB18030 = Asked(), Asked(encoding="gb18030")


class Broken(Exception):
    """A file that cannot be read whole: the line, what is read there, and what is expected."""

    def __init__(self, line: int | None, read: str, expected: str):
        self.line, self.read, self.expected = line, read, f"{WHOLE}: {expected}"
        super().__init__(f"line {line}: {read}")


class Format(Protocol):
    """How the bytes of some files are read. `endings`: of the names of such files, in small letters."""

    endings: tuple[str, ...]

    def ways(self, path: Path) -> list[Asked]:
        """How a file may be asked for, as it looks: as it is first, then each of its pages that it shows."""
        ...


@runtime_checkable
class PageFormat(Format, Protocol):
    """A format that is read cell by cell, as a person reads a page."""

    def page(self, path: Path, file: str, check: str, faults: list[Fault], asked: Asked = PLAIN) -> Page | None:
        """What stands in the file `path`, which messages call `file`; None (and faults) if it cannot be read."""
        ...


class BulkFile(Protocol):
    """One file of any size, scanned by DuckDB.

    `header_row`: where the names of its columns stand, if they stand in a row. `is_costly`: whether each scan takes
    the file apart, so that its rows are better laid down once. `tells_stored`: whether its scan has STORED. `sheet`: the
    name of the one that it is, where the format has such; `unseen`: in words, what that hides.
    """

    header_row: int | None
    is_costly: bool
    tells_stored: bool
    sheet: str
    unseen: str

    def within(self, folder: Path) -> AbstractContextManager[None]:
        """It is scanned and looked through within this context: a text in another encoding than UTF-8 has a copy in
        `folder` so long, with the same lines."""
        ...

    def columns(self, connection: duckdb.DuckDBPyConnection) -> list[Column]:
        """Its columns, as the file names them: DuckDB would tell `Value, value` apart by itself.

        Raises Broken, duckdb.Error or polars' PolarsError if the file cannot be read.
        """
        ...

    def scan(self, connection: duckdb.DuckDBPyConnection) -> str:
        """A query for its rows, in any order: its columns, and ROW. Raises as `columns` does.

        The `connection` keeps the order in which rows are read.
        """
        ...

    def is_misread(self, rows: int) -> bool:
        """Whether the places of a scan that gave so many `rows` were wrong; those of the next are right. Raises Broken."""
        ...

    def look_through(self) -> list[Broken]:
        """What keeps it from being read whole, in the order of its lines: nothing if none is found."""
        ...


@runtime_checkable
class BulkFormat(Format, Protocol):
    """A format that DuckDB scans, row by row, in bounded memory."""

    def bulk(self, path: Path, asked: Asked = PLAIN) -> BulkFile:
        """One file; it is not opened yet."""
        ...


def why_broken(data: BulkFile, error: Exception) -> list[Broken]:
    """Why a bulk file cannot be read whole: in our words where we find the places, in those of its reader where not."""
    own = error if isinstance(error, Broken) else None
    said = own or Broken(None, " ".join(str(error).split())[:400], "as the reader says")
    return data.look_through() or [said]
