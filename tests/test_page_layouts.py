"""Pages as offices print them: what a page means is declared, and its text stays as it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.intake.source_reader import read_source
from tests.test_layouts import lists
from validations.code_lists import CodeLists

__all__ = ["lists"]
HEAD = """name: s
title: A page
title_zh: 一页
citation: "A page, 2022."
contributors: [{title: An office}]
licenses: [{title: Figures are facts.}]
release_stage: yearbook
vintage: "2023"
cadence: yearly
agency: MCA
resources:
  - name: t
    path: t.csv
    layout: table
    title: 表1 预算支出
    section: "1"
"""
GANSU, LINXIA = '"620000"', '"622900"'
#: Rows that a table of two areas declares one by one.
ROWS = f"    rows: [{{label: 甘肃, ref_area: {GANSU}}}, {{label: 临夏, ref_area: {LINXIA}}}]\n"
MONEY = "    defaults: {freq: A, indicator: FISCAL_EXPENDITURE, scheme: _Z}\n"


def read(folder: Path, lists: CodeLists, page: str, declared: str):
    source = folder / "sources" / "s"
    source.mkdir(parents=True, exist_ok=True)
    (source / "datapackage.yaml").write_text(HEAD + declared, encoding="utf-8")
    (source / "t.csv").write_text(page, encoding="utf-8")
    return read_source(folder, "s", lists, folder, lambda text: None)


def figures(source) -> list[tuple]:
    assert source.faults == [], [str(fault) for fault in source.faults]
    cells = source.rows["observation"]
    return [(c["ref_area"], c["time_period"], c["numeral"], c["printed_unit"]) for c in cells]


YEARS = "    columns: {holds: time_period}\n"
PAGES = {
    "years newest first, title, unit line, note and source": (
        "表1 预算支出\n单位：亿元\n地区,2022年,2021年\n甘肃,2.5,1\n临夏,4,3\n注：不含中央,,\n数据来源：统计局\n",
        '    corner: 地区\n    notes: ["单位：{printed_unit}", "注：{_}", "数据来源：{_}"]\n' + MONEY + YEARS + ROWS,
    ),
    "a title line with indicator and unit": (
        "指标：一般公共预算支出(亿元)\n地区,2022年,2021年\n甘肃,2.5,1\n临夏,4,3\n",
        '    corner: 地区\n    notes: ["指标：{indicator}({printed_unit})"]\n    defaults: {freq: A, scheme: _Z}\n' + YEARS + ROWS,
    ),
    "periods as rows, areas as columns, machine translation": (
        "Year,Gansu Prov.,Linxia\n2022,2.5,4\n2021,1,3\n",
        "    corner: Year\n    printed_unit: 亿元\n    notes: [单位：亿元]\n    rows: {holds: time_period}\n" + MONEY
        + f"    columns: {{holds: ref_area, codes: {{Gansu Prov.: {GANSU}, Linxia: {LINXIA}}}}}\n",
    ),
    "stacked blocks with headings": (
        "2022年\n地区,支出\n甘肃,2.5\n临夏,4\n2021年\n地区,支出\n甘肃,1\n临夏,3\n",
        '    corner: 地区\n    blocks: 2\n    printed_unit: 亿元\n    notes: [单位：亿元, "{time_period}"]\n' + MONEY
        + "    columns: [{label: 支出}]\n" + ROWS,
    ),
    "side-by-side blocks": (
        "地区,2022,2021,地区,2022,2021\n甘肃,2.5,1,临夏,4,3\n",
        "    corner: 地区\n    blocks: 2\n    printed_unit: 亿元\n    notes: [单位：亿元]\n" + MONEY + YEARS + ROWS,
    ),
    "a header of two rows": (
        "地区,支出,\n,2022年,2021年\n甘肃,2.5,1\n临夏,4,3\n",
        '    corner: 地区\n    header_rows: 2\n    printed_unit: 亿元\n    notes: [单位：亿元]\n' + MONEY
        + '    columns: {holds: "支出 {time_period}"}\n' + ROWS,
    ),
    "a header of two rows, the corner in the lower one": (
        ",支出,,备注\n地区,2022年,2021年,\n甘肃,2.5,1,x\n临夏,4,3,\n",
        '    corner: 地区\n    header_rows: 2\n    corner_row: 2\n    printed_unit: 亿元\n    notes: [单位：亿元]\n' + MONEY
        + '    columns: [{holds: "支出 {time_period}"}, {label: 备注, holds: _}]\n' + ROWS,
    ),
    "a unit column, a column that is not wanted": (
        "地区,Region,单位,2022年,2021年\n甘肃,Gansu,亿元,2.5,1\n临夏,Linxia,亿元,4,3\n合计,Total,亿元,9,9\n",
        "    corner: 地区\n" + MONEY + "    columns: [{label: Region, holds: _}, {label: 单位, holds: printed_unit}, {holds: time_period}]\n"
        + ROWS.replace("]\n", ", {holds: _}]\n"),
    ),
    "a unit row": (
        "地区,2022年,2021年\n单位,亿元,亿元\n甘肃,2.5,1\n临夏,4,3\n",
        "    corner: 地区\n" + MONEY + YEARS + ROWS.replace("rows: [", "rows: [{label: 单位, holds: printed_unit}, "),
    ),
    "tabs, trailing commas, padding, widths, footnotes, English": (
        '地 区\t,"2022年\n2022",2021年\t,\n甘 肃 Gansu\t,２．５\t,1①\t,\n\n临　夏*\t, 4,[1]3\t,\n',
        "    corner: 地区\n    read_over: [blanks, spaces, widths, footnotes, english]\n    printed_unit: 亿元\n"
        '    notes: [单位：亿元]\n    columns: [{label: 2022年 2022, time_period: "2022"}, {holds: time_period}]\n' + MONEY + ROWS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_read_by_its_descriptor_alone(tmp_path: Path, lists: CodeLists, kind: str):
    found = figures(read(tmp_path, lists, *PAGES[kind]))
    expected = {("620000", "2022", "2.5"), ("620000", "2021", "1"), ("622900", "2022", "4"), ("622900", "2021", "3")}
    assert {cell[:3] for cell in found} == expected and len(found) == 4
    assert {cell[3] for cell in found} == {"亿元"}


def test_a_label_over_the_first_of_its_columns_counts_for_those_beside_it(tmp_path: Path, lists: CodeLists):
    """It ends where the next one begins, and where nothing stands below: a header of two rows is declared."""
    page = "地区,合计,城镇,,农村,,备注\n,,2022年,2021年,2022年,2021年,\n甘肃,9,1,2,3,4,x\n"
    declared = BLANKS.replace("corner: 地区\n", "corner: 地区\n    header_rows: 2\n").replace(
        YEARS, '    columns: [{label: 合计, time_period: "2022"}, {label: 备注, holds: _}, {holds: "{residence} {time_period}"}]\n'
    ).replace("临夏, ", "临夏, times_printed: 0, ")  # fmt: skip
    source = read(tmp_path, lists, page, declared)
    assert source.faults == [], [str(fault) for fault in source.faults]
    cells = source.rows["observation"]
    assert [(c["residence"], c["time_period"], c["numeral"]) for c in cells] == [
        ("_T", "2022", "9"), ("U", "2022", "1"), ("U", "2021", "2"), ("R", "2022", "3"), ("R", "2021", "4"),
    ]  # fmt: skip
    assert [c["column_label"] for c in cells][1:3] == ["城镇 2022年", "城镇 2021年"]
    faults = read(tmp_path, lists, page, declared.replace("    header_rows: 2\n", "")).faults
    assert any("header_rows: 2" in fault.expected for fault in faults)


def test_a_line_above_the_corner_may_belong_to_the_header(tmp_path: Path, lists: CodeLists):
    page, declared = PAGES["a header of two rows, the corner in the lower one"]
    faults = read(tmp_path, lists, page, declared.replace("    header_rows: 2\n    corner_row: 2\n", "")).faults
    assert any("corner_row: 2" in fault.expected for fault in faults)


def test_the_printed_text_stays_as_it_is(tmp_path: Path, lists: CodeLists):
    source = read(tmp_path, lists, *PAGES["tabs, trailing commas, padding, widths, footnotes, English"])
    cells = source.rows["observation"]
    assert [c["printed_value"] for c in cells] == ["２．５", "1①", " 4", "[1]3"]
    assert [c["row_label"] for c in cells] == ["甘 肃 Gansu", "甘 肃 Gansu", "临　夏*", "临　夏*"]
    assert [c["column_label"] for c in cells][:2] == ["2022年 2022", "2021年"]


def test_nothing_is_read_over_that_is_not_declared(tmp_path: Path, lists: CodeLists):
    """The fault says which word would do."""
    page, declared = PAGES["years newest first, title, unit line, note and source"]
    source = read(tmp_path, lists, page.replace("2.5", "２．５").replace("甘肃", "甘 肃"), declared)
    texts = [str(fault) for fault in source.faults]
    assert any("read_over: [widths]" in text for text in texts) and any("read_over: [spaces]" in text for text in texts)


def test_lines_that_nothing_declares_are_told_once(tmp_path: Path, lists: CodeLists):
    page, declared = PAGES["years newest first, title, unit line, note and source"]
    source = read(tmp_path, lists, "Region totals\nA second line\n" + page, declared)
    (fault,) = source.faults
    assert fault.row == 1 and "1 more line" in fault.read and "notes" in fault.expected


def test_labels_that_map_to_nothing_are_one_fault_that_lists_them(tmp_path: Path, lists: CodeLists):
    rows = "".join(f"第{n}处,1,2\n" for n in range(30))
    page, declared = PAGES["years newest first, title, unit line, note and source"]
    (fault,) = read(tmp_path, lists, page.replace("临夏,4,3\n", "临夏,4,3\n" + rows), declared).faults
    assert "第0处; 第1处" in fault.read and "holds: _" in fault.expected and "notes" in fault.expected


BLANK = "地区,2022年,2021年\n甘肃,…,1\n临夏,,3\n"
BLANKS = "    corner: 地区\n    printed_unit: 亿元\n    notes: [单位：亿元]\n" + MONEY + YEARS + ROWS


def test_a_blank_says_what_is_declared_of_it(tmp_path: Path, lists: CodeLists):
    source = read(tmp_path, lists, BLANK, BLANKS)
    assert len(source.faults) == 2 and any("not_applicable" in fault.expected for fault in source.faults)
    declared = BLANKS + '    missing_values: ["…"]\n    not_applicable: [""]\n'
    assert [cell[2] for cell in figures(read(tmp_path, lists, BLANK, declared))] == [None, "1", None, "3"]


def test_many_cells_of_one_kind_are_one_fault(tmp_path: Path, lists: CodeLists):
    page = "地区,2022年,2021年\n甘肃,x,x\n临夏,x,—\n"
    (fault,) = read(tmp_path, lists, page, BLANKS).faults
    assert "'x' (3 cells)" in fault.read and "4 cells" in fault.expected and fault.row == 2


def test_a_block_that_nothing_declares_is_no_block(tmp_path: Path, lists: CodeLists):
    page, declared = PAGES["stacked blocks with headings"]
    faults = read(tmp_path, lists, page, declared.replace("    blocks: 2\n", "")).faults
    assert any(fault.row == 6 and fault.read == "地区" for fault in faults)


def test_a_unit_of_the_page_and_one_of_the_descriptor_contradict_each_other(tmp_path: Path, lists: CodeLists):
    page, declared = PAGES["years newest first, title, unit line, note and source"]
    source = read(tmp_path, lists, page, declared + "    printed_unit: 万元\n")
    assert source.faults


def test_what_is_wrong_with_many_figures_alike_is_one_fault(tmp_path: Path, lists: CodeLists):
    page, declared = PAGES["years newest first, title, unit line, note and source"]
    (fault,) = read(tmp_path, lists, page, declared.replace(", scheme: _Z", "")).faults
    assert "(4 figures read so)" in fault.expected and fault.row == 4


def test_many_indicators_without_a_unit_are_one_fault(tmp_path: Path, lists: CodeLists):
    names = ["FISCAL_REVENUE", "FISCAL_EXPENDITURE", "BUDGET_EDUCATION", "BUDGET_HEALTH", "BUDGET_HOUSING"]
    columns = ", ".join(f"{{label: 第{n}栏, indicator: {name}}}" for n, name in enumerate(names))
    declared = f'    corner: 地区\n    defaults: {{freq: A, scheme: _Z, time_period: "2022"}}\n    columns: [{columns}]\n{ROWS}'
    page = f"地区,{','.join(f'第{n}栏' for n in range(5))}\n甘肃,1,2,3,4,5\n临夏,1,2,3,4,5\n"
    (fault,) = read(tmp_path, lists, page, declared).faults
    assert "and 2 more" in fault.expected and "(10 figures read so)" in fault.expected


def test_what_has_no_label_is_left_unread_where_it_is_declared(tmp_path: Path, lists: CodeLists):
    page = "地区,,2022年\n甘肃,Gansu,2.5\n临夏,Linxia,4\n,total,6.5\n"
    labels = (
        "    corner: 地区\n    printed_unit: 亿元\n    notes: [单位：亿元]\n"
        + MONEY
        + (
            "    columns: [{label: '', holds: _}, {holds: time_period}]\n"
            f"    rows: [{{label: '', holds: _}}, {{label: 甘肃, ref_area: {GANSU}}}, {{label: 临夏, ref_area: {LINXIA}}}]\n"
        )
    )
    assert [row[2] for row in figures(read(tmp_path, lists, page, labels))] == ["2.5", "4"]
    faults = read(tmp_path, lists, page, labels.replace("{label: '', holds: _}, ", "")).faults
    assert {(f.row, f.column) for f in faults} == {(1, "2"), (4, "1")}
    assert all('{label: "", holds: _}' in fault.expected for fault in faults)
    (fault,) = read(
        tmp_path, lists, page, labels.replace("[{label: '', holds: _}, {l", "[{label: '', residence: U}, {l")
    ).faults
    assert "leaves what has none unread" in fault.expected


def test_a_line_and_a_column_that_nothing_maps_are_told_as_what_they_are(tmp_path: Path, lists: CodeLists):
    """A line of text is no row of figures that are missing; cells that are units say the unit of their rows."""
    page = "地区,单位,2022年\n甘肃,亿元,2.5\n附注：含债务支出,,\n临夏,亿元,4\n"
    source = read(tmp_path, lists, page, "    corner: 地区\n" + MONEY + YEARS + ROWS)
    column, without_unit, row = sorted(source.faults)
    assert column.read == "单位" and "{label: 单位, holds: printed_unit}" in column.expected
    assert without_unit.read == "2.5 without a unit"
    assert row.read == "附注：含债务支出" and "stands in notes" in row.expected


def test_the_unit_of_a_heading_between_rows_is_read_or_told(tmp_path: Path, lists: CodeLists):
    """Whoever declares the line as a text alone gives the figures below it the unit of those above."""
    page = "表1 预算支出\n单位：亿元\n地区,2022年,2021年\n甘肃,2.5,1\n各州（万元）\n临夏,4,3\n"
    declared = "    corner: 地区\n    printed_unit: 亿元\n" + MONEY + YEARS + ROWS
    source = read(tmp_path, lists, page, declared + "    notes: [单位：亿元, 各州（万元）]\n")
    (fault,) = source.faults
    assert (fault.row, fault.read) == (5, "各州（万元）") and "'各州（{printed_unit}）' in notes" in fault.expected
    declared = "    corner: 地区\n" + MONEY + YEARS + ROWS
    told = read(tmp_path, lists, page, declared + '    notes: ["单位：{printed_unit}", "各州（{printed_unit}）"]\n')
    assert {(area, unit) for area, _, _, unit in figures(told)} == {("620000", "亿元"), ("622900", "万元")}
