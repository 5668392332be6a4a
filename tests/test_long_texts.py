"""Long files whose columns hold names, wordings and several things at once, and not codes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import intake
from validations.faults import Fault

HEAD = """\
name: long
title: Long
title_zh: 长
citation: Long
contributors: [{title: Office}]
licenses: [{title: Figures are facts.}]
release_stage: bulletin
cadence: yearly
vintage: "2024"
agency: NHSA
resources:
  - name: figures
    path: figures.csv
    layout: tidy
    title: Long
    section: "1"
    defaults: {%s}
    columns:
"""
COLUMNS = """\
      - {name: item, holds: [indicator, scheme, printed_unit], codes: {
          参保: {indicator: INSURANCE_PARTICIPANTS, scheme: UNEMPLOYMENT_INSURANCE},
          收入（亿元）: {indicator: INSURANCE_FUND_REVENUE, printed_unit: 亿元},
          其他: _}}
      - {name: area, holds: ref_area}
      - {name: year, holds: time_period}
      - {name: value, holds: printed_value}
      - {name: unit, holds: _}
      - {name: edition, holds: vintage, codes: {公报: "2023-07", 快报: _}}
"""
ROWS = "参保,北京市,2022年,3.5,x,公报\n收入（亿元）,Beijing,2022,4,x,公报\n其他,北京,2022,zero,x,公报\n参保,北京,2022,9,x,快报\n"


@pytest.fixture
def read(seeds: Path, tmp_path: Path):
    """What intake reads of a long file with these columns, rows and defaults: figures, and faults."""

    def of(
        columns: str, header: str, rows: str, defaults: str = "freq: A, scheme: BASIC_MEDICAL", source: str = ""
    ) -> tuple[list[dict], list[Fault]]:
        folder = seeds / "sources" / "long"
        folder.mkdir(exist_ok=True)
        (folder / "datapackage.yaml").write_text(source + HEAD % defaults + columns, encoding="utf-8")
        (folder / "figures.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
        result = intake.read(seeds, tmp_path / "spill", only="long")
        source = next(source for source in result.sources if source.source_id == "long")
        cells = [cell for file in source.bulk.values() for cell in file.cells()]
        return [] if result.faults else cells, result.faults

    return of


def test_a_text_says_several_things_and_leaves_the_rest_to_the_defaults(read):
    """A row of which a text says `_` is not read, whatever else stands in it."""
    columns = COLUMNS.replace("{name: unit, holds: _}", '{name: unit, holds: "_"}')
    cells, faults = read(
        columns.replace("参保: {", "参保: {printed_unit: 万人, "), "item,area,year,value,unit,edition", ROWS
    )
    assert faults == [], [str(fault) for fault in faults]
    names = (
        "row_no",
        "row_label",
        "ref_area",
        "scheme",
        "indicator",
        "time_period",
        "numeral",
        "printed_unit",
        "vintage",
    )
    assert [tuple(cell[name] for name in names) for cell in cells] == [
        (2, "参保", "110000", "UNEMPLOYMENT_INSURANCE", "INSURANCE_PARTICIPANTS", "2022", "3.5", "万人", "2023-07"),
        (3, "收入（亿元）", "110000", "BASIC_MEDICAL", "INSURANCE_FUND_REVENUE", "2022", "4", "亿元", "2023-07"),
    ]


def test_a_text_that_nothing_says_is_one_fault_with_its_first_row(read):
    rows = ROWS + "另,北京,2022,1,x,公报\n另,天津,2022,1,x,公报\n参保,无此地,2022,1,x,公报\n参保,天津,2022,1,x,年报\n"
    _, faults = read(
        COLUMNS.replace("参保: {", "参保: {printed_unit: 万人, "), "item,area,year,value,unit,edition", rows
    )
    found = {(fault.row, fault.column, fault.read) for fault in faults}
    assert found == {(6, "item", "另"), (8, "area", "无此地"), (9, "edition", "年报")}, [str(f) for f in faults]
    (unsaid,) = (fault for fault in faults if fault.read == "另")
    assert "indicator, scheme, printed_unit" in unsaid.expected and "2 rows" in unsaid.expected


def test_names_wordings_and_spans_are_read_as_on_a_page(read):
    """What a wording says beside what its column holds counts as well, where no column holds that."""
    columns = """\
      - {name: item, holds: "{scheme}{indicator}"}
      - {name: time, holds: time_period}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
