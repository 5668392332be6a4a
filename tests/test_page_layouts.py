"""Pages as offices print them: what a page means is declared, and its text stays as it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.intake.source_reader import read_source
from orchestration.intake.spellings import period
from tests.test_layouts import lists
from validations import plain_text
from validations.contracts import CodeLists
from validations.periods import before

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


def test_months_since_january_say_so(tmp_path: Path, lists: CodeLists):
    page = "表1 预算支出\n地区,2024年前三季度,2023年1—9月\n甘肃,2.5,1\n临夏,4,3\n"
    declared = BLANKS.replace("freq: A", "freq: M")
    source = read(tmp_path, lists, page, declared)
    assert {cell[1] for cell in figures(source)} == {"2024-09", "2023-09"}
    assert {cell["time_basis"] for cell in source.rows["observation"]} == {"year_to_date"}
    years = BLANKS.replace("freq: A", "freq: A, time_basis: year_to_date")
    (fault,) = read(tmp_path / "year", lists, page.replace("年前三季度", "年").replace("年1—9月", "年"), years).faults
    assert fault.read == "time_basis year_to_date" and "a month or a quarter" in fault.expected, fault


FOLLOWERS = {
    "columns": (
        "地区,2022年,增长率（%）,2021年,增长率（%）\n甘肃,2.5,150,1,-1\n临夏,4,33.3,3,-2\n",
        "    columns: [{label: 增长率（%）, measure: growth, base_period: -P1Y, printed_unit: '%'MORE}, {holds: time_period}]\n" + ROWS,
    ),
    "rows": (
        "地区,2022年,2021年\n甘肃,2.5,1\n增长率（%）,150,-1\n临夏,4,3\n增长率（%）,33.3,-2\n",
        YEARS + ROWS.replace("]\n", ", {label: 增长率（%）, measure: growth, base_period: -P1Y, printed_unit: '%'MORE}]\n"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("axis", FOLLOWERS)
def test_a_label_may_follow_each_of_several(tmp_path: Path, lists: CodeLists, axis: str):
    """As growth stands beside or below each year or indicator: it has what the label before it says, but its unit."""
    page, declared = FOLLOWERS[axis]
    declared = "    corner: 地区\n    notes: [单位：亿元]\n    printed_unit: 亿元\n" + MONEY + declared
    found = read(tmp_path / "a", lists, page, declared.replace("MORE", "")).faults
    assert found and all("follows: true" in fault.expected for fault in found if "增长率" in fault.read), found
    cells = read(tmp_path / "b", lists, page, declared.replace("MORE", ", follows: true")).rows["observation"]
    told = {(c["ref_area"], c["time_period"], c["base_period"], c["numeral"], c["printed_unit"]) for c in cells}
    assert (
        len(told) == 8
        and {
            ("620000", "2022", "_Z", "2.5", "亿元"),
            ("620000", "2022", "2021", "150", "%"),
            ("622900", "2021", "2020", "-2", "%"),
        }
        <= told
    )
    moved = page.replace("地区,2022年,增长率（%）", "地区,增长率（%）,2022年").replace("甘肃,2.5,1\n增", "增", 1)
    assert any(
        "before it" in f.expected
        for f in read(tmp_path / "c", lists, moved, declared.replace("MORE", ", follows: true")).faults
    )


def test_many_indicators_without_a_unit_are_one_fault(tmp_path: Path, lists: CodeLists):
    names = ["FISCAL_REVENUE", "FISCAL_EXPENDITURE", "BUDGET_EDUCATION", "BUDGET_HEALTH", "BUDGET_HOUSING"]
    columns = ", ".join(f"{{label: 第{n}栏, indicator: {name}}}" for n, name in enumerate(names))
    declared = f'    corner: 地区\n    defaults: {{freq: A, scheme: _Z, time_period: "2022"}}\n    columns: [{columns}]\n{ROWS}'
    page = f"地区,{','.join(f'第{n}栏' for n in range(5))}\n甘肃,1,2,3,4,5\n临夏,1,2,3,4,5\n"
    (fault,) = read(tmp_path, lists, page, declared).faults
    assert "and 2 more" in fault.expected and "(10 figures read so)" in fault.expected


def test_a_label_may_say_several_things_at_once(tmp_path: Path, lists: CodeLists):
    page = "指标,2022年\n甘肃一般公共预算支出(亿元),2.5\n临夏一般公共预算支出(亿元),4\n"
    declared = (
        '    corner: 指标\n    defaults: {freq: A, scheme: _Z}\n    rows: {holds: "{ref_area}{indicator}({printed_unit})", '
        f"codes: {{甘肃: {GANSU}, 临夏: {LINXIA}}}}}\n" + YEARS
    )
    found = figures(read(tmp_path, lists, page, declared))
    assert found == [("620000", "2022", "2.5", "亿元"), ("622900", "2022", "4", "亿元")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2024年", "2024"), ("2024", "2024"), ("2024年度", "2024"), ("2024年3月", "2024-03"), ("2024-11", "2024-11")]
    + [("2024年第1季度", "2024-Q1"), ("2024年三季度", "2024-Q3"), ("2024Q2", "2024-Q2"), ("March 2024", "2024-03")]
    + [("202403", "2024-03"), ("202413", None), ("January-June 2024", "2024-06"), ("Jan. to Sep. 2024", "2024-09")]
    + [
        ("2024年上半年", "2024-06"),
        ("2024年前三季度", "2024-09"),
        ("2024年1-6月累计", "2024-06"),
        ("2024年1-3季度", "2024-09"),
    ]
    + [("First half of 2024", "2024-06"), ("the first three quarters of 2024", "2024-09"), ("2024年下半年", None)]
    + [("1-6月", None), ("20245", None), ("2024年末", None)],
)
def test_periods_as_pages_print_them(text: str, expected: str | None):
    assert period(text) == expected


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [("spaces", "北 京\t", "北京"), ("spaces", " 1 234.5 ", "1234.5"), ("spaces", "支\r\n出", "支出")]
    + [("widths", "７．１％", "7.1%"), ("footnotes", "739.21①", "739.21"), ("footnotes", "北京*", "北京")]
    + [("footnotes", "①", "①"), ("footnotes", "(1)最低生活保障", "(1)最低生活保障"), ("english", "地区 Region", "地区")]
    + [("english", "使用收入(资产) Income (Assets)", "使用收入(资产)"), ("english", "Region", "Region")]
    + [
        ("numbering", text, "失业保险")
        for text in ("一、失业保险", "(二)失业保险", "3. 失业保险", "# 失业保险", "④失业保险")
    ]
    + [
        ("numbering", "其中：失业保险", "失业保险"),
        ("numbering", "of which: Tax", "Tax"),
        ("numbering", "其中", "其中"),
    ]
    + [("numbering", text, text) for text in ("1.5", "(12)", "2022.12", "1-3月", "3.", "十一县")],
)
def test_what_is_read_over(word: str, text: str, expected: str):
    assert plain_text.read(text, {word}) == expected and plain_text.read(text, set()) == text


def test_a_unit_that_a_label_prints_is_not_left_unread(tmp_path: Path, lists: CodeLists):
    page = "地区,支出2022年(万元)\n甘肃,2.5\n临夏,4\n"
    declared = "    corner: 地区\n    printed_unit: 亿元\n    notes: [单位：亿元]\n" + MONEY + ROWS
    source = read(tmp_path, lists, page, declared + '    columns: {holds: "支出{time_period}{_}"}\n')
    assert any("万元" in fault.expected for fault in source.faults)
    found = figures(
        read(tmp_path, lists, page, declared + '    columns: {holds: "支出{time_period}({printed_unit})"}\n')
    )
    assert {cell[3] for cell in found} == {"万元"}


EDITION = "地区,支出\n甘肃,{}\n临夏,{}\n"
EDITIONS = (
    "    corner: 地区\n    printed_unit: 亿元\n    notes: [单位：亿元]\n"
    + MONEY
    + "    columns: [{label: 支出}]\n"
    + ROWS
)


def test_next_years_edition_is_a_file(tmp_path: Path, lists: CodeLists, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "sources" / "s"
    folder.mkdir(parents=True)
    monkeypatch.setattr("tests.test_page_layouts.HEAD", HEAD.replace("path: t.csv", 'path: "t_{time_period}.csv"'))
    (folder / "t_2022.csv").write_text(EDITION.format(1, 2), encoding="utf-8")
    (folder / "t_2023.csv").write_text(EDITION.format(3, 4), encoding="utf-8")
    source = read_edition(tmp_path, lists, EDITIONS)
    assert {cell[1] for cell in figures(source)} == {"2022", "2023"}
    assert {c["table_id"] for c in source.rows["observation"]} == {"t_2022", "t_2023"}
    (folder / "t_notes.csv").write_text("x\n", encoding="utf-8")
    (fault,) = read_edition(tmp_path, lists, EDITIONS).faults
    assert fault.file.endswith("t_notes.csv")
    (folder / "t_notes.csv").unlink()
    for path in folder.glob("t_*.csv"):
        path.unlink()
    (fault,) = read_edition(tmp_path, lists, EDITIONS).faults
    assert "at least one file" in fault.expected


def read_edition(folder: Path, lists: CodeLists, declared: str):
    (folder / "sources" / "s" / "datapackage.yaml").write_text(HEAD + declared, encoding="utf-8")
    return read_source(folder, "s", lists, folder, lambda text: None)


def test_a_title_that_names_another_period_than_the_file_is_told(
    tmp_path: Path, lists: CodeLists, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "sources" / "s"
    folder.mkdir(parents=True)
    monkeypatch.setattr("tests.test_page_layouts.HEAD", HEAD.replace("path: t.csv", 'path: "t_{time_period}.csv"'))
    declared = EDITIONS.replace("[单位：亿元]", '[单位：亿元, "支出({time_period})"]')
    (folder / "t_2022.csv").write_text("支出(2023年)\n" + EDITION.format(1, 2), encoding="utf-8")
    (fault,) = read_edition(tmp_path, lists, declared).faults
    assert fault.row == 1 and fault.read.startswith("2023") and fault.expected.startswith("2022")


FORM = (
    "    corner: 项目\n    notes: ['单位：亿元、%']\n    defaults: {freq: M, scheme: _Z, ref_area: CHN, time_period: 2024-03}\n"
    "    columns:\n      - {label: 本月}\n      - {label: 上年同期, time_period: -P1Y}\n"
    "      - {label: 同比增长, measure: growth, base_period: -P1Y, printed_unit: '%'}\n"
    "      - {label: 上月, time_period: -P1M}\n"
    "    rows: [{label: 支出, indicator: FISCAL_EXPENDITURE, printed_unit: 亿元}]\n"
)


def test_a_period_may_be_told_from_that_of_the_table(tmp_path: Path, lists: CodeLists, monkeypatch: pytest.MonkeyPatch):
    """So that the form of the next month is a file; what lies after its own period, or nowhere, is refused."""
    page = "单位：亿元、%\n项目,本月,上年同期,同比增长,上月\n支出,2,1,100,3\n"
    columns = ("time_period", "base_period", "numeral")
    expected = [("2024-03", "_Z", "2"), ("2023-03", "_Z", "1"), ("2024-03", "2023-03", "100"), ("2024-02", "_Z", "3")]
    source = read(tmp_path, lists, page, FORM)
    assert source.faults == [] and [tuple(c[n] for n in columns) for c in source.rows["observation"]] == expected
    for wrong in ("-P1M", "P1Y", "-P0Y"):
        yearly = (
            FORM.replace("freq: M", "freq: A")
            .replace("2024-03", '"2024"')
            .replace("-P1M", "-P1Y")
            .replace("2024-02", "2023")
        )
        faults = read(tmp_path, lists, page, yearly.replace("base_period: -P1Y", f"base_period: {wrong}")).faults
        assert any(fault.read.endswith(wrong) for fault in faults), wrong
    folder = tmp_path / "sources" / "s"
    (folder / "t.csv").rename(folder / "t_2024_05.csv")
    monkeypatch.setattr("tests.test_page_layouts.HEAD", HEAD.replace("path: t.csv", 'path: "t_{time_period}.csv"'))
    cells = read_edition(tmp_path, lists, FORM.replace(", time_period: 2024-03", "")).rows["observation"]
    assert [c["time_period"] for c in cells] == ["2024-05", "2023-05", "2024-05", "2024-04"]
    assert cells[2]["base_period"] == "2023-05"


@pytest.mark.parametrize(
    ("period", "code", "expected"),
    [
        ("2024", "-P1Y", "2023"),
        ("2024-01", "-P1M", "2023-12"),
        ("2024-12", "-P1Y", "2023-12"),
        ("2024-03", "-P5Y", "2019-03"),
    ]
    + [
        ("2024-Q1", "-P3M", "2023-Q4"),
        ("2024-Q2", "-P1Y", "2023-Q2"),
        ("2024-Q2", "-P1M", None),
        ("2024", "-P1M", None),
    ]
    + [("2024", "-P12M", "2023"), ("2024", "2023", None), ("", "-P1Y", None)],
)
def test_a_period_before_another_one(period: str, code: str, expected: str | None):
    assert before(period, code) == expected


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


def test_a_name_that_several_areas_share_is_that_within_the_area_of_the_table(tmp_path: Path, lists: CodeLists):
    declared = (
        '    corner: 地区\n    notes: ["单位：亿元"]\n    printed_unit: 亿元\n'
        + YEARS
        + "    rows: {holds: ref_area}\n"
    )
    page = "单位：亿元\n地区,2022年\n福州,1\n鼓楼区,2\n朝阳区,3\n"
    within = MONEY.replace("freq: A", 'freq: A, ref_area: "350000"')
    (fault,) = read(tmp_path, lists, page, declared + within).faults
    assert fault.read == "朝阳区" and "in defaults: ref_area" in fault.expected
    found = figures(read(tmp_path, lists, page.replace("朝阳区,3\n", ""), declared + within))
    assert [row[0] for row in found] == ["350100", "350102"]


def test_an_area_is_read_by_any_of_its_names(tmp_path: Path, lists: CodeLists):
    """Short or whole, of today before one of the past: 重庆市 was a city of 四川 until 1997."""
    page = "地区,2022年\n北京,1\n内蒙古自治区,2\n重庆市,3\nShaanxi,4\n"
    declared = '    corner: 地区\n    notes: ["单位：亿元"]\n    printed_unit: 亿元\n' + MONEY + YEARS
    read_as = read(tmp_path, lists, "单位：亿元\n" + page, declared + "    rows: {holds: ref_area}\n")
    assert [row[0] for row in figures(read_as)] == ["110000", "150000", "500000", "610000"]


def test_a_name_that_several_areas_share_is_told_with_each_of_them(tmp_path: Path, lists: CodeLists):
    declared = "    corner: 地区\n    printed_unit: 亿元\n    notes: [单位：亿元]\n" + MONEY + YEARS
    page = "单位：亿元\n地区,2022年\n甘肃,1\n鼓楼区,2\n"
    (fault,) = read(tmp_path, lists, page, declared + "    rows: {holds: ref_area}\n").faults
    assert (
        fault.row == 4
        and "320106 Gulou District 鼓楼区" in fault.expected
        and "codes: {鼓楼区: CODE}" in fault.expected
    )


def test_a_wording_of_a_label_says_all_that_its_row_declares(tmp_path: Path, lists: CodeLists):
    declared = (
        "    corner: 地区\n    notes: ['指标：{indicator}({printed_unit})']\n    defaults: {freq: A, scheme: _Z}\n"
    )
    page = "指标：年末常住人口(万人)\n地区,2022年\n甘肃,2492\n"
    source = read(tmp_path, lists, page, declared + YEARS + "    rows: {holds: ref_area}\n")
    assert figures(source) == [("620000", "2022", "2492", "万人")]
    (cell,) = source.rows["observation"]
    assert (cell["indicator"], cell["population_basis"]) == ("POPULATION", "resident")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020年度 1月", "2020-01"),
        ("2020年1月", "2020-01"),
        ("2020.3", "2020-03"),
        ("2020年度", "2020"),
        ("2020 1", None),
    ],
)
def test_a_month_may_follow_the_year_of_a_report(text: str, expected: str | None):
    assert period(text) == expected


def test_a_line_and_a_column_that_nothing_maps_are_told_as_what_they_are(tmp_path: Path, lists: CodeLists):
    """A line of text is no row of figures that are missing; cells that are units say the unit of their rows."""
    page = "地区,单位,2022年\n甘肃,亿元,2.5\n附注：含债务支出,,\n临夏,亿元,4\n"
    source = read(tmp_path, lists, page, "    corner: 地区\n" + MONEY + YEARS + ROWS)
    column, without_unit, row = sorted(source.faults)
    assert column.read == "单位" and "{label: 单位, holds: printed_unit}" in column.expected
    assert without_unit.read == "2.5 without a unit"
    assert row.read == "附注：含债务支出" and "stands in notes" in row.expected
