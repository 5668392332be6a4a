"""What the labels and lines of a page say: periods, areas, words, several things at once, and what the editions of a page share."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.intake.source_reader import read_source
from orchestration.intake.spellings import period
from tests.test_layouts import lists
from tests.test_page_layouts import BLANKS, GANSU, HEAD, LINXIA, MONEY, ROWS, YEARS, figures, read
from validations import plain_text
from validations.code_lists import CodeLists
from validations.periods import before

__all__ = ["lists"]


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
    + [
        ("2022m1", "2022-01"),
        ("2022M12", "2022-12"),
        ("2022-M01", "2022-01"),
        ("2022m13", None),
        ("Jan-2022", "2022-01"),
    ]
    + [("22-01", None), ("Jan-22", None)]
    + [("1-6月", None), ("20245", None), ("2024年末", None)],
)
def test_periods_as_pages_print_them(text: str, expected: str | None):
    assert period(text) == expected


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("spaces", "北 京\t", "北京"),
        ("spaces", " 1 234.5 ", "1234.5"),
        ("spaces", "支\r\n出", "支出"),
        ("spaces", "1353 120", "1353 120"),
        ("spaces", "13 120 500", "13120500"),
        ("spaces", "353\n120", "353\n120"),
    ]
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


def test_next_years_edition_is_a_file(tmp_path: Path, lists: CodeLists):
    folder = tmp_path / "sources" / "s"
    folder.mkdir(parents=True)
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
    """The editions of the table in `folder`, each in a file that is named by its period."""
    told = HEAD.replace("path: t.csv", 'path: "t_{time_period}.csv"') + declared
    (folder / "sources" / "s" / "datapackage.yaml").write_text(told, encoding="utf-8")
    return read_source(folder, "s", lists, folder, lambda text: None)


def test_a_title_that_names_another_period_than_the_file_is_told(tmp_path: Path, lists: CodeLists):
    folder = tmp_path / "sources" / "s"
    folder.mkdir(parents=True)
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


def test_a_period_may_be_told_from_that_of_the_table(tmp_path: Path, lists: CodeLists):
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


def test_a_name_is_that_of_the_area_that_bore_it_in_the_period(tmp_path: Path, lists: CodeLists):
    """桥东区 was a district of three cities of Hebei in 2008, and is one of Zhangjiakou alone since 2021."""
    declared = (
        "    corner: 地区\n    printed_unit: 亿元\n    notes: [单位：亿元]\n" + MONEY + "    rows: {holds: ref_area}\n"
    )
    page = "地区,2008年,2022年\n%s石家庄市,3,4\n桥东区,5,6\n"
    (fault,) = read(tmp_path, lists, page % "桥东区,1,2\n", declared + YEARS).faults
    assert (fault.row, fault.read) == (2, "桥东区") and "(2008)" in fault.expected
    assert all(text in fault.expected for text in ("130103", "130502", "130702", "area_map"))
    found = figures(read(tmp_path, lists, page % "", declared + YEARS))
    # Below its city it is the one of that city, as long as that had one.
    assert [row[:2] for row in found] == [
        ("130100", "2008"),
        ("130100", "2022"),
        ("130103", "2008"),
        ("130702", "2022"),
    ]
    of_2008 = declared.replace("freq: A", 'freq: A, time_period: "2008"') + "    columns: [{label: 收入}]\n"
    (fault,) = read(tmp_path, lists, "地区,收入\n武威地区,1\n桥东区,2\n", of_2008).faults
    assert (fault.row, fault.read) == (3, "桥东区") and "130103" in fault.expected
    found = figures(read(tmp_path, lists, "地区,收入\n武威地区,1\n", of_2008.replace("2008", "1985")))
    assert [row[0] for row in found] == ["622300"]


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


def test_a_row_whose_cell_is_left_unread_is_left_unread(tmp_path: Path, lists: CodeLists):
    """As a draft words it of a text that is not wanted: `_` among the codes of a column that says something of its rows."""
    page = "地区,项目,2022年\n甘肃,支出,2.5\n甘肃,渔船数,x\n临夏,支出,4\n"
    declared = BLANKS.replace(
        YEARS, "    columns: [{label: 项目, holds: [indicator], codes: CODES}, {holds: time_period}]\n"
    )
    declared = declared.replace("indicator: FISCAL_EXPENDITURE, ", "").replace("甘肃, ", "甘肃, times_printed: 2, ")
    declared = declared.replace("CODES", "{支出: {indicator: FISCAL_EXPENDITURE}, 渔船数: _}")
    found = figures(read(tmp_path, lists, page, declared))
    assert [row[2] for row in found] == ["2.5", "4"]


@pytest.mark.parametrize(
    ("unit", "whole", "part", "faults"),
    [
        ("（%）", "100", "5.8", 0),
        ("（%）", "100.0", "5.8", 0),
        ("", "1", "0.06", 0),
        ("", "100%", "6%", 0),
        ("（%）", "99", "5.8", 1),
    ],
)
def test_the_share_of_the_whole_in_itself_says_nothing(
    tmp_path: Path, lists: CodeLists, unit: str, whole: str, part: str, faults: int
):
    """It is no figure beside those of the parts; another number there is a fault."""
    page = f"地区,2022年,比重{unit}\n甘肃,2.5,{whole}\n临夏,1,{part}\n"
    share = f"{{label: 比重{unit}, follows: true, measure: share, counterpart: ref_area=620000"
    share += ", printed_unit: '%'}" if unit else ", unit_stated: false}" if "%" not in whole else "}"
    declared = BLANKS.replace(YEARS, f"    columns: [{share}, {{holds: time_period}}]\n")
    source = read(tmp_path, lists, page, declared)
    assert len(source.faults) == faults, [*map(str, source.faults)]
    told = [(c["ref_area"], c["numeral"]) for c in source.rows["observation"] if c["measure"] == "share"]
    assert faults or told == [("622900", part.rstrip("%"))]


MERGED = (
    "地区,年份,项目,金额（亿元）\n甘肃,2021年,一般公共预算支出,2.5\n,,一般公共预算收入,1\n,2022年,一般公共预算支出,4\n"
    "临夏,2021年,一般公共预算支出,3\n,,一般公共预算收入,0.5\n"
)


def test_a_label_may_stand_for_several_rows(tmp_path: Path, lists: CodeLists):
    """As merged cells do, in each column of labels; not beyond a label that begins anew to the left."""
    declared = (
        "    corner: 地区\n    defaults: {freq: A, scheme: _Z}\n"
        "    columns: [{label: 年份, holds: time_period}, {label: 项目, holds: indicator}, {label: 金额（亿元）, printed_unit: 亿元}]\n"
        f"    rows: [{{label: 甘肃, ref_area: {GANSU}}}, {{label: 临夏, ref_area: {LINXIA}}}]\n"
    )
    told = read(tmp_path / "a", lists, MERGED, declared).faults
    assert told and all("read_over: [merged]" in fault.expected for fault in told if fault.read == ""), told
    declared += "    read_over: [merged]\n"
    source = read(tmp_path / "b", lists, MERGED, declared)
    assert source.faults == [], source.faults
    cells = source.rows["observation"]
    assert [(c["row_no"], c["ref_area"], c["time_period"], c["indicator"], c["numeral"]) for c in cells] == [
        (2, "620000", "2021", "FISCAL_EXPENDITURE", "2.5"),
        (3, "620000", "2021", "FISCAL_REVENUE", "1"),
        (4, "620000", "2022", "FISCAL_EXPENDITURE", "4"),
        (5, "622900", "2021", "FISCAL_EXPENDITURE", "3"),
        (6, "622900", "2021", "FISCAL_REVENUE", "0.5"),
    ]
    anew = MERGED.replace("临夏,2021年", "临夏,")
    faults = read(tmp_path / "c", lists, anew, declared).faults
    assert {fault.row for fault in faults} == {5, 6} and (5, "2 (年份)", "") in {
        (f.row, f.column, f.read) for f in faults
    }