"""
    rows = "失业保险基金收入,2024年1-9月,12,亿元\n失业保险参保人数,2024年9月,34,万人\n"
    cells, faults = read(columns, "item,time,value,unit", rows, "freq: M, ref_area: CHN")
    assert faults == [], [str(fault) for fault in faults]
    names = ("row_label", "scheme", "indicator", "time_period", "time_basis")
    assert [tuple(cell[name] for name in names) for cell in cells] == [
        ("失业保险基金收入", "UNEMPLOYMENT_INSURANCE", "INSURANCE_FUND_REVENUE", "2024-09", "year_to_date"),
        ("失业保险参保人数", "UNEMPLOYMENT_INSURANCE", "INSURANCE_PARTICIPANTS", "2024-09", "stock"),
    ]


def test_rows_of_another_source_are_left_to_it_and_growth_is_over_its_own_year(read):
    columns = """\
      - {name: item, holds: [indicator, measure, base_period], codes: {
          收入: {indicator: DISPOSABLE_INCOME_PER_HEAD}, 增长: {indicator: DISPOSABLE_INCOME_PER_HEAD, measure: growth, base_period: -P1Y}}}
      - {name: time, holds: time_period}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
      - {name: stage, holds: _, only: [公报]}
"""
    rows = "收入,2022,36883,元,公报\n增长,2022,5.0,%,公报\n增长,2023,6.3,%,公报\n增长,2023,6.1,%,快报\n"
    cells, faults = read(columns, "item,time,value,unit,stage", rows, "freq: A, ref_area: CHN, scheme: _Z")
    assert faults == [], [str(fault) for fault in faults]
    found = [(cell["row_no"], cell["time_period"], cell["measure"], cell["base_period"]) for cell in cells]
    assert found == [(2, "2022", "level", "_Z"), (3, "2022", "growth", "2021"), (4, "2023", "growth", "2022")]
    monthly = rows.replace("2022", "2022-01").replace("2023", "2023-12")
    cells, _ = read(columns, "item,time,value,unit,stage", monthly, "freq: M, ref_area: CHN, scheme: _Z")
    assert [cell["base_period"] for cell in cells] == ["_Z", "2021-01", "2022-12"]
    _, faults = read(
        columns.replace("only: [公报]", "only: [公告, 快报]"),
        "item,time,value,unit,stage",
        rows,
        "freq: A, ref_area: CHN, scheme: _Z",
    )
    assert [(fault.column, fault.read) for fault in faults] == [("stage", "公告")] and "公报" in faults[0].expected
    before = columns.replace("-P1Y", "-P1M")
    cells, _ = read(before, "item,time,value,unit,stage", monthly, "freq: M, ref_area: CHN, scheme: _Z")
    assert [cell["base_period"] for cell in cells] == ["_Z", "2021-12", "2023-11"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("{name: a, holds: [indicator, scheme]}", "dimensions that codes states for each text"),
        ("{name: a, holds: [indicator, printed_value], codes: {x: {indicator: GDP}}}", "read indicator, printed_value"),
        ("{name: a, holds: nothing}", "one of printed_value"),
        ("{name: a, holds: printed_value, codes: {x: '1'}}", "printed_value stays as printed"),
        ("{name: a, holds: ref_area, codes: {x: NOWHERE}}", "a code of area"),
        ("{name: a, holds: vintage, codes: {x: soon}}", "the date of the edition"),
        ("{name: a, holds: [ref_area, scheme], codes: {x: {scheme: NONE}}}", "a code of scheme"),
    ],
)
def test_what_a_column_cannot_say_is_told(read, columns: str, expected: str):
    _, faults = read(
        f"      - {columns}\n      - {{name: b, holds: printed_value}}\n",
        "a,b",
        "x,1\n",
        "freq: A, time_period: '2022'",
    )
    assert any(expected in fault.expected for fault in faults), [str(fault) for fault in faults]


PLAIN = """\
      - {name: item, holds: [indicator, scheme], codes: {参保人数(万人): {indicator: INSURANCE_PARTICIPANTS, scheme: UNEMPLOYMENT_INSURANCE},
          收入: {indicator: INSURANCE_FUND_REVENUE, scheme: UNEMPLOYMENT_INSURANCE}}}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
