"""Workbooks and texts as offices send them: read as Excel shows them, refused by name where they cannot be trusted."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
import xlwt
from jinja2 import Environment
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter

from orchestration.drafting.page_look import look
from orchestration.intake.formats.container import DEFAULT_PASSWORD
from orchestration.intake.formats.number_format import shown
from orchestration.intake.formats.workbook import Workbook
from orchestration.intake.source_reader import read_source
from orchestration.paths import ROOT
from tests.test_layouts import lists
from tests.test_page_layouts import HEAD, MONEY, YEARS, figures
from validations.code_lists import CodeLists

__all__ = ["lists"]
#: A sheet: texts, and numbers with the format that shows them.
SHEET = [
    ["表1 预算支出", None, None],
    ["单位：亿元", None, None],
    ["地区", "2022年", "2021年"],
    ["甘肃", (1234.5, "#,##0.00"), (0.1 + 0.2, "General")],
    ["临夏回族自治州", (4, "0"), (3.456, "0.0_ ")],
]
EXPECTED = {
    ("620000", "2022", "1234.50"),
    ("620000", "2021", "0.3"),
    ("622900", "2022", "4"),
    ("622900", "2021", "3.5"),
}
DECLARED = (
    '    corner: 地区\n    notes: ["单位：亿元"]\n    printed_unit: 亿元\n'
    + MONEY
    + YEARS
    + "    rows: {holds: ref_area}\n"
)


def xlsx(sheets: dict[str, list], hidden: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                value, number_format = value if isinstance(value, tuple) else (value, None)
                cell = sheet.cell(row, column, value)
                if number_format:
                    cell.number_format = number_format
    return _bytes(book)


def xls(sheets: dict[str, list], hidden: tuple[str, ...] = ()) -> bytes:
    book = xlwt.Workbook()
    for title, rows in sheets.items():
        sheet = book.add_sheet(title)
        sheet.visibility = 1 if title in hidden else 0
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                value, number_format = value if isinstance(value, tuple) else (value, None)
                if value is not None:
                    sheet.write(row, column, value, xlwt.easyxf(num_format_str=number_format or "General"))
    return _bytes(book)


def protected(content: bytes, password: str = DEFAULT_PASSWORD) -> bytes:
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, target)
    return target.getvalue()


def zipped(*names: str, size: int = 10, base: bytes | None = None) -> bytes:
    target = io.BytesIO(base or b"")
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, b"0" * size)
    return target.getvalue()


def _bytes(book) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(folder: Path, lists: CodeLists, name: str, content: bytes, declared: str = DECLARED):
    source = folder / "sources" / "s"
    source.mkdir(parents=True, exist_ok=True)
    (source / "datapackage.yaml").write_text(HEAD.replace("t.csv", name) + declared, encoding="utf-8")
    (source / name).write_bytes(content)
    return read_source(folder, "s", lists, folder, lambda text: None)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.xlsx", xlsx({"Sheet1": SHEET})),
        ("t.xls", xls({"Sheet1": SHEET})),
        ("t.xls", protected(xlsx({"Sheet1": SHEET}))),
        ("t.xlsx", xlsx({"Sheet1": SHEET, "vendor": [["an address"]]}, hidden=("vendor",))),
        ("t.xls", xls({"Sheet1": SHEET, "vendor": [["an address"]]}, hidden=("vendor",))),
    ],
    ids=["xlsx", "xls", "the default password", "a hidden sheet beside it", "the same in xls"],
)
def test_a_sheet_is_read_as_it_is_shown(tmp_path: Path, lists: CodeLists, name: str, content: bytes):
    assert {row[:3] for row in figures(read(tmp_path, lists, name, content))} == EXPECTED


def test_two_tables_may_stand_on_two_sheets_of_one_file(tmp_path: Path, lists: CodeLists):
    both = xlsx(
        {"1-2": SHEET, "3": [row[:1] + [(7, "0.0"), (8, "0")] if n > 2 else row for n, row in enumerate(SHEET)]}
    )
    second = HEAD[HEAD.index("  - name: t") :].replace("name: t", "name: u").replace("t.csv", "t.xlsx")
    share = DECLARED.replace("FISCAL_EXPENDITURE", "FISCAL_REVENUE")
    source = read(tmp_path, lists, "t.xlsx", both, f'    sheet: "1-2"\n{DECLARED}{second}    sheet: "3"\n{share}')
    assert len(figures(source)) == 8
    assert {c["file"] for c in source.rows["observation"]} == {"sources/s/t.xlsx#1-2", "sources/s/t.xlsx#3"}


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0.125, "0.0%", "12.5%"),
        (2.5, "0", "3"),
        (-2.345, "0.00_);(0.00)", "-2.35"),
        (5, '0.00" 亿元"', "5.00 亿元"),
        (5, '0.0\\ "万人"', "5.0 万人"),
        (123456, "0!.0,", "12.3"),
        (12345, r"0\.0,", "1.2"),
        (12345678, "0!.0000", "1234.5678"),
        (1234567890, '0!.00,,"亿"', "12.35亿"),
        (1234567890, "#,##0,,", "1,235"),
        (15000, '[>=10000]0!.0,"万";0', "1.5万"),
        (50, '[>=10000]0!.0,"万";0', "50"),
        (-5, "0.0;[红色]0.0", "-5.0"),
        (-5.25, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-5.25"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (0, "0.0;-0.0;", ""),
        (3.456, "0.##", "3.46"),
        (1234, "#,###", "1,234"),
        (2022, '0"年"', "2022年"),
        (5, '"约"0', "约5"),
        (-5.5, '"增长"0.0;"下降"0.0', "下降5.5"),
        (5, "[$US$-409]#,##0.00", "US$5.00"),
        (5, "[$¥-804]#,##0.00", "5.00"),
        (5, ";;;", "5 hidden by the format ;;;"),
        (5, "[DBNum1]0", "5 in the format [DBNum1]0"),
        (12345, "#,##0!.0,", "12345 in the format #,##0!.0,"),
        (7.0, "General", "7"),
        (1e-7, "General", "0.0000001"),
        (12345678901234567, "General", "12345678901234567"),
        (100 / 3, "General", "33.33333333"),
        (98.6, "@", "98.6"),
        (0.5, "# ?/?", "0.5 in the format # ?/?"),
        (1234.5, "0.00E+00", "1234.5 in the format 0.00E+00"),
        (44000, "yyyy-mm-dd", "44000 in the format yyyy-mm-dd"),
    ],
)
def test_a_number_is_shown_under_its_format(value: float, number_format: str, text: str):
    assert shown(value, number_format) == text


@pytest.mark.parametrize(("name", "made"), [("t.xlsx", xlsx), ("t.xls", xls)])
def test_of_the_decimals_that_general_leaves_out_nobody_knows(tmp_path: Path, lists: CodeLists, name: str, made):
    """The number has the interval of the fewest decimals that it can have been printed with; none are said of it."""
    cells = read(tmp_path, lists, name, made({"Sheet1": SHEET})).rows["observation"]
    told = {(cell["numeral"], cell["decimals"], cell["decimals_known"]) for cell in cells}
    assert told == {("1234.50", 2, True), ("0.3", 1, False), ("4", 0, True), ("3.5", 1, True)}


#: A cell, what is read of it in a table of 亿元, and what is wrong with it.
WITH_ITS_UNIT = {
    "a unit behind it, that of the line": ((5, '0.0"亿元"'), ("5.0", "亿元"), ""),
    "a multiplier behind it": ((12345, '0!.0,"亿"'), ("1.2", "亿元"), ""),
    "stored in a smaller unit of the lists": ((123456, "0!.0,"), ("12.3", "亿元"), ""),
    "another unit behind it": ((5, '0.0"万元"'), None, "万元 in the cell and 亿元 around it"),
    "stored in what is no unit": ((123456, "#,##0.0,"), None, "stored 1,000 times as large, in 亿元"),
    "words that are no unit": ((5, '0.0"万吨"'), None, "5.0万吨"),
    "nothing is shown": ((5, ";;;"), None, "5 hidden by the format ;;;"),
}


@pytest.mark.parametrize("kind", WITH_ITS_UNIT)
@pytest.mark.parametrize(("name", "made"), [("t.xlsx", xlsx), ("t.xls", xls)])
def test_what_a_format_divides_by_and_writes_behind_is_held_against_the_unit(
    tmp_path: Path, lists: CodeLists, name: str, made, kind: str
):
    cell, expected, fault = WITH_ITS_UNIT[kind]
    source = read(tmp_path, lists, name, made({"Sheet1": [*SHEET[:4], ["临夏回族自治州", (4, "0"), cell]]}))
    told = {(c["row_no"], c["column_no"]): c for c in source.rows["observation"]}
    if fault:
        (found,) = source.faults
        assert fault in found.read and found.row == 5, found
    else:
        assert source.faults == [] and (told[5, 3]["printed_value"], told[5, 3]["printed_unit"]) == expected
        assert told[5, 3]["decimals"] == 1


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (datetime.datetime(2022, 3, 4), "2022-03-04 as a date"),
        ((0.5, "# ?/?"), "0.5 in the format # ?/?"),
        ("=B5*2", "=B5*2 (a formula without a cached value)"),
        ("#DIV/0!", "#DIV/0!"),
        (True, "TRUE"),
    ],
    ids=["a date", "a fraction", "a formula", "an error", "a truth"],
)
def test_what_shows_no_number_is_a_fault_with_its_cell(tmp_path: Path, lists: CodeLists, cell, said: str):
    page = [list(row) for row in SHEET]
    page[4][2] = cell
    (fault,) = read(tmp_path, lists, "t.xlsx", xlsx({"Sheet1": page})).faults
    assert (
        (fault.file, fault.row) == ("sources/s/t.xlsx#Sheet1", 5)
        and fault.column.startswith("3 ")
        and said in fault.read
    )


@pytest.mark.parametrize(
    ("name", "content", "read_as", "expected"),
    [
        ("t.xlsx", protected(xlsx({"Sheet1": SHEET}), "secret"), "with a password", "save it so"),
        ("t.xlsx", zipped("xl/vbaProject.bin", base=xlsx({"Sheet1": SHEET})), "macros", "values only"),
        ("t.xlsx", zipped("xl/externalLinks/l1.xml", base=xlsx({"S": SHEET})), "links to other files", "values only"),
        ("t.xlsx", zipped("xl/media/bomb", size=40_000_000, base=xlsx({"S": SHEET})), "bytes unpacked", "at most"),
        ("t.xlsx", zipped("word/document.xml"), "a Word document", "a workbook"),
        ("t.xlsx", b"PK\x03\x04 and no more", "a damaged file", "can be opened"),
        ("t.xls", "地区,2022年\n甘肃,1\n".encode(), "no workbook", ".xlsx or .xls"),
        ("t.xls", b"%PDF-1.7 ...", "a PDF document", ".xlsx or .xls"),
        ("t.xls", b"<html><table></table></html>", "a page of HTML", ".xlsx or .xls"),
        ("t.csv", xlsx({"Sheet1": SHEET}), "a workbook or another binary file", "named .xlsx"),
        ("t.xlsx", xlsx({"a": SHEET, "b": SHEET, "c": SHEET}, hidden=("c",)), "2 sheets", "a, b, c (hidden)"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_opened_is_named(tmp_path: Path, lists: CodeLists, name, content, read_as, expected):
    (fault,) = read(tmp_path, lists, name, content).faults
    assert read_as in fault.read and expected in fault.expected, fault


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path, lists: CodeLists):
    content = xls({"Sheet1": SHEET, "Notes": SHEET})
    (fault,) = read(tmp_path, lists, "t.xls", content, "    sheet: Sheet2\n" + DECLARED).faults
    assert fault.read == "no sheet 'Sheet2'" and "Sheet1, Notes" in fault.expected
    text = "单位：亿元\n地区,2022年\n甘肃,1\n".encode()
    (fault,) = read(tmp_path / "text", lists, "t.csv", text, "    sheet: Sheet1\n" + DECLARED).faults
    assert "a text has no sheets" in fault.expected


def test_a_text_is_in_the_encoding_that_is_declared(tmp_path: Path, lists: CodeLists):
    text = "单位：亿元\n地区,2022年\n甘肃,1.50\n"
    expected = [("620000", "2022", "1.50", "亿元")]
    declared = "    encoding: gb18030\n" + DECLARED
    assert figures(read(tmp_path / "a", lists, "t.csv", text.encode("gb18030"), declared)) == expected
    assert figures(read(tmp_path / "b", lists, "t.csv", text.encode("utf-8-sig"))) == expected
    assert figures(read(tmp_path / "c", lists, "t.tsv", text.replace(",", "\t").encode())) == expected
    (fault,) = read(tmp_path / "d", lists, "t.csv", text.encode("gb18030")).faults
    assert "it may be GB18030" in fault.expected and "encoding: gb18030" in fault.expected
    (fault,) = read(tmp_path / "e", lists, "t.csv", text.encode("gb18030") + b"\xff\xff\n", declared).faults
    assert fault.read == "byte 0xff" and "in GB18030" in fault.expected


@pytest.mark.parametrize(("name", "mark"), [(";", ";"), ("|", "|"), ("tab", "\t")])
def test_what_stands_between_the_cells_of_a_text_is_declared(tmp_path: Path, lists: CodeLists, name: str, mark: str):
    """Undeclared, or declared otherwise, the file is told with what stands there, once."""
    text = "单位：亿元\n地区,2022年,2021年\n甘肃,1.50,1\n".replace(",", mark).encode()
    declared = f'    delimiter: "{name}"\n' + DECLARED
    expected = [("620000", "2022", "1.50", "亿元"), ("620000", "2021", "1", "亿元")]
    assert figures(read(tmp_path / "a", lists, "t.csv", text, declared)) == expected
    (fault,) = read(tmp_path / "b", lists, "t.csv", text).faults
    assert repr(name) in fault.read and f"delimiter: {name!r}" in fault.expected, fault
    (fault,) = read(tmp_path / "c", lists, "t.csv", text.replace(mark.encode(), b","), declared).faults
    assert "delimiter: ','" in fault.expected, fault
    (fault,) = read(tmp_path / "d", lists, "t.tsv", text, declared).faults
    assert "delimiter: of a .csv file; read t.tsv" in fault.expected, fault


AROUND = [["", "A cover line", ""], *[["", *row] for row in SHEET], ["", "一行说明", None, None]]


@pytest.mark.parametrize(("name", "made"), [("t.xlsx", xlsx), ("t.xls", xls)])
def test_a_range_of_a_sheet_is_read_at_its_own_place(tmp_path: Path, lists: CodeLists, name: str, made):
    content = made({"S": AROUND})
    source = read(tmp_path, lists, name, content, "    range: B2:D6\n" + DECLARED)
    assert {row[:3] for row in figures(source)} == EXPECTED
    first = min(source.rows["observation"], key=lambda c: (c["row_no"], c["column_no"]))
    assert (first["row_no"], first["column_no"], first["observation_id"]) == (5, 3, "s:t:r5:c3")
    declared = "    range: B2:D6\n" + DECLARED.replace("holds: ref_area", "label: 甘肃, ref_area: '620000'")
    (fault,) = read(tmp_path, lists, name, content, declared).faults
    assert (fault.row, fault.column) == (6, "2")
    (fault,) = read(tmp_path, lists, name, content, "    range: D6:B2\n" + DECLARED).faults
    assert "upper left first" in fault.expected


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path, lists: CodeLists):
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"S": SHEET})))
    book["S"].row_dimensions[5].hidden = True
    book["S"].column_dimensions["C"].hidden = True
    source = read(tmp_path, lists, "t.xlsx", _bytes(book))
    assert {row[:3] for row in figures(source)} == EXPECTED
    assert source.remarks == ["sources/s/t.xlsx#S: 1 hidden row (5) and 1 hidden column (3), read as all others"]
    assert source.observed["intake.s.files"].endswith(source.remarks[0])
    old = xlwt.Workbook()
    sheet = old.add_sheet("S")
    for row, values in enumerate(SHEET):
        for column, value in enumerate(values):
            value, shape = value if isinstance(value, tuple) else (value, "General")
            if value is not None:
                sheet.write(row, column, value, xlwt.easyxf(num_format_str=shape))
    sheet.row(4).hidden = True
    source = read(tmp_path / "old", lists, "t.xls", _bytes(old))
    assert {row[:3] for row in figures(source)} == EXPECTED and "1 hidden row (5)" in source.remarks[0]


def test_a_cell_is_named_as_its_workbook_names_it():
    """The macro for quality.cell, over every column that a sheet may have; a text has no such address."""
    text = "".join((ROOT / "dbt_project" / "macros" / name).read_text("utf-8") for name in ("decimals.sql", "text.sql"))
    sql = Environment().from_string(text + "{{ cell_address('file', 'row_no', 'column_no') }}").render()
    query = (
        f"select {sql} from range(1, 16385) as n(column_no) cross join (select ? as file, 12 as row_no) order by all"
    )
    named = [row[0] for row in duckdb.execute(query, ["sources/s/t.xlsx#2023 年"]).fetchall()]
    assert named == sorted(f"2023 年!{get_column_letter(n)}12" for n in range(1, 16385))
    assert {row[0] for row in duckdb.execute(query, ["sources/s/t.csv"]).fetchall()} == {None}


def raised_xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in [["地区", "2022年"], ["甘肃", "x"]]:
        book.active.append(row)
    mark = InlineFont(vertAlign="superscript")
    book.active["B2"] = CellRichText("1596.5", TextBlock(mark, "12"))
    book.active["A2"] = CellRichText("甘肃", TextBlock(mark, "1"), " (km", TextBlock(mark, "2"), ")")
    return _bytes(book)


def raised_xls() -> bytes:
    book = xlwt.Workbook()
    sheet, plain, mark = book.add_sheet("S"), xlwt.Font(), xlwt.Font()
    mark.escapement = xlwt.Font.ESCAPEMENT_SUPERSCRIPT
    for column, text in enumerate(["地区", "2022年"]):
        sheet.write(0, column, text)
    sheet.write_rich_text(1, 0, [("甘肃", plain), ("1", mark), (" (km", plain), ("2", mark), (")", plain)])
    sheet.write_rich_text(1, 1, [("1596.5", plain), ("12", mark)])
    return _bytes(book)


@pytest.mark.parametrize(("name", "content"), [("t.xlsx", raised_xlsx()), ("t.xls", raised_xls())])
def test_raised_digits_are_marks_and_no_digits_of_a_number(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    page = Workbook().page(tmp_path / name, name, "", [])
    assert page.rows[1] == ["甘肃¹ (km2)", "1596.5¹²"]


#: A header with headings over the middle of their columns, its figures, and what each column is called then.
CENTRED = [
    ["地区", None, "城镇", None, "农村", None, None],
    [None, *"甲乙丙丁戊己"],
    ["甘肃", *[(n, "0") for n in range(6)]],
]
LABELS = ["城镇 甲", "城镇 乙", "城镇 丙", "农村 丁", "农村 戊", "农村 己"]


def lined_xlsx() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"S": CENTRED})))
    for cell in ("A1", "D1", "G1"):
        book["S"][cell].border = Border(right=Side(style="thin"))
    return _bytes(book)


def lined_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, values in enumerate(CENTRED):
        for column, value in enumerate(values):
            line = "border: right thin" if row == 0 and column in (0, 3, 6) else ""
            sheet.write(row, column, value[0] if isinstance(value, tuple) else value, xlwt.easyxf(line))
    return _bytes(book)


def across_xlsx() -> bytes:
    rows = [["地区", "城镇", None, None, "农村", None, None], *CENTRED[1:]]
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"S": rows})))
    for cell in "BCDEFG":
        book["S"][f"{cell}1"].alignment = Alignment(horizontal="centerContinuous")
    return _bytes(book)


@pytest.mark.parametrize(
    ("name", "content", "ranges"),
    [
        ("t.xlsx", lined_xlsx(), ("B1:D1", "E1:G1")),
        ("t.xls", lined_xls(), ("B1:D1", "E1:G1")),
        ("t.xlsx", across_xlsx(), ()),
    ],
    ids=["lines", "lines in xls", "centred across a selection"],
)
def test_lines_and_alignment_tell_over_which_columns_a_heading_stands(
    tmp_path: Path, name: str, content: bytes, ranges: tuple
):
    (tmp_path / name).write_bytes(content)
    seen = look(Workbook().page(tmp_path / name, name, "", []))
    assert (seen.headings, seen.are_guessed, seen.columns) == (ranges, False, LABELS)


def test_a_merged_heading_ends_where_its_cells_do(tmp_path: Path, lists: CodeLists):
    rows = [
        *SHEET[:2],
        ["地区", "2022年", None, None],
        [None, "甲", "乙", "2021年"],
        ["甘肃", *[(n, "0") for n in range(3)]],
    ]
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"S": rows})))
    book["S"].merge_cells("B3:C3")
    declared = DECLARED.replace(YEARS, "    columns:\n" + "".join(
        f'      - {{label: {label}, time_period: "{year}"}}\n'
        for label, year in (("2022年 甲", 2022), ("2022年 乙", 2023), ("2021年", 2021))
    ))  # fmt: skip
    source = read(tmp_path, lists, "t.xlsx", _bytes(book), "    header_rows: 2\n" + declared)
    assert source.faults == [] and len(source.rows["observation"]) == 3
    wrong = declared + '    headings: ["B3:D3", "B4:C4"]\n'
    (fault,) = read(tmp_path, lists, "t.xlsx", _bytes(book), "    header_rows: 2\n" + wrong).faults
    assert fault.read == "B4:C4: 甲, 乙" and "one text" in fault.expected
