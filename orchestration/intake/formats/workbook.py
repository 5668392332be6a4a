"""Workbooks: one sheet is a page, each cell the text that Excel, or LibreOffice, shows.

What shows no number is no number: a formula without a cached value is read as its formula, an error as its sign, a
date as a date, and a figure under another format names that format. Hidden rows and columns are read as all others.
"""

from __future__ import annotations

import datetime
import io
import itertools
from pathlib import Path
from typing import Any

import openpyxl
import xlrd
from openpyxl.cell.rich_text import CellRichText, TextBlock

from orchestration.intake.formats import container, drawn
from orchestration.intake.formats.csv_file import MAX_CELLS
from orchestration.intake.formats.format import PLAIN, Asked, Drawn, Page
from orchestration.intake.formats.number_format import shown
from orchestration.intake.formats.open_document import Ods
from orchestration.intake.formats.page_file import PageFile
from orchestration.intake.formats.raised import joined
from orchestration.intake.seed_files import bytes_of
from validations.faults import Fault

#: The texts of a sheet, row by row.
Texts = list[list[str]]
#: What raised type is called in a workbook of the newer kind, and of the older.
RAISED, RAISED_IN_BIFF = "superscript", 1
EXPECTED_SIZE = "a table of a page; bulk figures are a tidy resource"


class Workbook:
    """Sheets by name; where there is one that is not hidden, it need not be named."""

    endings = (".xls", ".xlsx", ".ods")

    def page(self, path: Path, file: str, check: str, faults: list[Fault], asked: Asked = PLAIN) -> Page | None:
        content = bytes_of(path, file, check, faults)
        if content is None:
            return None
        try:
            book = _book(*container.opened(content))
            name = _sheet(book, asked.sheet)
            texts = _trimmed(book.texts(name))
        except container.Refused as refused:
            faults.append(Fault(file, None, "", refused.read, refused.expected, check))
            return None
        except _DAMAGED as error:
            faults.append(Fault(file, None, "", f"a damaged workbook ({error})", "one that Excel opens", check))
            return None
        width = max(map(len, texts), default=0)
        unseen = _told(*book.hidden(name), len(texts), width)
        return Page(texts, [*range(1, len(texts) + 1)], name, unseen=unseen, drawn=book.drawn(name))

    def ways(self, path: Path) -> list[Asked]:
        try:
            book = _book(*container.opened(path.read_bytes()))
        except (container.Refused, *_DAMAGED):
            return [PLAIN]
        return [PLAIN, *(Asked(title) for title, hidden in book.sheets.items() if not hidden)]

    def bulk(self, path: Path, asked: Asked = PLAIN) -> PageFile:
        return PageFile(self, path, asked)


class _Xlsx:
    """A workbook of the newer kind, read twice: its values, and the formulas that have none."""

    def __init__(self, content: bytes):
        self._values = openpyxl.load_workbook(io.BytesIO(content), data_only=True, rich_text=True)
        self._formulas = openpyxl.load_workbook(io.BytesIO(content))
        #: The sheets by name, and whether each is hidden.
        self.sheets = {sheet.title: sheet.sheet_state != "visible" for sheet in self._values.worksheets}

    def texts(self, name: str) -> Texts:
        sheet, formulas = self._values[name], self._formulas[name]
        _bounded(sheet.max_row, sheet.max_column)
        return [
            [self._text(cell, formulas.cell(cell.row, cell.column).value) for cell in row] for row in sheet.iter_rows()
        ]

    def hidden(self, name: str) -> tuple[list[int], list[int]]:
        """Rows and columns that a sheet does not show, from 1; one format may stand for several columns."""
        sheet = self._values[name]
        columns = [one for one in sheet.column_dimensions.values() if one.hidden]
        return (
            [number for number, row in sheet.row_dimensions.items() if row.hidden],
            [n for one in columns for n in range(one.min or 1, min(one.max or 1, sheet.max_column) + 1)],
        )

    def drawn(self, name: str) -> Drawn:
        return drawn.of_xlsx(self._values[name])

    def _text(self, cell: Any, formula: Any) -> str:
        value = cell.value
        if value is None:
            return "" if formula is None else f"{getattr(formula, 'text', formula)} (a formula without a cached value)"
        if isinstance(value, CellRichText):
            return joined((str(run), isinstance(run, TextBlock) and run.font.vertAlign == RAISED) for run in value)
        return _text(value, cell.number_format, cell.is_date)