"""


def test_columns_that_are_one_period_are_read_together_and_one_alone_where_the_other_is_empty(read):
    columns = PLAIN + '      - {name: "{年份}年{月份}月", holds: [time_period, freq], codes: {%s}}\n'
    codes = "2023年3月: {time_period: 2023-03, freq: M}, '2023': {time_period: '2023', freq: A}"
    rows = "收入,1,亿元,2023,3\n收入,5,亿元,2023,\n"
    cells, faults = read(columns % codes, "item,value,unit,年份,月份", rows, "ref_area: CHN")
    assert faults == [], [str(fault) for fault in faults]
    assert [(cell["time_period"], cell["numeral"]) for cell in cells] == [("2023-03", "1"), ("2023", "5")]
    plain = PLAIN + '      - {name: "{年份}年{月份}月", holds: time_period}\n'
    _, faults = read(plain, "item,value,unit,年份,月份", rows.replace("3\n", "13\n"), "ref_area: CHN, freq: M")
    assert {(f.row, f.column, f.read) for f in faults} == {(2, "年份, 月份", "2023年13月"), (3, "年份, 月份", "2023")}
    _, faults = read(plain, "item,value,unit,年份,month", rows, "ref_area: CHN, freq: M")
    assert {(fault.column, fault.read) for fault in faults} == {
        ("月份", "no such column"),
        ("month", "a column that nothing declares"),
    }


@pytest.mark.parametrize("unit", ["亿元", "%"])
def test_each_column_of_figures_has_its_own_period_measure_and_unit(read, unit: str):
    """What the column says goes before the rows: growth is in its own unit, the year before is of no other base."""
    columns = PLAIN.replace(
        "{name: value, holds: printed_value}", "{name: value, holds: printed_value, actuality: planned}"
    )
    columns += """\
      - {name: before, holds: printed_value, time_period: -P1Y}
      - {name: "grown (%)", holds: printed_value, measure: growth, base_period: -P1Y, printed_unit: "%"}
      - {name: year, holds: time_period}
