"""CSV: a page of at most half a million cells, read whole; or a long file, scanned by DuckDB and told its lines."""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from orchestration.engine import literal
from orchestration.intake.formats import long_csv
from orchestration.intake.formats.format import GB18030, PLAIN, ROW, Asked, Broken, Column, Page
from orchestration.intake.formats.page_file import PageFile
from orchestration.intake.seed_files import CSV_EXPECTED, text_of
from validations.faults import Fault
from validations.written import DELIMITERS

#: Cells of a CSV file that is read cell by cell.
MAX_CELLS = 500_000
#: Bytes of a file that is not so much as opened as a page: it has more cells than that.
MAX_BYTES = 100_000_000
#: Bytes of a text, and lines of it, that are looked at to see what stands between its cells.
LOOKED_BYTES, LOOKED_AT = 4_000_000, 200
#: Characters of the first line of a file that are looked at.
LONGEST_LINE = 4_000


class Csv:
    """Commas between cells, if nothing else is said, quotes doubled inside quotes, in UTF-8 if nothing else is said."""

    endings = (".csv",)
    delimiter = ","

    def page(self, path: Path, file: str, check: str, faults: list[Fault], asked: Asked = PLAIN) -> Page | None:
        if asked.sheet is not None:
            faults.append(Fault(file, None, "", f"sheet {asked.sheet!r}", "a workbook: a text has no sheets", check))
            return None
        too_many = Fault(
            file, None, "", f"more than {MAX_CELLS} cells", "a table of a page; bulk figures are a tidy resource", check
        )
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            faults.append(too_many)
            return None
        text = text_of(path, file, check, faults, asked.encoding)
        if text is None:
            return None
        page, cells = Page([], []), 0
        delimiter = asked.delimiter or self.delimiter
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        begins = 1
        try:
            for row in reader:
                page.rows.append(row)
                page.lines.append(begins)
                begins = reader.line_num + 1
                cells += len(row)
                if cells > MAX_CELLS:
                    faults.append(replace(too_many, row=page.lines[-1]))
                    return None
        except csv.Error as error:
            faults.append(Fault(file, begins, "", str(error), CSV_EXPECTED, check))
            return None
        other = separated_by(text, delimiter) if max(map(len, page.rows), default=0) == 1 else delimiter
        if other != delimiter:
            read, expected = long_csv.otherwise(other, delimiter)
            faults.append(Fault(file, 1, "", read, expected, check))
            return None
        return page

    def ways(self, path: Path) -> list[Asked]:
        for asked in (PLAIN, GB18030):
            text = _beginning(path, asked.encoding)
            if text is not None:
                other = separated_by(text, self.delimiter)
                return [asked if other == self.delimiter else replace(asked, delimiter=other)]
        return [PLAIN]

    def bulk(self, path: Path, asked: Asked = PLAIN) -> LongCsv | PageFile:
        """A file of any size; one that begins or ends with a line that is no row is a page."""
        delimiter = asked.delimiter or self.delimiter
        has_lines = asked.lines and {*_outer_lines(path, asked.encoding, delimiter)} & {*asked.lines}
        return PageFile(self, path, asked) if asked.sheet or has_lines else LongCsv(path, delimiter, asked.encoding)


class Tsv(Csv):
    """The same with tabs between cells."""

    endings = (".tsv",)
    delimiter = "\t"


def _beginning(path: Path, encoding: str) -> str | None:
    """What a text begins with; None if that is not in its `encoding`."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == PLAIN.encoding else encoding)()
    with path.open("rb") as file:
        head = file.read(LOOKED_BYTES)
        is_whole = not file.read(1)
    try:
        return decoder.decode(head, final=is_whole)
    except UnicodeDecodeError:
        return None


def _outer_lines(path: Path, encoding: str, delimiter: str) -> Iterator[str]:
    """What the first row of a text says, and the last one, where it has but one cell that is not empty."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        first = file.readline(LONGEST_LINE)
        file.seek(max(path.stat().st_size - LONGEST_LINE, 0))
        last = file.read().strip().splitlines()[-1:]
    for row in (first, *last):
        text = row.decode("utf-8-sig" if encoding == PLAIN.encoding else encoding, errors="replace")
        cells = next(csv.reader(text.strip().splitlines()[:1], delimiter=delimiter), [])
        texts = [text.strip() for text in cells if text.strip()]
        if len(texts) == 1:
            yield texts[0]


def separated_by(text: str, delimiter: str) -> str:
    """What stands between the cells of a text: the one of DELIMITERS that stands equally often in the most lines; the
    `delimiter` that its format has, if no other is in more of them."""
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]

    def alike(mark: str) -> int:
        counts = Counter(count for line in lines if (count := line.count(mark)))
        return max(counts.values(), default=0)

    return max((delimiter, *DELIMITERS.values()), key=alike)


@dataclass
class LongCsv:
    """One long CSV file. `ahead`: where its records begin, if they are not lines; known after the first scan. `copies`:
    where its copy in UTF-8 lies, if it needs one."""

    path: Path
    delimiter: str = ","
    encoding: str = PLAIN.encoding
    ahead: long_csv.Ahead = field(default_factory=list)
    copies: Path | None = None
    header_row = 1
    is_costly, tells_stored = True, False
    sheet = unseen = ""

    @contextmanager
    def within(self, folder: Path) -> Iterator[None]:
        if self.encoding == PLAIN.encoding:
            yield
            return
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as copies:
            self.copies = Path(copies)
            yield

    @property
    def _text(self) -> Path:
        """The file in UTF-8. Raises Broken."""
        if self.encoding == PLAIN.encoding:
            return self.path
        copy = self.copies / self.path.name
        if not copy.exists():
            long_csv.copy(self.path, self.encoding, copy)
        return copy

    def columns(self, connection: duckdb.DuckDBPyConnection) -> list[Column]:
        return [(name, "VARCHAR") for name in long_csv.header(self._text, self.delimiter)]

    def scan(self, connection: duckdb.DuckDBPyConnection) -> str:
        named = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in self.columns(connection))
        rows = (
            f"select *, row_number() over () + 1 as {ROW} from read_csv({literal(str(self._text))}, header = true,"
            f" auto_detect = false, delim = {literal(self.delimiter)}, quote = '\"', escape = '\"', nullstr = '',"
            f" columns = {{{named}}})"
        )
        if not self.ahead:
            return rows
        records, lines = zip(*self.ahead)
        connection.execute(
            "create or replace temp table ahead as select unnest(?) as record, unnest(?) as lines",
            [list(records), list(lines)],
        )
        return (
            f"select f.* replace (f.{ROW} + a.lines as {ROW}) from ({rows}) as f"
            f" asof join ahead as a on f.{ROW} >= a.record"
        )

    def is_misread(self, rows: int) -> bool:
        if self.ahead or long_csv.has_a_line_each(self._text, rows):
            return False
        self.ahead = long_csv.ahead(self._text, rows, self.delimiter)
        return True

    def look_through(self) -> list[Broken]:
        try:
            return long_csv.look_through(self._text, self.delimiter)
        except Broken as broken:
            return [broken]
