"""CSV: a page of at most half a million cells, read whole; or a long file, scanned by DuckDB and told its lines."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.engine import literal
from orchestration.intake.formats import long_csv
from orchestration.intake.formats.format import PLAIN, ROW, Asked, Broken, Column, Page
from orchestration.intake.seed_files import CSV_EXPECTED, text_of
from validations.faults import Fault

#: Cells of a CSV file that is read cell by cell.
MAX_CELLS = 500_000


class Csv:
    """Commas between cells, quotes doubled inside quotes, in UTF-8 if nothing else is said."""

    endings = (".csv",)
    delimiter = ","

    def page(self, path: Path, file: str, check: str, faults: list[Fault], asked: Asked = PLAIN) -> Page | None:
        if asked.sheet is not None:
            faults.append(Fault(file, None, "", f"sheet {asked.sheet!r}", "a workbook: a text has no sheets", check))
            return None
        text = text_of(path, file, check, faults, asked.encoding)
        if text is None:
            return None
        page, cells = Page([], []), 0
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter, strict=True)
        begins = 1
        try:
            for row in reader:
                page.rows.append(row)
                page.lines.append(begins)
                begins = reader.line_num + 1
                cells += len(row)
                if cells > MAX_CELLS:
                    expected = "a table of a page; bulk figures are a tidy resource"
                    faults.append(Fault(file, page.lines[-1], "", f"more than {MAX_CELLS} cells", expected, check))
                    return None
        except csv.Error as error:
            faults.append(Fault(file, begins, "", str(error), CSV_EXPECTED, check))
            return None
        return page

    def sheets(self, path: Path) -> list[str]:
        return []

    def bulk(self, path: Path) -> LongCsv:
        return LongCsv(path)


class Tsv(Csv):
    """The same with tabs between cells; a page only."""

    endings = (".tsv",)
    delimiter = "\t"
    bulk = None


@dataclass
class LongCsv:
    """One long CSV file. `ahead`: where its records begin, if they are not lines; known after the first scan."""

    path: Path
    ahead: long_csv.Ahead = field(default_factory=list)
    header_row = 1
    is_costly = True

    def columns(self, connection: duckdb.DuckDBPyConnection) -> list[Column]:
        return [(name, "VARCHAR") for name in long_csv.header(self.path)]

    def scan(self, connection: duckdb.DuckDBPyConnection) -> str:
        named = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in self.columns(connection))
        rows = (
            f"select *, row_number() over () + 1 as {ROW} from read_csv({literal(str(self.path))}, header = true,"
            f" auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', columns = {{{named}}})"
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
        if self.ahead or long_csv.has_a_line_each(self.path, rows):
            return False
        self.ahead = long_csv.ahead(self.path, rows)
        return True

    def look_through(self) -> list[Broken]:
        return long_csv.look_through(self.path)