"""
    rows = f"收入,1.5,亿元,1.0,{'50' if unit == '亿元' else '50%'},2023-Q3\n"
    header = "item,value,unit,before,grown (%),year"
    cells, faults = read(columns, header, rows.replace("50%", "50"), "ref_area: CHN, freq: Q")
    assert faults == [], [str(fault) for fault in faults]
    names = ("actuality", "measure", "time_period", "base_period", "printed_unit", "column_no")
    assert [tuple(cell[name] for name in names) for cell in cells] == [
        ("planned", "level", "2023-Q3", "_Z", "亿元", 2),
        ("actual", "level", "2022-Q3", "_Z", "亿元", 4),
        ("actual", "growth", "2023-Q3", "2022-Q3", "%", 5),
    ]
    _, faults = read(columns.replace(', printed_unit: "%"}', "}"), header, rows, "ref_area: CHN, freq: Q")
    assert any(fault.read == "growth in 亿元" for fault in faults) == (unit == "亿元")
    for wrong, told in (
        ("measure: growth, base", "indicator: NOTHING, base"),
        ("holds: printed_value, measure", "holds: _, measure"),
        ("holds: printed_value, measure", "holds: printed_value, time_period: '2020', measure"),
    ):
        _, faults = read(columns.replace(wrong, told), header, rows, "ref_area: CHN, freq: Q")
        assert faults and all(fault.check.endswith("descriptor") for fault in faults), told


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("参保人数(万人),1,万人\n", ""),
        ("参保人数(万人),1,人\n", "人"),
        ("参保人数(万人),1,10 000 persons\n收入,3,亿元\n", ""),
        ("收入,3,亿元\n参保人数(万人),1,亿元\n", "亿元"),
    ],
)
def test_a_unit_that_the_item_prints_otherwise_is_told(read, rows: str, wrong: str):
    _, faults = read(PLAIN, "item,value,unit", rows, "ref_area: CHN, freq: A, time_period: '2023'")
    found = [(f.column, f.read, f.row) for f in faults if "'万人', as item prints it" in f.expected]
    assert found == ([("unit", wrong, 2 + rows.startswith("收"))] if wrong else []), [str(fault) for fault in faults]


def test_a_code_and_a_name_of_two_areas_are_told_and_one_alone_is_read(read):
    columns = PLAIN + "      - {name: 代码, holds: ref_area}\n      - {name: 名称, holds: ref_area}\n"
    header, defaults = "item,value,unit,代码,名称", "freq: A, time_period: '2023'"
    rows = "收入,1,亿元,110000,北京市\n收入,2,亿元,,天津\n收入,3,亿元,130000,\n收入,4,亿元,140000,无此地\n"
    cells, faults = read(columns, header, rows, defaults)
    assert faults == [], [str(fault) for fault in faults]
    assert [cell["ref_area"] for cell in cells] == ["110000", "120000", "130000", "140000"]
    _, faults = read(columns, header, rows + "收入,5,亿元,150000,天津市\n收入,6,亿元,,无此地\n", defaults)
    assert {(fault.row, fault.column, fault.read) for fault in faults} == {
        (6, "代码, 名称", "150000 and 天津市"),
        (7, "代码, 名称", "无此地"),
    }


@pytest.mark.parametrize(
    ("of_each", "of_rows", "wanted"),
    [
        (("--01", "--Q2"), "2022年", None),
        (("--01", "--02"), "2022年", ["2022-01", "2022-02"]),
        (("2021", "2022"), "", ["2021", "2022"]),
        (("--01", "--02"), "2022-03", None),
    ],
)
def test_a_column_of_figures_may_be_a_month_of_the_year_of_its_row_or_a_year(read, of_each, of_rows: str, wanted):
    first, second = (
        f"      - {{name: {n}, holds: printed_value, time_period: '{p}'}}\n" for n, p in zip("ab", of_each)
    )
    columns = PLAIN.replace("      - {name: value, holds: printed_value}\n", first + second)
    columns += "      - {name: 年, holds: time_period}\n" if of_rows else "      - {name: 年, holds: _}\n"
    freq = "A" if of_each[0] == "2021" else "M"
    cells, faults = read(
        columns, "item,a,b,unit,年", f"收入,1,2,亿元,{of_rows or 'x'}\n", f"freq: {freq}, ref_area: CHN"
    )
    assert (faults == []) == (wanted is not None), [str(fault) for fault in faults]
    assert [cell["time_period"] for cell in cells] == (wanted or [])


def test_many_texts_that_are_no_numbers_are_one_fault_of_each_kind(read):
    columns = PLAIN + "      - {name: 地区, holds: ref_area}\n"
    areas, marks = ("北京市", "天津市", "河北省", "山西省", "辽宁省", "吉林省"), ("NA", "…", "N/A", "—", "NA", "12x")
    rows = "".join(f"收入,{mark},亿元,{area}\n" for area, mark in zip(areas, marks))
    _, faults = read(columns, "item,value,unit,地区", rows, "freq: A, time_period: '2023'")
    first, last = sorted(faults, key=lambda fault: fault.row)
    assert (first.row, last.row, last.read) == (2, 7, "12x") and "missing_values" in first.expected
    assert first.read == "'NA' (2 rows), '…' (1 rows), 'N/A' (1 rows), '—' (1 rows)"
    assert "(5 rows read so)" in first.expected


def test_rows_are_left_out_by_a_text_of_a_column_and_counted(read, seeds: Path, tmp_path: Path):
    """Of columns that are joined, too; all other texts stay what they are."""
    columns = PLAIN + '      - {name: "{市}{县}", holds: ref_area}\n'
    header, defaults = "item,value,unit,市,县", "freq: A, time_period: '2023'"
    rows = "收入,1,亿元,福州市,鼓楼区\n收入,2,亿元,福州市,高新区\n收入,3,亿元,厦门市,高新区\n收入,4,亿元,厦门市,市本级\n收入,5,亿元,厦门市,\n"
    _, faults = read(columns, header, rows, defaults)
    assert [fault.row for fault in faults] == [3, 4, 5]
    cells, faults = read(
        columns + "      - {name: 县, holds: _, codes: {高新区: _, 市本级: _}}\n", header, rows, defaults
    )
    assert faults == [], [str(fault) for fault in faults]
    assert [(cell["row_no"], cell["ref_area"]) for cell in cells] == [(2, "350102"), (6, "350200")]
    (told,) = next(
        s for s in intake.read(seeds, tmp_path / "spill", only="long").sources if s.source_id == "long"
    ).remarks
    assert told.endswith("3 row(s) left out by 县: 高新区 2, 市本级 1")
    # So does a column that is read itself; what it spells otherwise stays all that passes.
    one = columns.replace('"{市}{县}", holds: ref_area', "县, holds: ref_area, codes: {高新区: _, 市本级: _}")
    cells, faults = read(
        one + "      - {name: 市, holds: _, only: [福州市]}\n", header, rows.replace("鼓楼区", "台江区"), defaults
    )
    assert faults == [] and [cell["ref_area"] for cell in cells] == ["350103"]
    spelled = one.replace("高新区: _", '台江区: "350103"').replace(", 市本级: _", "")
    _, faults = read(spelled + "      - {name: 市, holds: _}\n", header, rows, defaults)
    assert [fault.row for fault in faults] == [2, 3, 5, 6]


@pytest.mark.parametrize("order", [("代码", "名称"), ("名称", "代码")])
def test_a_name_is_that_of_the_area_that_bore_it_in_the_period_of_the_row(read, order: tuple[str, str]):
    """Of several that did the code beside it tells, and none other does."""
    columns = PLAIN + "".join(f"      - {{name: {name}, holds: ref_area}}\n" for name in order)
    columns += "      - {name: 年, holds: time_period}\n"
    header = "item,value,unit,代码,名称,年"
    rows = "收入,1,亿元,130103,桥东区,2008年\n收入,2,亿元,,桥东区,2022年\n收入,3,亿元,,武威地区,1985年\n收入,4,亿元,,东丽区,1985年\n"
    cells, faults = read(columns, header, rows, "freq: A")
    assert faults == [], [str(fault) for fault in faults]
    assert [cell["ref_area"] for cell in cells] == ["130103", "130702", "622300", "120110"]
    rows += "收入,5,亿元,,桥东区,2008年\n收入,6,亿元,130104,桥东区,2008年\n收入,7,亿元,320106,鼓楼区,2008年\n收入,8,亿元,110101,鼓楼区,2008年\n"
    _, faults = read(columns, header, rows, "freq: A")
    told = {fault.row: fault for fault in faults}
    assert [(row, told[row].read) for row in sorted(told)] == [
        (6, "桥东区"),
        (7, " and ".join({"代码": "130104", "名称": "桥东区"}[name] for name in order)),
        (9, " and ".join({"代码": "110101", "名称": "鼓楼区"}[name] for name in order)),
    ]
    assert all(code in told[6].expected for code in ("130103", "130502", "130702"))


def test_a_source_on_one_map_means_the_areas_of_that_map(read):
    columns = PLAIN + "      - {name: 名称, holds: ref_area}\n      - {name: 年, holds: time_period}\n"
    rows = "收入,1,亿元,桥东区,2008\n收入,2,亿元,桥东区,2022\n"
    cells, faults = read(columns, "item,value,unit,名称,年", rows, "freq: A", "area_map: 2022\n")
    assert faults == [] and [cell["ref_area"] for cell in cells] == ["130702", "130702"]


def test_last_years_figure_of_one_row_may_be_this_years_of_another(read):
    columns = (
        PLAIN
        + """\
      - {name: before, holds: printed_value, time_period: -P1Y}
      - {name: year, holds: time_period}
