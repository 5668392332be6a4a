"""One Excel workbook of all marts: notes first, then a sheet for each, with typed cells and units as formats.

Rows are streamed: a sheet takes as much memory as one row. Text is written as text, never as a formula or a link.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from bi.files.metadata import TableFacts, unit_of
from bi.release import Column, Release
from orchestration.engine import quoted

#: Rows of a mart that gets a sheet. Excel holds ten times as many, but neither it nor this module in a bearable time.
SHEET_ROWS = 100_000
#: Characters that a cell holds; Excel refuses a file with more.
CELL = 32_767
FETCHED = 5_000
FORMATS = {
    "yuan": "#,##0.00##",
    "yuan per month": "#,##0.00##",
    "yuan per year": "#,##0.00##",
    "persons": "#,##0",
    "share, 1 = 100 %": "0.00%",
    "ratio, 1 = equal": "0.0000##",
    "percentage points": "0.00##",
    "DATE": "yyyy-mm-dd",
    "INTEGER": "0",
}
WRAPPED = {"text_wrap": True, "valign": "top"}


def write(release: Release, marts: list[TableFacts], path: Path) -> None:
    """The workbook of these marts; one with more than SHEET_ROWS is left out, and the notes say so."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        # The file says nothing of the time at which it was written: the release says what it is.
        book.set_properties({"title": f"Minsheng {release.release_id}", "created": datetime.datetime(2000, 1, 1)})
        formats = {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()}
        formats["header"] = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4"})
        formats["doubtful"] = book.add_format({"bg_color": "#FFF2CC"})
        _notes(book, formats, release, marts)
        for facts in marts:
            if fits(facts):
                _sheet(book, formats, release, facts)


def fits(facts: TableFacts) -> bool:
    """Whether the mart gets a sheet."""
    return facts.rows <= SHEET_ROWS


def _sheet(book: Any, formats: dict[str, Any], release: Release, facts: TableFacts) -> None:
    sheet = book.add_worksheet(facts.table.name[:31])
    columns = facts.table.columns
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _width(column), formats.get(unit_of(column.name) or column.type))
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.name, formats["header"])
        sheet.write_comment(0, place, _note(facts, column), {"x_scale": 2, "y_scale": 1.5})
    # Names stay in sight when one scrolls right, up to the first column that is none.
    frozen = next((p for p, c in enumerate(columns) if not c.name.startswith("ref_area")), 0)
    sheet.freeze_panes(1, frozen)
    order = ", ".join(quoted(name) for name in facts.key)
    cursor = release.connection.execute(f"select * from {facts.table.full_name} order by {order}")
    row_no = 0
    while rows := cursor.fetchmany(FETCHED):
        for row in rows:
            row_no += 1
            for place, value in enumerate(row):
                _cell(sheet, row_no, place, value)
    sheet.autofilter(0, 0, max(row_no, 1), len(columns) - 1)
    marked = release.rows("select obs_status from core.obs_status where mark_en is not null order by obs_status")
    for place in (p for p, c in enumerate(columns) if c.name in facts.status_of.values()):
        # A status with a mark is what a reader must not overlook.
        for row in marked:
            told = {
                "type": "cell",
                "criteria": "==",
                "value": f'"{row["obs_status"]}"',
                "format": formats["doubtful"],
            }
            sheet.conditional_format(1, place, max(row_no, 1), place, told)


def _cell(sheet: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, (int, float, Decimal)):
        sheet.write_number(row, place, value)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, place, value)
    elif value is not None:
        sheet.write_string(row, place, str(value)[:CELL])


def _note(facts: TableFacts, column: Column) -> str:
    status = facts.status_of.get(column.name)
    return column.comment + (f"\nStatus: {status}" if status else "")


def _width(column: Column) -> int:
    if column.name.startswith("caveat") or column.name.endswith("_id"):
        return 40
    return 24 if column.type == "VARCHAR" or unit_of(column.name) else 12


def _notes(book: Any, formats: dict[str, Any], release: Release, marts: list[TableFacts]) -> None:
    sheet = book.add_worksheet("notes")
    text = book.add_format(WRAPPED)
    title = book.add_format({"bold": True, "font_size": 14})
    sheet.set_column(0, 0, 30, text)
    sheet.set_column(1, 3, 60, text)
    for row_no, line in enumerate(_lines(release, marts)):
        style = title if len(line) == 1 else formats["header"] if line and line[0].startswith("#") else text
        for place, words in enumerate(line):
            sheet.write_string(row_no, place, words.removeprefix("#"), style)


def _lines(release: Release, marts: list[TableFacts]) -> Iterator[list[str]]:
    """The lines of the notes; one of a single cell is a title, one that begins with # a header."""
    yield [f"Minsheng 民生, release {release.release_id}"]
    yield ["How to read it 如何阅读", HOW_EN, HOW_ZH]
    yield []
    yield ["Sheets 工作表"]
    yield ["#sheet", "one row is", "rows"]
    for facts in marts:
        left_out = "" if fits(facts) else f" (more than {SHEET_ROWS:,}, no sheet: see {facts.table.name}.parquet)"
        yield [facts.table.name, facts.table.comment, f"{facts.rows}{left_out}"]
    yield []
    yield ["Status codes 状态代码"]
    yield ["#code", "meaning", "含义", "may be quoted 可否引用"]
    for row in release.rows("from core.obs_status order by obs_status"):
        marks = [row["mark_en"], row["mark_zh"]]
        quoted = "yes 可" if row["may_be_quoted"] else "no 否"
        yield [row["obs_status"], row["name_en"], row["name_zh"], "; ".join(filter(None, [quoted, *marks]))]
    yield []
    yield ["Units of the sheet series 序列的单位"]
    yield ["#code", "meaning", "含义"]
    for row in release.rows("select * from core.unit order by unit_measure"):
        yield [
            row["unit_measure"],
            f"{row['name_en']}: {row['definition_en']}",
            f"{row['name_zh']}:{row['definition_zh']}",
        ]
    yield []
    yield ["Sources 来源"]
    yield ["#source", "how to cite it 引用", "licence"]
    for row in release.rows("select source_id, citation, licence from core.source order by source_id"):
        yield [row["source_id"], row["citation"], row["licence"]]


HOW_EN = (
    "A measure's name ends in its unit; shares are shown as per cent, and the cell holds 0.5 for 50 %. Each measure has"
    " a status beside it; one that has to be told is coloured. An empty cell is a figure that is not there or not to be used:"
    " caveat_en and caveat_zh say why; it is never zero. B: not to be compared with the period before. Rows with"
    " is_total are totals: leave them out of sums. The note at each column's name gives its meaning. Excel keeps 15"
    " digits of a number; Parquet keeps all. Nothing here is computed by Excel: there are no formulas."
)
HOW_ZH = (
    "指标列名以单位结尾；比重以百分数显示，单元格值0.5即50%。每个指标旁有状态列，须注明者着色。空单元格表示无数据或不予使用，"
    "绝不是零，原因见caveat_en与caveat_zh。状态B:不可与前期比较。is_total为真的行是合计，求和时须剔除。列名批注给出含义。"
    "Excel只保留15位数字,Parquet完整保留。本工作簿不含公式。"
)
