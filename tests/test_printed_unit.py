"""A unit is read where the page prints one, in English and in Chinese; a word that holds its letters prints none."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.conftest import SEEDS
from tests.test_layouts import lists
from tests.test_page_layouts import read
from validations.code_lists import CodeLists
from validations.printed_unit import printed_units, prints, stated_for_all, unknown_unit

__all__ = ["lists"]
KNOWN = [
    "元",
    "万元",
    "亿元",
    "元/月",
    "元/人·月",
    "人",
    "万人",
    "户",
    "个",
    "公里",
    "平方公里",
    "%",
    "CNY",
    "million yuan",
]
KNOWN += ["10 thousand", "BILLION CNY", "persons"]


# fmt: off
STATED = [
    ("城市支出亿元", "亿元"), ("城市支出（亿元）", "亿元"), ("城市支出(亿元)", "亿元"), ("城市支出〔亿元〕", "亿元"), ("城市支出【万元】", "万元"),
    ("城市支出[万元]", "万元"), ("城市支出,亿元", "亿元"), ("城市支出，亿元", "亿元"), ("城市支出/亿元", "亿元"), ("城市支出／亿元", "亿元"),
    ("城市支出：亿元", "亿元"), ("城市支出、亿元", "亿元"), ("城市支出-亿元", "亿元"), ("城市支出—亿元", "亿元"), ("城市支出·亿元", "亿元"),
    ("城市支出 亿元", "亿元"), ("城市支出\u3000亿元", "亿元"), ("城市支出亿元（决算数）", "亿元"), ("城市支出亿元①", "亿元"),
    ("城市支出亿元，2020年", "亿元"), ("参保人数（人）", "人"), ("参保人数(万人)", "万人"), ("参保人数万人", "万人"), ("户数（户）", "户"),
    ("缴费 元", "元"), ("缴费：元", "元"), ("人 数（万人）", "万人"), ("城 市 支 出 亿 元", "亿元"), ("单位：亿元", "亿元"),
    ("计量单位: 万元", "万元"), ("（万人）", "万人"), ("单位为万元。", "万元"), ("本表以亿元为单位", "亿元"), ("标准（元／人・月）", "元/人·月"),
    ("标准 元 / 人 · 月", "元/人·月"), ("低保标准元/月", "元/月"), ("面积（平方公里）", "平方公里"), ("土地面积平方公里", "平方公里"),
    ("占比（％）", "%"), ("占比%", "%"), ("人", "人"), ("支出（million yuan）", "million yuan"), ("支出million yuan", "million yuan"),
    ("City finance (BILLION CNY)", "BILLION CNY"), ("Population, 10 thousand", "10 thousand"), ("Share (%)", "%"),
]
NOT_STATED = [
    "参保人数", "个人账户", "参保人", "人 数", "人\u3000\u3000数", "参 保 人", "参 保 人 数", "北 京", "低保户", "户均人口", "人均支出", "缴费元",
    "老人、儿童", "每万人", "床位数（每万人）", "每万人口", "支出百万元", "支出10万元", "月收入低于 500 元", "亿元产值", "支出（亿元/人）",
    "支出亿元/人", "户均人口（人/户）", "支出元/人·季", "增长5%以上", "参保单位户", "personsal data", "CNY/quarter",
]
# fmt: on


@pytest.mark.parametrize(("text", "unit"), STATED)
def test_a_unit_is_read_where_it_is_printed(text: str, unit: str):
    assert printed_units(text, KNOWN) == [unit] and prints(text, unit, KNOWN)


@pytest.mark.parametrize("text", NOT_STATED)
def test_what_is_part_of_a_word_or_of_another_unit_is_none(text: str):
    assert printed_units(text, KNOWN) == []


def test_a_label_may_state_two_units():
    assert printed_units("人数（万人）、收入（亿元）", KNOWN) == ["亿元", "万人"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_part_of_a_unit_is_never_taken_for_it(order: int):
    """Whatever the order of the list; and where the longer one is not known, nothing is read."""
    assert printed_units("面积（平方公里）", KNOWN[::order]) == ["平方公里"]
    assert not prints("面积（平方公里）", "公里", KNOWN)
    assert printed_units("面积（平方公里）", ["公里"]) == []


# fmt: off
WITH_A_FACTOR = [
    "10,000 yuan", "10 000 yuan", "1,000 yuan", "thousand yuan", "thousands of yuan", "trillion yuan", "bn yuan", "mn yuan", "100mn yuan", "10 million yuan",
    "hundred million yuan", "10,000 persons", "'000 persons", "\u2019000 persons", "Thousand Persons", "RMB 100 million", "RMB million", "CNY billion",
    "US$ million", "US$ 100 million", "million US dollars", "USD million", "US dollars, million", "million USD", "yuan per month", "yuan per person per month",
    "Yuan a month", "yuan / person", "persons per household", "万 yuan", "10,000 yuan per year", "2,500,000 persons",
]
# fmt: on


@pytest.mark.parametrize("label", ["Expenditure ({})", "支出（{}）", "Expenditure (unit: {})", "Total, {}", "In {}"])
@pytest.mark.parametrize("unit", WITH_A_FACTOR)
def test_a_factor_or_a_currency_makes_another_unit(label: str, unit: str):
    """Whether or not the list knows it: a part of it would be a smaller one, or other money."""
    text, known = label.format(unit), [*KNOWN, "yuan", "million"]
    assert printed_units(text, known) == [] and stated_for_all(text, known) == []
    assert [known_unit for known_unit in known if prints(text, known_unit, known)] == []
    if "{" not in label[-2:]:
        assert unknown_unit(text, known)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Expenditure (Million Yuan)", "million yuan"),
        ("Expenditure, million yuan", "million yuan"),
        ("Expenditure in million yuan", "million yuan"),
        ("Expenditure in 2018, million yuan", "million yuan"),
        ("Expenditure, million yuan, current prices", "million yuan"),
        ("Expenditure – million yuan (final)", "million yuan"),
        ("City / PERSONS", "persons"),
        ("Number of insured persons (10 thousand)", "10 thousand"),
        ("Number of insured persons, 10 thousand", "10 thousand"),
        ("Persons", "persons"),
        ("Note 3: the units of the table are persons.", "persons"),
        ("Table 1 - million yuan", "million yuan"),
    ],
)
def test_english_words_are_a_unit_where_labels_put_one(text: str, unit: str):
    assert printed_units(text, KNOWN) == [unit] and prints(text, unit, KNOWN)


@pytest.mark.parametrize(
    "text",
    ["Number of insured persons", "Insured persons by province", "In million yuan terms", "(persons aged 60)", "Times"],
)
def test_english_words_are_no_unit_elsewhere(text: str):
    assert printed_units(text, KNOWN) == []


def test_both_spellings_of_a_unit_may_be_known():
    known = [*KNOWN, "billion CNY"]
    assert printed_units("Finance (BILLION CNY)", known) == ["BILLION CNY"]
    assert printed_units("Finance (billion CNY)", known) == ["billion CNY"]


@pytest.mark.parametrize(
    "text",
    [
        *[
            "支出（亿元人民币）",
            "支出（万亿元）",
            "支出（萬元）",
            "支出（億元）",
            "支出（亿元/年）",
            "支出（亿美元）",
            "标准（元/（人·月））",
        ],
        *[
            "支出亿元人民币",
            "支出万亿元",
            "表3（单位：万亿元）",
            "单位：亿美元",
            "Insured (000)",
            "Unit: thousand yuan",
        ],
    ],
)
def test_a_unit_that_nobody_knows_is_seen(text: str):
    assert unknown_unit(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "支出（决算数）",
        "支出（2020年）",
        "Births (2000)",
        "Share (M)",
        "Population (65 and above)",
        "个人账户",
        "参保人数",
        "缴费",
    ]
    + [
        "Cities (over 1,000 households surveyed)",
        "支出（亿元）",
        "Expenditure (million yuan)",
        "单位数",
        "Number of insured persons",
    ],
)
def test_other_words_are_no_unit_that_nobody_knows(text: str):
    assert unknown_unit(text, KNOWN) is None


def test_words_of_a_title_are_no_unit_for_all_figures():
    assert stated_for_all("Insured persons by province", KNOWN) == []
    assert stated_for_all("Insured persons by province (persons)", KNOWN) == ["persons"]
    assert stated_for_all("Unit: 10 thousand", KNOWN) == ["10 thousand"]
    assert stated_for_all("2020年参保情况（单位：万人）", KNOWN) == ["万人"]


def test_every_shipped_unit_is_read_in_brackets():
    with (SEEDS / "codelists/unit_text.csv").open(encoding="utf-8") as file:
        known = [row["text"] for row in csv.DictReader(file)]
    for unit in known:
        assert printed_units(f"指标（{unit}）", known) == [unit]
        assert printed_units(f"Label ({unit})", known) == [unit]


@pytest.mark.parametrize(
    ("line", "declared", "label", "faults"),
    [
        ("单位：万人次", "printed_unit: 万人次", "{label: 住院人次, indicator: DISCHARGES}", []),
        (
            "单位：万人次",
            "printed_unit: 万人次",
            "{label: 住院人次, indicator: DISCHARGES, printed_unit: 人次}",
            ["'万人次'"],
        ),
        ("单位：人次", "printed_unit: 人次", "{label: 住院人次, indicator: DISCHARGES}", ["'人次'"]),
        ("单位：万人次", "printed_unit: 万人次", "{label: 住院（人次）, indicator: DISCHARGES}", ["'人次'"]),
        ("单位：万人", "printed_unit: 万人", "{label: 住院人次, indicator: DISCHARGES}", ["'人次'"]),
    ],
    ids=[
        "a multiple in the unit line",
        "not as the line says",
        "the same",
        "in brackets",
        "a line of another quantity",
    ],
)
def test_a_noun_at_the_end_of_a_label_is_counted_as_the_unit_line_says(
    tmp_path: Path, lists: CodeLists, line: str, declared: str, label: str, faults: list[str]
):
    """住院人次 in a table of 万人次 says what is counted, and not in which unit."""
    page = f"{line}\n指标,2022年\n{label[len('{label: ') : label.index(',')]},7600\n"
    told = (
        f'    corner: 指标\n    notes: ["{line}"]\n    {declared}\n'
        "    defaults: {freq: A, scheme: BASIC_MEDICAL, ref_area: CHN}\n"
        f"    columns: {{holds: time_period}}\n    rows: [{label}]\n"
    )
    source = read(tmp_path, lists, page, told)
    assert [text for text in faults if not any(text in fault.expected for fault in source.faults)] == []
    assert faults or [cell["printed_unit"] for cell in source.rows["observation"]] == ["万人次"]


def test_a_noun_at_the_end_of_a_label_is_counted_as_a_column_of_units_says(tmp_path: Path, lists: CodeLists):
    told = (
        "    corner: 指标\n    defaults: {freq: A, scheme: BASIC_MEDICAL, ref_area: CHN}\n"
        "    columns: [{label: 单位, holds: printed_unit}, {holds: time_period}]\n"
        "    rows: [{label: 住院人次, indicator: DISCHARGES}]\n"
    )
    source = read(tmp_path, lists, "指标,单位,2022年\n住院人次,万人次,7600\n", told)
    assert source.faults == [] and [cell["printed_unit"] for cell in source.rows["observation"]] == ["万人次"]