"""
    )
    header, rows, defaults = (
        "item,value,unit,before,year",
        "收入,2,亿元,1.0,2022年\n收入,3,亿元,2.5,2023年\n",
        "ref_area: CHN, freq: A",
    )
    cells, faults = read(columns, header, rows, defaults)
    assert faults == [], [str(fault) for fault in faults]
    found = [(cell["table_id"], cell["time_period"], cell["numeral"]) for cell in cells]
    further = "figures_value_2"
    assert found == [
        ("figures", "2022", "2"),
        ("figures", "2023", "3"),
        (further, "2021", "1.0"),
        (further, "2022", "2.5"),
    ]
    assert len({cell["observation_id"] for cell in cells}) == 4 and {c["whole_table"] for c in cells} == {"figures"}
    _, (fault,) = read(columns, header, rows.replace("2022年", "某年"), defaults)
    assert (fault.row, fault.column, fault.read) == (2, "year", "某年")
    _, (fault,) = read(columns.replace(", time_period: -P1Y", ""), header, rows, defaults)
    assert "what tells its figures from those of value" in f"{fault.read} {fault.expected}", str(fault)


def test_what_is_held_at_the_end_of_a_span_is_a_stock(read):
    columns = """\
      - {name: indicator, holds: indicator}
      - {name: period, holds: time_period}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
