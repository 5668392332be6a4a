"""Names of areas lead to codes: as yearbooks print them, in either language, of any year, and never by a guess."""

import csv
from functools import cache

import pytest

from orchestration.paths import ROOT
from validations.area_names import AreaNames
from validations.code_lists import CodeLists


@cache
def names() -> AreaNames:
    lists = {}
    for name in ("area", "area_life", "area_alias"):
        with (ROOT / "seeds" / "codelists" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            lists[name] = [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]
    return AreaNames(CodeLists(lists))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("北 京", "110000"),
        ("北　京", "110000"),
        ("北京市", "110000"),
        ("Beijing", "110000"),
        ("BEIJING", "110000"),
        ("内蒙古", "150000"),
        ("Nei Mongol", "150000"),
        ("新疆维吾尔自治区", "650000"),
        ("新 疆", "650000"),
        ("Xinjiang Uygur Autonomous Region", "650000"),
        ("Hebei Province", "130000"),
        ("全 国", "CHN"),
        ("National Total", "CHN"),
        ("地方合计", "GRP_LOCAL"),
        ("兵团", "XPCC"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("石家庄", "130100"),
        ("六安市", "341500"),
        ("Lu'an", "341500"),
        ("重庆", "500000"),
    ],
)
def test_a_printed_name_is_one_area(text, code):
    assert names().find(text, 2020).code == code


def test_a_name_that_several_areas_share_lists_them_until_a_parent_is_told():
    match = names().find("鼓楼区", 2020)
    assert match.code is None and len(match.codes) > 2
    assert "320106 Gulou District 鼓楼区" in match.expected
    assert names().find("鼓楼区", 2020, parent="320100").code == "320106"


def test_what_no_list_declares_is_no_area():
    assert names().find("Mongolia", 2020).codes == ()
    assert names().find("合计", 2020).codes == ()


def test_a_former_name_is_of_its_years():
    assert names().find("完县", 1990).code == "132426"
    assert names().find("完县", 2020).codes == ()


def test_a_name_of_one_character_is_not_shortened():
    assert names().find("蔚", 2020).codes == ()
    assert names().find("蔚县", 2020).code == "130726"
