"""Tables that go on on another sheet, in another range or in another file: one table, each cell at its own place."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.intake.source_reader import read_source
from tests.test_layouts import lists
from tests.test_page_layouts import HEAD, figures
from tests.test_workbooks import DECLARED, EXPECTED, SHEET, read, xlsx
from validations.code_lists import CodeLists

__all__ = ["lists"]
#: The same figures over two sheets (or ranges): further rows, or further columns of the same rows; the unit once.
HEADER = ["地区", "2022年", "2021年"]
LINXIA = ["临夏回族自治州", "4", "3.5"]
GOES_ON = {
    "rows": ([*SHEET[:4]], [["续表"], HEADER, LINXIA], "    title: 续表\n"),
    "rows, with the unit line again": ([*SHEET[:4]], [["单位：亿元"], HEADER, LINXIA], ""),
    "rows without a header": ([*SHEET[:4]], [LINXIA], "    header_rows: 0\n"),
    "columns": (
        [row[:2] for row in SHEET],
        [["地区", "2021年"], ["甘肃", "0.3"], ["临夏回族自治州", "3.5"]],
        "",
    ),
}
PART = '  - name: t_more\n    continues: t\n    sheet: "2"\n'


@pytest.mark.parametrize("kind", GOES_ON)
def test_a_table_goes_on_on_another_sheet(tmp_path: Path, lists: CodeLists, kind: str):
    """Its cells keep their own places; the table is one."""
    first, second, declared = GOES_ON[kind]
    book = xlsx({"1": first, "2": second})
    source = read(tmp_path, lists, "t.xlsx", book, f'    sheet: "1"\n{DECLARED}{PART}{declared}')
    assert {row[:3] for row in figures(source)} == EXPECTED and len(figures(source)) == 4
    assert {row[3] for row in figures(source)} == {"亿元"}
    cells = source.rows["observation"]
    assert {cell["whole_table"] for cell in cells} == {"t"}
    assert {(cell["table_id"], cell["file"][-2:]) for cell in cells} == {("t", "#1"), ("t_more", "#2")}
    assert len({cell["observation_id"] for cell in cells}) == 4


def test_each_edition_of_a_table_goes_on_in_its_own_file(tmp_path: Path, lists: CodeLists):
    first, second, _ = GOES_ON["columns"]
    declared = f'    sheet: "1"\n{DECLARED}{PART}'
    for year, shift in (("2022", 0), ("2024", 2)):
        sheets = {"1": first, "2": second}
        moved = {
            name: [
                [
                    str(v).replace("2022", str(2022 + shift)).replace("2021", str(2021 + shift))
                    if isinstance(v, str)
                    else v
                    for v in row
                ]
                for row in rows
            ]
            for name, rows in sheets.items()
        }
        (tmp_path / "sources" / "s").mkdir(parents=True, exist_ok=True)
        (tmp_path / "sources" / "s" / f"t_{year}.xlsx").write_bytes(xlsx(moved))
    descriptor = HEAD.replace("t.csv", "t_{_}.xlsx") + declared
    (tmp_path / "sources" / "s" / "datapackage.yaml").write_text(descriptor, encoding="utf-8")
    source = read_source(tmp_path, "s", lists, tmp_path, lambda text: None)
    assert len(figures(source)) == 8
    assert {(c["whole_table"], c["table_id"]) for c in source.rows["observation"]} == {
        (f"t_{year}", f"{part}_{year}") for year in ("2022", "2024") for part in ("t", "t_more")
    }


def test_a_table_goes_on_in_another_range_of_its_sheet(tmp_path: Path, lists: CodeLists):
    sheet = [*SHEET[:4], [None, None, None], ["another table", "1", "2"], HEADER, LINXIA]
    declared = "    range: A1:C4\n" + DECLARED + "  - name: t_more\n    continues: t\n    range: A7:C8\n"
    source = read(tmp_path, lists, "t.xlsx", xlsx({"1": sheet}), declared)
    assert {row[:3] for row in figures(source)} == EXPECTED
    assert {cell["row_no"] for cell in source.rows["observation"]} == {4, 8}


@pytest.mark.parametrize(
    ("second", "part", "read_as", "expected"),
    [
        ([HEADER, LINXIA], PART.replace("continues: t", "continues: u"), "t_more", "continues no other: t"),
        ([HEADER, LINXIA], PART + "    section: '2'\n", "t_more", "section of the whole table, declared in t"),
        ([["地区", "2022年"], LINXIA[:2]], PART, "a header without 2021年", "2022年, 2021年"),
        ([["地区", "2022年", "2020年"], LINXIA], PART, "without 2021年; with 2020年", "or none of them"),
        ([HEADER, ["甘 肃", "1", "2"], LINXIA], PART, "甘 肃, which stands in sources/s/t.xlsx#1, row 4", "once"),
        ([["单位：万元"], HEADER, LINXIA], PART + "    notes: [单位：万元]\n", "万元", "亿元, the unit of t"),
        ([["单位：万人"], HEADER, LINXIA], PART + "    notes: [单位：万人]\n", "万人", "亿元, the unit of t"),
    ],
    ids=[
        "no such table",
        "what the table declares",
        "a column less",
        "another column",
        "a row twice",
        "another unit",
        "a unit of something else",
    ],
)
def test_what_does_not_go_on_is_told(tmp_path: Path, lists: CodeLists, second, part, read_as, expected):
    book = xlsx({"1": SHEET[:4], "2": second})
    declared = f'    sheet: "1"\n    read_over: [spaces]\n{DECLARED}{part}'
    (fault,) = read(tmp_path, lists, "t.xlsx", book, declared).faults
    assert read_as in fault.read and expected in fault.expected, fault