"""
    rows = "INSURANCE_PARTICIPANTS,2023年1-6月,2.5,万人\nINSURANCE_FUND_REVENUE,2023年1-6月,3.5,亿元\n"
    defaults = "freq: M, ref_area: CHN, scheme: UNEMPLOYMENT_INSURANCE"
    cells, faults = read(columns, "indicator,period,value,unit", rows, defaults)
    assert faults == [] and {(cell["indicator"], cell["time_period"], cell["time_basis"]) for cell in cells} == {
        ("INSURANCE_PARTICIPANTS", "2023-06", "stock"),
        ("INSURANCE_FUND_REVENUE", "2023-06", "year_to_date"),
    }


def test_a_unit_in_the_name_of_the_figures_is_held_against_the_column_of_units(read):
    columns = """\
      - {name: indicator, holds: indicator}
      - {name: year, holds: time_period}
      - {name: 数值（万元）, holds: printed_value}
      - {name: unit, holds: printed_unit}
"""
    rows = "INSURANCE_FUND_REVENUE,2022,2,亿元\nINSURANCE_FUND_REVENUE,2023,3,万元\n"
    _, (fault,) = read(
        columns, "indicator,year,数值（万元）,unit", rows, "freq: A, ref_area: CHN, scheme: BASIC_MEDICAL"
    )
    assert (fault.row, fault.column, fault.read) == (
        2,
        "unit",
        "亿元",
    ) and "prints it in '数值（万元）'" in fault.expected


def test_a_text_adds_nothing_or_how_its_figure_is_stated_and_of_an_unknown_one_the_rows_are_told(read):
    columns = PLAIN + "      - {name: 口径, holds: [time_basis], codes: {本月: {}, 累计: {time_basis: year_to_date}}}\n"
    header, rows = "item,value,unit,口径", "收入,1,亿元,本月\n收入,5,亿元,累计\n参保人数(万人),7,万人,本月\n"
    defaults = "ref_area: CHN, freq: M, time_period: 2024-03"
    cells, faults = read(columns, header, rows, defaults)
    assert faults == [], [str(fault) for fault in faults]
    assert [cell["time_basis"] for cell in cells] == ["flow", "year_to_date", "stock"]
    _, (fault,) = read(columns, header, rows + "收入,6,亿元,3\n参保人数(万人),7,万人,3\n", defaults)
    assert (fault.row, fault.column, fault.read) == (5, "口径", "3") and "2 rows" in fault.expected


@pytest.mark.parametrize(
    ("item", "of_group"),
    [
        ("holds: indicator", "holds: residence, codes: {城市: U, 农村: R, 合计: _T}"),
        ("holds: [indicator, scheme, residence], codes: {城市低保人数: {indicator: DIBAO_RECIPIENTS, residence: U},"
         " 农村低保人数: {indicator: DIBAO_RECIPIENTS, residence: R}, 低保人数: {indicator: DIBAO_RECIPIENTS}}",
         "holds: residence, codes: {城市: U, 农村: R, 合计: _T}"),
    ],
    ids=["wordings", "codes"],
)  # fmt: skip
def test_an_item_and_a_column_of_residences_say_one_thing(read, item: str, of_group: str):
    columns = f"""\
      - {{name: item, {item}}}
      - {{name: 城乡, {of_group}}}
      - {{name: value, holds: printed_value}}
      - {{name: unit, holds: printed_unit}}
