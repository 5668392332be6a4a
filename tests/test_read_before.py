"""Labels that no list knows: read as other sources read them, or by their words, and said so in the draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import intake
from orchestration.drafting import new_source
from orchestration.drafting.by_words import ByWords
from orchestration.drafting.editions import edition_of
from orchestration.drafting.labels import Meaning
from orchestration.drafting.long_look import as_long
from orchestration.drafting.read_before import ReadBefore
from orchestration.drafting.words import Words
from orchestration.intake import code_lists
from orchestration.intake.formats.format import Page
from orchestration.intake.spellings import Spellings
from orchestration.paths import Paths
from tests.conftest import SEEDS
from tests.test_drafting import came, paths
from tests.test_long_texts import HEAD
from validations.labels import Label

__all__ = ["paths"]
LISTS = code_lists.read(SEEDS).lists
DESCRIPTOR = (
    HEAD.replace("name: long", "name: first") % "freq: A, ref_area: CHN"
    + """\
      - {name: item, holds: row_label}
      - {name: indicator, holds: indicator}
      - {name: scheme, holds: scheme}
      - {name: pop_group, holds: pop_group}
      - {name: scope, holds: scope}
      - {name: year, holds: time_period}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
"""
)
ROWS = """\
item,indicator,scheme,pop_group,scope,year,value,unit
住院的人次,DISCHARGES,BASIC_MEDICAL,EMPLOYEES,_Z,2022,15.5,万人次
住院的人次,DISCHARGES,BASIC_MEDICAL,EMPLOYEES,_Z,2023,16.5,万人次
基金结存,INSURANCE_FUND_SURPLUS,BASIC_MEDICAL,_T,POOLED_FUND,2023,3.5,亿元
两种口径,INSURANCE_FUND_BALANCE,BASIC_MEDICAL,EMPLOYEES,_Z,2022,2.5,亿元
两种口径,INSURANCE_FUND_BALANCE,BASIC_MEDICAL,_T,_Z,2023,4.5,亿元
失业,INSURANCE_PARTICIPANTS,UNEMPLOYMENT_INSURANCE,_T,_Z,2023,5.5,万人
失业金,INSURANCE_FUND_REVENUE,UNEMPLOYMENT_INSURANCE,_T,_Z,2023,5.5,亿元
低保甲,DIBAO_RECIPIENTS,DIBAO,_T,_Z,2023,5.5,万人
低保乙,DIBAO_HOUSEHOLDS,DIBAO,_T,_Z,2023,5.5,万户
"""


@pytest.fixture
def with_a_source(paths: Paths) -> Paths:
    folder = paths.seeds / "sources" / "first"
    folder.mkdir()
    (folder / "datapackage.yaml").write_text(DESCRIPTOR, encoding="utf-8")
    (folder / "figures.csv").write_text(ROWS, encoding="utf-8")
    return paths


@pytest.mark.parametrize(
    ("page", "known", "asked"),
    [
        (
            "年份,项目,数值,单位\n2024,住院的人次,17.5,万人次\n2024,基金结存,3,亿元\n2024,两种口径,5,亿元\n",
            [
                '"住院的人次": {scheme: "BASIC_MEDICAL", indicator: "DISCHARGES", pop_group: "EMPLOYEES"},  # confirm: as in first',
                '"基金结存": {scheme: "BASIC_MEDICAL", indicator: "INSURANCE_FUND_SURPLUS", scope: "POOLED_FUND"},  # confirm: as in first',
            ],
            "两种口径",
        ),
        (
            "项目,单位,2024年,2023年\n住院的人次,万人次,17.5,16\n基金结存,亿元,3,2.5\n两种口径,亿元,5,4.5\n",
            [
                '{label: "住院的人次", indicator: "DISCHARGES", scheme: "BASIC_MEDICAL", pop_group: "EMPLOYEES"}  # confirm: as in first',
                'indicator: "INSURANCE_FUND_SURPLUS", scheme: "BASIC_MEDICAL", scope: "POOLED_FUND"}  # confirm: as in first',
            ],
            "两种口径",
        ),
    ],
    ids=["a long file", "a page"],
)
def test_a_label_is_read_as_another_source_read_it(
    with_a_source: Paths, tmp_path: Path, page: str, known: list[str], asked: str
):
    draft = new_source(with_a_source, came(tmp_path, page))
    text = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
    assert [line for line in known if line not in text] == [], text
    # One that stood for two things says neither, and tells both.
    assert any(asked in line and "# like: INSURANCE_FUND_BALANCE " in line for line in draft.to_decide), draft.report()


def test_the_scheme_of_an_indicator_elsewhere_goes_before_words_of_a_line(with_a_source: Paths, tmp_path: Path):
    figures = with_a_source.seeds / "sources" / "first" / "figures.csv"
    budget = "预算,BUDGET_SOCIAL_SECURITY_EMPLOYMENT,_Z,_T,_Z,2023,5.5,亿元\n"
    figures.write_text(figures.read_text(encoding="utf-8") + budget, encoding="utf-8")
    page = "社会保障概况（2023年）\n指标：社会保障和就业支出（亿元）\n地区,2023\n北京,10.5\n天津,11.5\n"
    draft = new_source(with_a_source, came(tmp_path, page))
    assert 'scheme: "_Z"' in (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")


#: Spending of a month in another source, and how it counts it; of a page what it prints and what the draft says of it.
COUNTED = {
    "since January, and asked to confirm": (["year_to_date"], "住院支出（万元）", 'time_basis: "year_to_date"', "else time_basis: flow"),
    "now so, now so": (["year_to_date", "flow"], "住院支出（万元）", "", "if since January, time_basis: year_to_date"),
    "of the month": (["flow"], "住院支出（万元）", "", "# confirm: as in first\n"),
    "and the page says it": (["year_to_date"], "住院支出（万元）,本月住院支出（万元）", "", "# confirm: as in first\n"),
    "of a page of a year": (["year_to_date"], "2023年", "", "# confirm: as in first\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", COUNTED)
def test_a_label_takes_what_another_source_counts_since_january_with_it(paths: Paths, tmp_path: Path, case: str):
    bases, labels, said, hint = COUNTED[case]
    folder = paths.seeds / "sources" / "first"
    folder.mkdir()
    of_months = DESCRIPTOR.replace("freq: A", "freq: M, residence: U, pop_group: _T, scope: _Z")
    of_months = of_months.replace("name: pop_group, holds: pop_group", "name: basis, holds: time_basis")
    (folder / "datapackage.yaml").write_text(of_months.replace("      - {name: scope, holds: scope}\n", ""), "utf-8")
    rows = [
        f"{item},{code},BASIC_MEDICAL,{basis},2023-0{month},{month}.5,{unit}"
        for month, basis in enumerate(bases, 3)
        for item, code, unit in (("住院支出", "MEDICAL_EXPENSES", "万元"), ("某支出", "INPATIENT_EXPENSES", "万元"))
    ]
    text = "item,indicator,scheme,basis,year,value,unit\n" + "".join(f"{row}\n" for row in rows)
    (folder / "figures.csv").write_text(text, "utf-8")
    if labels == "2023年":
        page = "某省2023年情况\n项目,2023年,2022年\n住院支出（万元）,2.5,3.5\n某支出（万元）,2,3\n"
    else:
        page = f"2023年7月某月报\n地区,{labels}\n北京,2.5,3\n天津,4.5,5\n"
    draft = new_source(paths, came(tmp_path, page))
    told = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
    (line,) = (line + "\n" for line in told.splitlines() if line.strip().startswith('- {label: "住院支出'))
    assert said in line and hint in line and ('time_basis: "' in line) == bool(said), told


SLUGS = """\
indicator,item,region,year,value
unemploymentParticipants10kPersons,失业保险,CHN,2022,23807.5
unemployment_fund_revenue_100m_yuan,失业保险,CHN,2022,1596.5
DibaoRecipients10kPersons,农村低保,CHN,2022,3349.5
dibaoHouseholds_10_000_households,城市低保,CHN,2022,423.5
dibaoHouseholds_10_000_households,农村低保,CHN,2022,1896.5
"""


@pytest.mark.parametrize("page", [SLUGS, {"Data": SLUGS}], ids=["text", "sheet"])
def test_a_slug_ends_in_its_unit_and_its_items_add_whom_it_is_of(with_a_source: Paths, tmp_path: Path, page):
    draft = new_source(with_a_source, came(tmp_path, page))
    told = draft.folder / "datapackage.yaml"
    text = told.read_text(encoding="utf-8").replace("DECIDE_release_stage", "yearbook")
    told.write_text(text.replace("DECIDE_cadence", "yearly"), encoding="utf-8")
    (source,) = (one for one in intake.read(with_a_source.seeds).sources if one.source_id == draft.folder.name)
    names = ("indicator", "scheme", "residence", "numeral", "printed_unit")
    assert [tuple(cell[name] for name in names) for file in source.bulk.values() for cell in file.cells()] == [
        ("INSURANCE_PARTICIPANTS", "UNEMPLOYMENT_INSURANCE", "_T", "23807.5", "10k persons"),
        ("INSURANCE_FUND_REVENUE", "UNEMPLOYMENT_INSURANCE", "_T", "1596.5", "100m yuan"),
        ("DIBAO_RECIPIENTS", "DIBAO", "R", "3349.5", "10k persons"),
        ("DIBAO_HOUSEHOLDS", "DIBAO", "U", "423.5", "10 000 households"),
        ("DIBAO_HOUSEHOLDS", "DIBAO", "R", "1896.5", "10 000 households"),
    ], text


USED = {
    ("INSURANCE_PARTICIPANTS", scheme, group)
    for scheme in ("BASIC_PENSION", "BASIC_MEDICAL", "UNEMPLOYMENT_INSURANCE")
    for group in ("_T", "ACTIVE", "RETIRED")
} | {
    (indicator, scheme, "_T")
    for scheme, indicators in {
        "BASIC_PENSION": ["INSURANCE_FUND_REVENUE", "INSURANCE_FUND_EXPENDITURE"],
        "UNEMPLOYMENT_INSURANCE": [
            "INSURANCE_BENEFITS_PAID",
            "INSURANCE_FUND_EXPENDITURE",
            "SOCIAL_SECURITY_EXPENDITURE",
        ],
        "MEDICAL_ASSISTANCE": ["SOCIAL_SECURITY_EXPENDITURE", "ASSISTANCE_PERSON_TIMES_IN_ALL"],
        "TEMPORARY_ASSISTANCE": ["ASSISTANCE_PERSON_TIMES", "SOCIAL_SECURITY_EXPENDITURE"],
        "EXTREME_POVERTY_SUPPORT": ["ASSISTANCE_RECIPIENTS", "SOCIAL_SECURITY_EXPENDITURE"],
        "DIBAO": ["DIBAO_STANDARD", "DIBAO_RECIPIENTS", "DIBAO_STANDARD_URBAN_RURAL"],
        "_Z": ["DISPOSABLE_INCOME_PER_HEAD", "FISCAL_EXPENDITURE", "FISCAL_REVENUE", "GDP", "BUDGET_EDUCATION"],
    }.items()
    for indicator in indicators
}
PENSION, PARTICIPANTS = {"scheme": "BASIC_PENSION_EMPLOYEES"}, {"indicator": "INSURANCE_PARTICIPANTS"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pension_urban_employee_participants", PENSION | PARTICIPANTS),
        ("Insured persons, basic pension insurance for urban employees", PENSION | PARTICIPANTS),
        ("pension_urban_employee_staff", PENSION | PARTICIPANTS | {"pop_group": "ACTIVE"}),
        ("pension total participants", {"scheme": "BASIC_PENSION"} | PARTICIPANTS),
        ("medical_resident_participants", {"scheme": "BASIC_MEDICAL_RESIDENTS"} | PARTICIPANTS),
        ("unemployment_benefit_paid", {"scheme": "UNEMPLOYMENT_INSURANCE", "indicator": "INSURANCE_BENEFITS_PAID"}),
        ("Tekun, rural: recipients", {"scheme": "EXTREME_POVERTY_SUPPORT", "indicator": "ASSISTANCE_RECIPIENTS", "residence": "R"}),
        ("dibao_urban_avg_standard", {"scheme": "DIBAO", "indicator": "DIBAO_STANDARD", "residence": "U"}),
        ("temporary_assistance_persontimes", {"scheme": "TEMPORARY_ASSISTANCE", "indicator": "ASSISTANCE_PERSON_TIMES"}),
        ("temporary_assistance_expenditure_ytd", {"scheme": "TEMPORARY_ASSISTANCE", "indicator": "SOCIAL_SECURITY_EXPENDITURE", "time_basis": "year_to_date"}),
        ("pensionUrbanEmployeeParticipants", PENSION | PARTICIPANTS),
        ("MedicalResident.Participants", {"scheme": "BASIC_MEDICAL_RESIDENTS"} | PARTICIPANTS),
        ("disposableIncomePC", {"indicator": "DISPOSABLE_INCOME_PER_HEAD"}),
        ("disposable_income_pc", {"indicator": "DISPOSABLE_INCOME_PER_HEAD"}),
        # What leaves a word untold, names no scheme, or may be either of two, is asked.
        ("five_funds_revenue", None),
        ("pension enterprise participants abroad", None),
        ("unemployment expenditure", None),
        ("health expenditure", None),
        ("Government expenditure", None),
        ("participants", None),
        ("maternity_assistance_recipients", None),
        ("public_fund_budget_expenditure", None),
        ("fund_budget_revenue", None),
        ("pension_fund_annual_revenue", None),
        ("average_population", None),
        ("dibao_urban_avg_expenditure", None),
        ("Persons", None),
        ("失业保险 participants", None),
    ],
)  # fmt: skip
def test_words_say_what_names_hold_all_of_them(text: str, said: dict | None):
    before = ReadBefore(used={(i, scheme, group, "_T", "_T", "_Z", "_Z") for i, scheme, group in USED})
    found = ByWords(LISTS, before).says(text.replace("_", " "))
    assert (found and found[0]) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("城镇人口", "POPULATION U resident"),
        ("乡村人口", "POPULATION R resident"),
        ("年末户籍总人口", "REGISTERED_POPULATION registered"),
        ("农村常住居民人均可支配收入", "DISPOSABLE_INCOME_PER_HEAD R"),
        ("人均地区生产总值", "GDP_PER_HEAD"),
        ("公共财政预算收入", "FISCAL_REVENUE"),
        ("社会保障与就业支出", "BUDGET_SOCIAL_SECURITY_EMPLOYMENT"),
        ("各项税收", "REVENUE_TAX"),
        ("失业保险基金年末滚存结余", "INSURANCE_FUND_BALANCE UNEMPLOYMENT_INSURANCE"),
        ("工伤保险当期收支结余", "INSURANCE_FUND_SURPLUS WORK_INJURY_INSURANCE"),
        ("城乡居保待遇领取人员", "INSURANCE_RECIPIENTS BASIC_PENSION_RESIDENTS"),
        ("失业保险金领取人数", "INSURANCE_RECIPIENTS UNEMPLOYMENT_INSURANCE"),
        ("生育保险享受待遇人次", "INSURANCE_BENEFIT_TIMES MATERNITY_INSURANCE"),
        ("职工基本医保参保人员数", "INSURANCE_PARTICIPANTS BASIC_MEDICAL_EMPLOYEES"),
        ("城市低保对象", "DIBAO_RECIPIENTS U"),
        ("农村低保家庭户数", "DIBAO_HOUSEHOLDS R"),
        ("低保月平均标准", "DIBAO_STANDARD"),
        ("城市低保月人均补助水平", "DIBAO_EXPENDITURE_PER_RECIPIENT U"),
        ("农村特困供养人数", "ASSISTANCE_RECIPIENTS EXTREME_POVERTY_SUPPORT R"),
        ("临时救助人次", "ASSISTANCE_PERSON_TIMES TEMPORARY_ASSISTANCE"),
        ("医疗救助基金支出", "SOCIAL_SECURITY_EXPENDITURE MEDICAL_ASSISTANCE"),
        ("Urban population", "POPULATION U resident"),
        ("GDP per capita", "GDP_PER_HEAD"),
        ("Non-tax revenues", "REVENUE_NON_TAX"),
        ("Accumulated balance at year-end", "INSURANCE_FUND_BALANCE"),
        ("Balance of the year", "INSURANCE_FUND_SURPLUS"),
        ("Subsistence allowances", "DIBAO"),
        # What may be two things, or is a part of what has a code, is asked.
        ("失业保险基金结余", None),
        ("失业保险基金征缴收入", None),
        ("失业保险待遇支出", None),
        ("农村居民人均纯收入", None),
        ("财政收入", None),
        ("教育", None),
        ("工伤认定人数", None),
        ("Urban employment", None),
    ],
)
def test_offices_word_one_thing_in_several_ways(text: str, said: str | None):
    nothing = as_long(Page([["item", "year", "value"], ["x", "2022", "1"]], [1, 2]))
    found = Meaning(LISTS, nothing, "", ReadBefore()).label(text)
    assert {*(found or {}).values()} == {*(said or "").split()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("基本养老保险基金收入比上年增长", "BASIC_PENSION INSURANCE_FUND_REVENUE growth -P1Y"),
        ("失业保险金领取人数同比增加(万人)", "UNEMPLOYMENT_INSURANCE INSURANCE_RECIPIENTS change -P1Y"),
        ("GDP增长率", "GDP growth"),
        ("Fund revenue growth (%)", "INSURANCE_FUND_REVENUE growth"),
        ("比上年增长", "growth -P1Y"),
        # Less prices it is another growth; a fall is printed without its sign.
        ("居民人均可支配收入实际增长", None),
        ("参保人数比上年末减少", None),
    ],
)
def test_a_label_may_say_the_growth_or_the_change_of_what_it_names(text: str, said: str | None):
    nothing = as_long(Page([["item", "year", "value"], ["x", "2022", "1"]], [1, 2]))
    found = Meaning(LISTS, nothing, "", ReadBefore()).label(text)
    assert {*(found or {}).values()} == {*(said or "").split()}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("闽侯县2023年一般公共预算支出执行情况表", "350121 闽侯县; "),
        ("厦门市城乡居民收入", "350200 厦门市; "),
        ("2023年市级支出", ""),
    ],
)
def test_the_county_that_a_title_begins_with_is_offered_and_not_taken(line: str, code: str):
    assert Words(LISTS, ReadBefore()).perhaps_of([line, "单位：万元"]).startswith(f"{code}a code of area.csv")


def test_growth_in_a_list_is_of_what_its_item_names(tmp_path: Path, paths: Paths):
    items = {
        "GDP": ("100", "亿元"),
        "GDP同比增长": ("5.0", "%"),
        "GDP增长率": ("5.0", "%"),
        "GDP实际增长": ("4.8", "%"),
    }
    rows = "".join(f"{item},全国,2023,{value},{unit}\n" for item, (value, unit) in items.items())
    text = "item,area,year,value,unit\n" + rows.replace("2023", "2022") + rows
    new_source(paths, came(tmp_path, text, "growth.csv"))
    text = (paths.seeds / "sources/growth/datapackage.yaml").read_text(encoding="utf-8")
    assert '"GDP同比增长": {indicator: "GDP", measure: "growth", base_period: "-P1Y"}' in text
    assert '"GDP增长率": {indicator: "GDP", measure: "growth", base_period: DECIDE}' in text
    assert '"GDP实际增长": {indicator: DECIDE}' in text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("石家庄市|1301", "130100"), ("110000 北京市", "110000"), ("北京市（110000）", "110000"), ("Beijing 11", "110000"),
        ("北京", "110000"), ("天津市|1301", None), ("石家庄市|1399", None), ("1301", None),
    ],
)  # fmt: skip
def test_an_area_may_print_its_code_which_must_be_its_own(text: str, code: str | None):
    said = Spellings(LISTS, frozenset()).says(text, Label(holds="ref_area"))
    assert (said and said["ref_area"]) == code


@pytest.mark.parametrize(
    ("title", "edition"),
    [
        ("中国统计年鉴2011 分地区一般公共预算支出", "2011"),
        ("China Statistical Yearbook 2019, table 7-5", "2019"),
        ("2023年度人力资源和社会保障事业发展统计公报", "2024"),
        ("2015年国民经济和社会发展统计公报 (平台)", "2016"),
        ("Press conference 2019-10-24", "2019-10-24"),
        ("Statistical bulletin 2020", "2021"),
        ("截至2024年6月发布", "2024-06"),
        ("数据更新时间: 2024-05-01", "2024-05-01"),
        ("国家统计局2024年1月17日发布", "2024-01-17"),
        ("Last updated: May 3, 2024", "2024-05-03"),
        ("2022年版", "2022"),
        ("民政部发布2024年3月统计月报", None),
        ("Expenditure for issuing debts 2024", None),
        # A month's report may come out in any month after it; a database has no edition in its name.
        ("2024年1-9月快报", None),
        ("国家数据 年度数据", None),
        ("2024年居民收入和消费支出情况", None),
    ],
)
def test_an_edition_is_proposed_where_its_title_tells(title: str, edition: str | None):
    found, remark = edition_of(title)
    assert found == edition and remark.startswith("confirm: " if edition else "when it was published")


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        (
            "indicator,item,year,value,unit\n失业保险基金收入,失业保险基金支出,2022,2.5,亿元\n"
            "失业保险基金累计结余,失业保险基金累计结余,2022,9.5,亿元\n",
            '"失业保险基金收入": {scheme: "UNEMPLOYMENT_INSURANCE", indicator: DECIDE},  # indicator and item say different',
        ),
        (
            "指标,城乡,年份,数值,单位\n农村低保人数,农村,2021,1.5,万人\n城市低保人数,城市,2022,2.5,万人\n城市低保人数,农村,2023,3.5,万人\n",
            "residence: DECIDE},  # 指标 and 城乡 say different things: row 4, '城市低保人数' beside '农村'",
        ),
        (
            "Item,Residence,Year,Value,Unit\nUrban dibao recipients,all,2022,1.5,persons\nDibao recipients,all,2023,2.5,persons\n",
            "residence: DECIDE},  # Item and Residence say different things: row 2, 'Urban dibao recipients' beside 'all'",
        ),
        (
            "指标,人群,年份,数值,单位\n城镇职工基本养老保险参保人数,退休人员,2021,1.5,万人\n城镇职工基本养老保险参保人数,城乡居民,2022,2.5,万人\n",
            "pop_group: DECIDE},  # 指标 and 人群 say different things: row 3, '城镇职工基本养老保险参保人数' beside '城乡居民'",
        ),
        (
            "indicator,item,year,value,unit\ndibaoUrbanRecipients,城市低保人数,2021,1.5,万人\ndibaoUrbanRecipients,农村低保人数,2022,2.5,万人\n",
            "residence: DECIDE},  # indicator and item say different things: row 3, 'dibaoUrbanRecipients' beside '农村低保人数'",
        ),
        (
            "指标,口径,时间,数值,单位\n城市低保累计支出,当月,2024年3月,1.5,亿元\n失业保险基金收入,累计,2024年3月,2.5,亿元\n",
            "time_basis: DECIDE},  # 指标 and 口径 say different things: row 2, '城市低保累计支出' beside '当月'",
        ),
        (
            "indicator,year,value,unit\nunemploymentParticipants10kPersons,2021,1.5,persons\nunemploymentFundRevenue,2022,2.5,yuan\n",
            "indicator: DECIDE},  # indicator prints another unit: row 2, 'unemploymentParticipants10kPersons' beside 'persons'",
        ),
    ],
    ids=[
        "two names of one figure",
        "a residence",
        "all residences",
        "a group",
        "a slug and its item",
        "since January and of its month",
        "the unit of a slug",
    ],
)
def test_what_two_columns_say_against_each_other_is_asked(with_a_source: Paths, tmp_path: Path, page: str, asked: str):
    draft = new_source(with_a_source, came(tmp_path, page))
    assert any(asked in line for line in draft.to_decide), draft.report()


@pytest.mark.parametrize(
    ("page", "areas"),
    [
        (
            "省份,城市,指标,年份,数值,单位\n浙江省,杭州市,失业保险参保人数,2022,500.1,万人\n浙江省,,失业保险参保人数,2022,1800.2,万人\n"
            "江苏省,南京市,失业保险参保人数,2022,310.4,万人\n",
            ["330100", "330000", "320100"],
        ),
        (
            "省,市,县,年份,城市低保人数（人）,农村低保人数（人）\n辽宁,沈阳,铁西区,2022,5,6\n辽宁,鞍山,铁西区,2022,7,8\n北京市,北京市,朝阳区,2022,1,2\n",
            ["210106", "210303", "110105"] * 2,
        ),
        (
            "城市,县区,年份,城市低保人数（人）\n福州市,仓山区,2022,1292\n厦门市,湖里区,2022,3702\n",
            ["350104", "350206"],
        ),
        (
            "Province,County,Year,Urban dibao recipients (persons)\nBeijing,Chaoyang District,2022,2059\n"
            "Liaoning,Kangping County,2022,1988\n",
            ["110105", "210123"],
        ),
    ],
)
def test_columns_of_areas_within_areas_are_one_path(paths: Paths, tmp_path: Path, page: str, areas: list[str]):
    draft = new_source(paths, came(tmp_path, page))
    (line,) = [line for line in draft.to_confirm if "rows are of the areas of" in line]
    assert "holds: ref_area}" in line
    file = draft.folder / "datapackage.yaml"
    text = file.read_text(encoding="utf-8").replace("DECIDE_release_stage", "monthly")
    file.write_text(text.replace("DECIDE_cadence", "yearly"), encoding="utf-8")
    read = intake.read(paths.seeds, only="as_it_came")
    assert read.faults == [] and [c["ref_area"] for f in read.sources[0].bulk.values() for c in f.cells()] == areas


@pytest.mark.parametrize(
    ("page", "figures"),
    [
        (
            "county_code,year,城市低保人数（人）\n350102,2022,2059\n350103,2022,3120\n",
            [("350102", "2059"), ("350103", "3120")],
        ),
        (
            "Unnamed: 0,code,county,year,城市低保人数（人）\n0,110105,朝阳区,2022,2059\n1,220104,朝阳区,2022,3120\n",
            [("110105", "2059"), ("220104", "3120")],
        ),
        (
            "code,date,城市低保人数（人）\n110105,2022-01-31,2059\n110105,2022-02-28,3120\n",
            [("110105", "2059"), ("110105", "3120")],
        ),
        (
            "code,year,城市低保人数（人）\n110105,2022,2059\n220104,2022,3120\n数据来源：民政部,,\n",
            [("110105", "2059"), ("220104", "3120")],
        ),
    ],
    ids=["codes alone", "codes that tell names apart", "days", "a line below"],
)
def test_rows_with_the_code_of_their_area_are_a_list(paths: Paths, tmp_path: Path, page: str, figures: list):
    draft = new_source(paths, came(tmp_path, page))
    assert len(draft.to_decide) == 2 and not draft.faults, draft.report()
    file = draft.folder / "datapackage.yaml"
    text = file.read_text(encoding="utf-8").replace("DECIDE_release_stage", "monthly")
    file.write_text(text.replace("DECIDE_cadence", "yearly"), encoding="utf-8")
    read = intake.read(paths.seeds, only="as_it_came")
    (of,) = read.sources[0].bulk.values()
    assert read.faults == [] and [(cell["ref_area"], cell["printed_value"]) for cell in of.cells()] == figures


def test_a_column_that_is_not_read_is_told(paths: Paths, tmp_path: Path):
    page = "地区,指标,口径,年份,数值,单位\n北京,失业保险参保人数,甲,2022,500.1,万人\n天津,失业保险参保人数,乙,2022,310.4,万人\n"
    draft = new_source(paths, came(tmp_path, page))
    assert (
        "column '口径' is not read" in draft.taken
        and "# not read: 甲, 乙" in (draft.folder / "datapackage.yaml").read_text()
    )
