"""Pages of OpenDocument and of HTML: the text that they show, refused by name where it cannot be trusted."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from orchestration.intake.formats.html_file import Html
from orchestration.intake.formats.workbook import Workbook
from tests.test_layouts import lists
from tests.test_page_layouts import figures
from tests.test_workbooks import DECLARED, EXPECTED, read
from validations.code_lists import CodeLists

__all__ = ["lists"]
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
#: The sheet of the other workbooks, as LibreOffice shows it: text, and numbers with their kind.
SHOWN = [
    ["表1 预算支出", "", ""],
    ["单位：亿元", "", ""],
    ["地区", "2022年", "2021年"],
    ["甘肃", ("float", "1,234.50"), ("float", "0.3")],
    ["临夏回族自治州", ("float", "4"), ("currency", "￥3.5")],
]


def ods(sheets: dict[str, list], hidden: tuple[str, ...] = (), mimetype: str = SPREADSHEET, more: str = "") -> bytes:
    """A workbook of OpenDocument: cells as texts, or as (kind of value, shown text, further attributes)."""
    names = ["office", "table", "text", "style"]
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="{"off" if name in hidden else "on"}">'
        f'<table:table-column table:number-columns-repeated="1024"/>{"".join(map(_row, rows))}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>'
        "</table:table-row></table:table>"
        for name, rows in sheets.items()
    )
    style = '<style:style style:name="off"><style:table-properties table:display="false"/></style:style>'
    style += '<style:style style:name="two" style:data-style-name="N2"/>'
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{style}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{more}{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", mimetype)
        packed.writestr("content.xml", content)
    return target.getvalue()


def _row(cells: list) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(cell: str | tuple) -> str:
    kind, text, more = ("string", cell, "") if isinstance(cell, str) else (*cell, "")[:3]
    said = f' office:value-type="{kind}"' if kind else ""
    return (
        f"<table:table-cell{said} {more}><text:p>{text}</text:p></table:table-cell>"
        if text or kind is None
        else ("<table:table-cell/>")
    )


@pytest.mark.parametrize("hidden", [(), ("vendor",)], ids=["a sheet", "a hidden sheet beside it"])
def test_a_sheet_of_open_document_is_read_as_it_is_shown(tmp_path: Path, lists: CodeLists, hidden: tuple[str, ...]):
    sheets = {"Sheet1": SHOWN, **{name: [["an address"]] for name in hidden}}
    source = read(tmp_path, lists, "t.ods", ods(sheets, hidden))
    assert {row[:3] for row in figures(source)} == EXPECTED


def test_what_no_style_shows_has_decimals_that_nobody_knows(tmp_path: Path, lists: CodeLists):
    sheet = [*SHOWN[:4], ["临夏回族自治州", ("float", "4.00", 'table:style-name="two"'), ("float", "3.5")]]
    cells = read(tmp_path, lists, "t.ods", ods({"Sheet1": sheet})).rows["observation"]
    assert {cell["numeral"] for cell in cells if cell["decimals_known"]} == {"4.00"} and len(cells) == 4


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (("float", "1.2亿", 'office:value="123456789" table:style-name="two"'), [("1.2", "亿元", 1)]),
        (("float", "12.3", 'office:value="123456" table:style-name="two"'), [("12.3", "亿元", 1)]),
        (("float", "123.5", 'office:value="123456" table:style-name="two"'), "stored 1,000 times as large"),
        (("float", " ", 'office:value="123456"'), "123456 hidden by its format"),
        (("float", "123.456", 'office:value="7"'), "7 in the format of 123.456"),
    ],
)
def test_a_number_of_open_document_is_held_against_the_one_that_is_stored(
    tmp_path: Path, lists: CodeLists, cell: tuple, expected
):
    source = read(tmp_path, lists, "t.ods", ods({"S": [*SHOWN[:4], ["临夏回族自治州", cell, ("float", "1")]]}))
    if isinstance(expected, str):
        (fault,) = source.faults
        assert expected in fault.read and (fault.row, fault.column[:1]) == (5, "2"), fault
    else:
        found = [(c["printed_value"], c["printed_unit"], c["decimals"]) for c in source.rows["observation"]]
        assert source.faults == [] and [one for one in found if one[0] == expected[0][0]] == expected, source.faults


def test_repeated_cells_and_blanks_of_open_document_stand_where_they_are_shown(tmp_path: Path):
    file = tmp_path / "t.ods"
    rows = [
        ["a", "", ("float", "1", 'table:number-columns-repeated="2"'), '北<text:s text:c="2"/>京<text:line-break/>市']
    ]
    file.write_bytes(ods({"S": rows}))
    page = Workbook().page(file, "t.ods", "", faults := [])
    assert faults == [] and page.rows == [["a", "", "1", "1", "北  京\n市"]] and page.name == "S"


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (ods({"S": SHOWN}, mimetype="application/vnd.oasis.opendocument.text"), "no workbook (application"),
        (ods({"S": SHOWN}, more='<table:table-source table:name="x"/>'), "links to other files"),
        (ods({"S": [[("float", "1", 'table:number-columns-repeated="900000"')]]}), "more than 500,000 cells"),
        (ods({"S": SHOWN}).replace(b"content.xml", b"content.xmk"), "a zipped file"),
        (ods({"S": SHOWN[:4] + [["临夏回族自治州", ("date", "2004-01-03"), ("float", "1")]]}), "2004-01-03 as a date"),
        (
            ods({"S": SHOWN[:4] + [["临夏回族自治州", (None, "", 'table:formula="of:=A1"'), "1"]]}),
            "without a cached value",
        ),
    ],
    ids=["a text", "links", "a bomb of cells", "no content", "a date that was a figure", "no cached value"],
)
def test_open_document_that_cannot_be_trusted_is_told(tmp_path: Path, lists: CodeLists, content: bytes, read_as: str):
    (fault,) = read(tmp_path, lists, "t.ods", content).faults
    assert read_as in fault.read, fault


HTML = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body><p>公报</p>'
    "<table><tr><td>menu</td></tr></table><table><caption>表1 预算支出</caption>"
    "<tr><td colspan=3>单位：亿元</td></tr><thead><tr><th>地区</th><th>2022年</th><th>2021年</th></tr></thead>"
    "<tr><td>甘肃</td><td> 1,234.50\n</td><td><b>0.3</b></td></tr>"
    "<tr><td><p>临夏回族</p><p>自治州</p><td>4<td>3.5</table></body></html>"
)


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_table_of_a_page_of_html_is_read(tmp_path: Path, lists: CodeLists, charset: str):
    content = HTML.format(charset=charset).encode("gb18030" if charset == "gb2312" else "utf-8")
    declared = '    sheet: "2"\n    read_over: [spaces]\n' + DECLARED
    assert {row[:3] for row in figures(read(tmp_path, lists, "t.html", content, declared))} == EXPECTED
    (fault,) = read(tmp_path, lists, "t.html", content).faults
    assert fault.read == "2 tables" and "1 to 2" in fault.expected
    (fault,) = read(tmp_path, lists, "t.html", content, declared.replace('"2"', '"3"')).faults
    assert fault.read == "no table '3'"


def test_cells_over_several_rows_and_columns_stand_in_the_first(tmp_path: Path):
    file = tmp_path / "t.html"
    file.write_text(
        "<table><tr><th rowspan=2>地区<th colspan=2>支出</tr><tr><th>2022<th>2021</tr><tr><td>甘肃<td>1<td>2</table>"
    )
    page = Html().page(file, "t.html", "", faults := [])
    assert faults == [] and page.rows == [["地区", "支出", ""], ["", "2022", "2021"], ["甘肃", "1", "2"]]


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (b"PK\x03\x04", "a workbook, whatever it is called"),
        (b"<html><p>no figures</p></html>", "0 tables"),
        (b"", "nothing"),
        ("<table><tr><td>甘肃</table>".encode("gb18030"), "utf-8"),
        (b"<table>" + b"<tr><td rowspan=1000 colspan=1000>1</td></tr></table>", "more than 500,000 cells"),
    ],
    ids=["a workbook", "no table", "empty", "another encoding", "a bomb of cells"],
)
def test_html_that_cannot_be_read_is_told(tmp_path: Path, lists: CodeLists, content: bytes, read_as: str):
    (fault,) = read(tmp_path, lists, "t.html", content).faults
    assert read_as in fault.read, fault


def test_what_a_page_of_html_raises_strikes_out_or_hides_is_part_of_no_number(tmp_path: Path):
    (tmp_path / "t.html").write_text(
        "<table><tr><td>地区<td>2022年<sup>3</sup></tr><tr><td>北京<td>1596<sup>4</sup></tr>"
        "<tr><td>天津<td><del>5</del>3</tr><tr><td>河北<td>378<span style='display: none'>99</span></tr>"
        "<tr><td>山西 (km<sup>2</sup>)<td>1353<br>120</tr></table>",
        encoding="utf-8",
    )
    page = Html().page(tmp_path / "t.html", "t.html", "", [])
    assert [row[1] for row in page.rows] == ["2022年³", "1596⁴", "3", "378", "1353\n120"] and page.at(
        4, 0
    ) == "山西 (km2)"
    assert page.unseen == "2 hidden or struck out text(s) left unread: '5', '99'"


def test_raised_words_of_open_document_are_marks(tmp_path: Path):
    styles = '<style:style style:name="up"><style:text-properties style:text-position="super 58%"/></style:style>'
    content = ods({"S": [["地区", '年<text:span text:style-name="up">2</text:span>']]}, more=styles)
    (tmp_path / "t.ods").write_bytes(content)
    assert Workbook().page(tmp_path / "t.ods", "t.ods", "", []).rows == [["地区", "年²"]]