"""
    header, defaults = "item,城乡,value,unit", "ref_area: CHN, freq: A, time_period: '2023', scheme: DIBAO"
    rows = "城市低保人数,城市,1,人\n低保人数,农村,2,人\n低保人数,合计,3,人\n"
    cells, faults = read(columns, header, rows, defaults)
    assert faults == [] and [cell["residence"] for cell in cells] == ["U", "R", "_T"], [str(f) for f in faults]
    _, faults = read(columns, header, rows.replace(",农村", ",城市") + "农村低保人数,城市,4,人\n", defaults)
    found = {(fault.row, fault.column, fault.read) for fault in faults}
    assert (5, "item, 城乡", "农村低保人数 and 城市") in found or (5, "城乡, item", "城市 and 农村低保人数") in found, (
        found
    )


WITH_UNITS = """\
      - {name: area, holds: ref_area}
      - {name: year, holds: time_period}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
"""
OF_PARTICIPANTS = "freq: A, scheme: UNEMPLOYMENT_INSURANCE, indicator: INSURANCE_PARTICIPANTS"


@pytest.mark.parametrize(
    ("unit", "value", "number", "meant"),
    [
        ("", "5.0万人", "5.0", "万人"),
        ("万人", "5.0万人", "5.0", "万人"),
        ("人", "1,234.5万", "1,234.5", "万人"),
        ("人", "5.0", "5.0", "人"),
    ],
)
def test_a_unit_behind_a_number_is_that_of_the_figure(read, unit: str, value: str, number: str, meant: str):
    cells, faults = read(WITH_UNITS, "area,year,value,unit", f'全国,2022,"{value}",{unit}\n', OF_PARTICIPANTS)
    assert faults == [] and [(cell["printed_value"], cell["printed_unit"]) for cell in cells] == [(number, meant)]


def test_a_unit_behind_a_number_that_its_row_contradicts_is_a_fault(read):
    rows = "全国,2022,5.0万人,户\n全国,2023,6.0万人,户\n"
    (fault,) = read(WITH_UNITS, "area,year,value,unit", rows, OF_PARTICIPANTS)[1]
    assert (fault.row, fault.column, fault.read) == (2, "value", "万人 in the cell and 户 around it")
    assert "(2 rows read so)" in fault.expected
