"""Names of areas lead to codes: as yearbooks print them, in either language, of any year, and never by a guess."""

import csv
from functools import cache

import polars as pl
import pytest

from orchestration.paths import ROOT
from proofs.areas import __main__ as areas
from proofs.areas.english import english
from validations import contracts, list_contracts
from validations.area_names import AreaNames
from validations.code_lists import CodeLists


@cache
def lists() -> CodeLists:
    found = {}
    for name in ("area", "area_life", "area_successor", "area_alias", "code"):
        with (ROOT / "seeds" / "codelists" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found[name] = [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]
    return CodeLists(found)


@cache
def names() -> AreaNames:
    return AreaNames(lists())


def faults(name: str, **changed: str | None) -> list[str]:
    """What the contract of a list says of its first record with `changed` in it."""
    record = lists().records[name][0] | changed
    frame = pl.DataFrame([record], schema=dict.fromkeys(list_contracts.CODELISTS[name], pl.String))
    schema = list_contracts.codelist(name, lists())
    return [fault.expected for fault in contracts.faults(schema, frame, f"{name}.csv", "check", [2])]


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
        ("辽宁省沈阳市铁西区", "210106"),
        ("内蒙古 呼和浩特 新城区", "150102"),
        ("石家庄市长安区", "130102"),
        ("重庆市重庆市", "500000"),
        ("阳泉市郊区", "140311"),
        ("Beijing, Chaoyang District", "110105"),
        ("石家庄", "130100"),
        ("六安市", "341500"),
        ("Lu'an", "341500"),
        ("重庆", "500000"),
        ("临夏", "622900"),
        ("临夏州", "622900"),
        ("临夏县", "622921"),
        ("黔东南", "522600"),
        ("海西州", "632800"),
        ("玉树", "632700"),
        ("天祝县", "620623"),
        ("肃南", "620721"),
        ("宽城县", "130827"),
        ("克孜勒苏州", "653000"),
        ("前郭尔罗斯县", "220721"),
        ("前郭尔", None),
    ],
)
def test_a_printed_name_is_one_area(text, code):
    """Without the kind of the area, or the people after whom it is named."""
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


@pytest.mark.parametrize(
    ("text", "year", "within", "codes"),
    [
        ("桥东区", 2008, (), {"130103", "130502", "130702"}),
        ("桥东区", 2022, (), {"130702"}),
        ("桥东区", 2008, ("130100",), {"130103"}),
        ("河北省石家庄市桥东区", 2008, (), {"130103"}),
        # One that is elsewhere by another code now, and one that had another name then.
        ("武威地区", 1985, (), {"622300"}),
        ("东丽区", 1985, (), {"120110"}),
        # In the year in which one passes into the other both bear the name.
        ("石家庄", 1993, (), {"130100"}),
        ("石家庄", 1990, (), {"130100", "132300"}),
        # The name of a province is its own in every year.
        ("重庆市", 1990, (), {"500000"}),
        ("重庆市", 1990, ("510000",), {"510200"}),
    ],
)
def test_a_name_is_that_of_the_area_that_bore_it_in_the_year(text, year, within, codes):
    assert {*names().meant(text, year, within).codes} == codes
    assert codes <= {*names().ever(text, within).codes}


def test_readings_change_in_the_years_in_which_a_name_becomes_anothers():
    found = names().readings("桥东区")
    assert [year for year, _ in found] == [0, 1983, 2015, 2021]
    assert all(names().meant("桥东区", year).codes == match.codes for year, match in found)
    assert len(names().readings("北京市")) == len(names().readings("湖北省武汉市")) == 1


def test_a_name_of_one_character_is_not_shortened():
    assert names().find("蔚", 2020).codes == ()
    assert names().find("蔚县", 2020).code == "130726"


def test_a_planted_fault_of_the_map_is_told():
    assert faults("area_life") == faults("area_successor") == faults("area_alias") == []
    assert "a name_en_source for each name that is official" in faults("area", parent=None, name_en_kind="official")
    assert faults("area_life", area="999999") == ["a code of area.csv"]
    assert faults("area_successor", passed="mostly") == ["a code of the list passed of code.csv"]
    assert "another area as successor" in faults(
        "area_successor", successor=lists().records["area_successor"][0]["area"]
    )


def test_the_map_is_what_its_list_says_whatever_romanises_it():
    """Made anew with the names that are there, lives, successors and spans are those of the seeds."""
    named = {(r["area"], r["valid_from"]): r["name_en"] for r in lists().records["area_life"]}
    named |= {
        (r["code"], r["valid_from"]): r["name_en"]
        for r in lists().records["area"]
        if (r["code"], r["valid_from"]) not in named
    }
    kept = [{k: v or "" for k, v in r.items()} for r in lists().records["area"]]
    last = {r["code"]: r["name_en"] for r in kept}
    made = areas.tables(
        lambda life: named.get((life.code, f"{life.first}-01-01"), last[life.code]), areas.lives(), kept
    )
    seeded = {
        name: sorted(tuple(v or "" for v in r.values()) for r in lists().records[name])
        for name in ("area_life", "area_successor")
    }
    assert {name: sorted(map(tuple, made[name])) for name in seeded} == seeded
    dated = {row[0]: tuple(row[2:]) for row in made["area"]}
    assert dated == {r["code"]: tuple(list(r.values())[2:]) for r in kept}


@pytest.mark.parametrize(
    ("name", "level", "read"),
    [
        ("重庆市", "province", "Chongqing City"),
        ("六安市", "prefecture", "Lu'an"),
        ("蔚县", "county", "Yu County"),
        ("长子县", "county", "Zhangzi County"),
        ("海西蒙古族藏族自治州", "prefecture", "Haixi Mongol and Tibetan Autonomous Prefecture"),
        ("呼和浩特市", "prefecture", "Hohhot"),
    ],
)
def test_a_declared_reading_goes_before_the_library(name, level, read):
    readings = {row["text"]: row["reading"] for row in areas.records(areas.HERE / "reading.csv")}
    library = {"海": "hai", "西": "xi"}
    assert english(name, level, readings, lambda text: [library.get(sign, "wrong") for sign in text]) == read