class _Xls:
    """A workbook of the older kind (BIFF)."""

    def __init__(self, content: bytes):
        self._book = xlrd.open_workbook(file_contents=content, formatting_info=True)
        self.sheets = {sheet.name: sheet.visibility != 0 for sheet in self._book.sheets()}

    def texts(self, name: str) -> Texts:
        sheet = self._book.sheet_by_name(name)
        _bounded(sheet.nrows, sheet.ncols)
        runs = sheet.rich_text_runlist_map
        return [
            [self._text(cell, runs.get((number, column), [])) for column, cell in enumerate(sheet.row(number))]
            for number in range(sheet.nrows)
        ]

    def hidden(self, name: str) -> tuple[list[int], list[int]]:
        """Rows and columns that a sheet does not show, from 1."""
        sheet = self._book.sheet_by_name(name)
        rows = [number + 1 for number, row in sheet.rowinfo_map.items() if row.hidden]
        return rows, [number + 1 for number, column in sheet.colinfo_map.items() if column.hidden]

    def drawn(self, name: str) -> Drawn:
        return drawn.of_xls(self._book, self._book.sheet_by_name(name))

    def _text(self, cell: Any, runs: list[tuple[int, int]]) -> str:
        """What a cell shows; `runs`: where in its text a font begins, and which."""
        if runs:
            starts = [0, *(start for start, _ in runs), len(cell.value)]
            fonts = [0, *(self._book.font_list[font].escapement for _, font in runs)]
            texts = [cell.value[start:end] for start, end in itertools.pairwise(starts)]
            return joined((text, font == RAISED_IN_BIFF) for text, font in zip(texts, fonts))
        if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
            return ""
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cell.value, "#ERROR!")
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return _text(bool(cell.value), "", False)
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                return _text(xlrd.xldate_as_datetime(cell.value, self._book.datemode), "", True)
            except (ValueError, OverflowError, xlrd.XLDateError):
                return f"{cell.value} as a date"
        style = self._book.format_map[self._book.xf_list[cell.xf_index].format_key]
        return _text(cell.value, style.format_str, False)


#: What readers raise of a workbook that is broken.
_DAMAGED = (xlrd.XLRDError, xlrd.compdoc.CompDocError, KeyError, ValueError, IndexError, OSError, EOFError)


Book = _Xlsx | _Xls | Ods


def _book(kind: str, content: bytes) -> Book:
    if kind == container.ODS:
        return Ods(content, MAX_CELLS)
    return _Xlsx(content) if kind == container.XLSX else _Xls(content)


def _text(value: Any, number_format: str, is_date: bool) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)):
        whole = isinstance(value, datetime.datetime) and value.time() == datetime.time()
        return f"{value.date() if whole else value} as a date"
    if isinstance(value, (int, float)):
        return f"{value} as a date" if is_date else shown(value, number_format)
    return str(value)


def _sheet(book: Book, name: str | None) -> str:
    """The sheet that is asked for; the only one that is not hidden, if none is. Raises Refused."""
    told = ", ".join(f"{title}{' (hidden)' if hidden else ''}" for title, hidden in book.sheets.items())
    if name is not None:
        if name not in book.sheets:
            raise container.Refused(f"no sheet {name!r}", f"one of its sheets: {told}")
        return name
    visible = [title for title, hidden in book.sheets.items() if not hidden]
    if len(visible) != 1:
        raise container.Refused(f"{len(visible)} sheets", f"sheet: which of them is read: {told}")
    return visible[0]


def _told(rows: list[int], columns: list[int], height: int, width: int) -> str:
    """What a sheet hides of the `height` rows and `width` columns that are read, in words."""
    parts = [
        f"{len(numbers)} hidden {kind}{'s' if len(numbers) > 1 else ''} ({', '.join(map(str, numbers[:8]))}{', ...' if len(numbers) > 8 else ''})"
        for kind, found, most in (("row", rows, height), ("column", columns, width))
        if (numbers := sorted({number for number in found if number <= most}))
    ]
    return f"{' and '.join(parts)}, read as all others" if parts else ""


def _bounded(rows: int, columns: int) -> None:
    if rows * columns > MAX_CELLS:
        raise container.Refused(f"{rows:,} rows of {columns:,} cells", f"at most {MAX_CELLS:,} cells: {EXPECTED_SIZE}")


def _trimmed(texts: Texts) -> Texts:
    """Without the empty rows and columns at the end, which a sheet keeps and nobody sees."""
    while texts and not any(texts[-1]):
        texts.pop()
    width = max((number for row in texts for number, text in enumerate(row, 1) if text), default=0)
    return [(row + [""] * width)[:width] for row in texts]
