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
        columns: str, header: str, rows: str, defaults: str = "freq: A, scheme: BASIC_MEDICAL"
    ) -> tuple[list[dict], list[Fault]]:
        folder = seeds / "sources" / "long"
        folder.mkdir(exist_ok=True)
        (folder / "datapackage.yaml").write_text(HEAD % defaults + columns, encoding="utf-8")
        (folder / "figures.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
        result = intake.read(seeds, tmp_path / "spill", only="long")
        source = next(source for source in result.sources if source.source_id == "long")
        return [] if result.faults else source.bulk["figures"].cells(), result.faults

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
