"""Pages as offices publish them, drafted: what they say is written down and read, and only the rest is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import intake
from orchestration.drafting import new_source
from orchestration.paths import Paths
from tests.test_drafting import came, decided, paths
from validations import strict_yaml

__all__ = ["paths"]
#: A page as an office publishes it, what a person decides, and figures among those that are read: by what it tells.
OFFICES = strict_yaml.load(Path(__file__).with_name("drafted_pages.yaml").read_text(encoding="utf-8")).data


@pytest.mark.parametrize("page", OFFICES)
def test_a_page_of_an_office_is_drafted_with_what_it_says(paths: Paths, tmp_path: Path, page: str):
    case = OFFICES[page]
    answers = case.get("asked", {})
    draft = new_source(paths, came(tmp_path, case["page"]))
    asked = {line.partition(": ")[2].removeprefix("{").partition(":")[0].strip('"') for line in draft.to_decide}
    of_source = {"release_stage", "cadence"} - {*case.get("told", [])}
    assert asked == of_source | {*answers} and draft.faults == [], draft.report()
    assert len(draft.to_confirm) == int(case.get("to_confirm", 0)), draft.report()
    decided(draft, answers)
    read = intake.read(paths.seeds)
    assert read.faults == [], [str(fault) for fault in read.faults]
    (source,) = read.sources
    cells = [*source.rows["observation"], *(cell for file in source.bulk.values() for cell in file.cells())]
    found = {tuple("" if cell[name] is None else str(cell[name]) for name in case["columns"]) for cell in cells}
    assert {*map(tuple, case["figures"])} <= found, found


UNITLESS = "失业保险参保人数\n地区,2022年,2021年\n北京,3.5,2\n"
OF_A_LINE = "指标：{}\n地区,2022年,2021年\n北京,3.5,2\n天津,5,4\n注：地区生产总值按当年价格计算。\n"
#: A page, the lines of its descriptor that tell, and what stands nowhere in it.
TOLD = {
    "a part of a label that no list knows is asked, the rest is written down": (
        "表3 城乡居民医保\n地区,参保人数(万人),,参保率,\n,2022年,2023年,2022年,2023年\n北京,401.2,399.8,95.7%,96.1%\n天津,1,2,3%,4%\n",
        ['time_period: "2022", indicator: DECIDE}', 'time_period: "2023", indicator: DECIDE}'],
        ["人数, indicator: DECIDE"],
    ),
    "figures since January are not of January": (
        "2024年1-9月一般公共预算支出\n单位：亿元\n科目,金额\n教育支出,29909\n卫生健康支出,14909.5\n",
        ['time_period: "2024-09"', "time_basis: "],
        ["2024-01"],
    ),
    "what the upper text of a label says is known of all its columns": (
        "城镇职工基本养老保险情况（2023年）,,,\n地区,城镇职工基本养老保险,,基金\n,参保人数（万人）,离退休人员（万人）,基金收入（亿元）\n"
        "北京,1800.1,330.2,3500.3\n天津,790.5,250,1100\n",
        ['scheme: "BASIC_PENSION_EMPLOYEES", indicator: DECIDE', '      scheme: "BASIC_PENSION_EMPLOYEES"\n'],
        [],
    ),
    "an index of an indicator is another": (
        OF_A_LINE.format("地区生产总值指数(上年=100)"),
        ['indicator: "DECIDE"'],
        ["population_basis"],
    ),
    "the whole name that a line says is taken, and not that of a note": (
        OF_A_LINE.format("年末常住人口(万人)"),
        ['indicator: "POPULATION"', "population_basis"],
        [],
    ),
    "a line that names another indicator is asked": (OF_A_LINE.format("另一项(亿元)"), ['indicator: "DECIDE"'], []),
    "a form that counts since January; the rest of rows of indicators; no area": (
        "月报表\n2023年6月\n指标名称,计量单位,本月,本年累计\n城市低保支出,万元,2.5,12\n渔船支出,万元,1,2\n",
        [
            '{label: "本月"}',
            '{label: "本年累计", time_basis: "year_to_date"}',
            '{label: "渔船支出", indicator: DECIDE}',
            'ref_area: "DECIDE"',
            'scheme: "DECIDE"',
        ],
        [],
    ),
    "a share is asked of what, whatever its label says it is of": (
        "2023年末失业保险参保人数\n地区,参保人数（万人）,占全国比重（%）\n全国,24373.3,100\n北京,1412.8,5.8\n广东,3812.5,15.6\n",
        ['{label: "占全国比重（%）", measure: "share", counterpart: DECIDE, printed_unit: "%", follows: true}'],
        [],
    ),
    "rows below years and growth are of indicators, if nobody knows them": (
        "2023年情况\n项目,单位,2023年,同比增长（%）\n渔船船员,人,25,2\n渔业农户,户,18,2.1\n",
        ['{label: "渔船船员", indicator: DECIDE}', 'ref_area: "DECIDE"'],
        ["ref_area: DECIDE}"],
    ),
    "a scheme that stands in a label is written down, though its indicator is asked": (
        "2023年社会保险情况\n单位：万人\n指标,2023年,2022年\n失业保险渔民人数,25,24\n工伤保险渔民人数,18,17\n",
        ['{label: "失业保险渔民人数", scheme: "UNEMPLOYMENT_INSURANCE", indicator: DECIDE}'],
        [],
    ),
    "a change in per cent is growth, of the latest month": (
        '"Urban dibao, May 2024"\nUnit: persons\nIndicator,May 2024,April 2024,Change (%)\nUrban dibao recipients,6492,6509,-0.5\n',
        ['{label: "Change (%)", time_period: "2024-05", measure: "growth", base_period: "-P1M", printed_unit: "%"}'],
        [],
    ),
    "a part of what the title names is asked, where no list knows it": (
        "2023年失业保险参保人数\n单位：万人\n地区,城镇,其中：渔民\n北京,25,2\n天津,18,2\n",
        ['{label: "其中：渔民", indicator: DECIDE}'],
        ['{label: "城镇", residence: "U", indicator'],
    ),
    "a unit that the page does not print is asked once": (
        UNITLESS,
        ["    printed_unit: DECIDE"],
        [", printed_unit: DECIDE"],
    ),
    "shares in per cent need no unit": (UNITLESS.replace(",2", ",2%").replace("3.5", "3.5%"), [], ["printed_unit"]),
    "growth over a period that the label does not say": (
        "2023年失业保险情况\n地区,参保人数（万人）,增长率\n北京,1412.5,1.5%\n天津,412.5,2.5%\n",
        ['{label: "增长率", measure: "growth", base_period: DECIDE, follows: true}  # -P1Y'],
        ["unit_stated"],
    ),
    "a column of schemes asks the scheme": (
        "2023年社会保险基金收入\n单位：亿元\n地区,合计,失业保险,工伤保险\n北京,400.5,121.5,58.5\n天津,80.5,33.5,21.5\n",
        ['{label: "合计", scheme: DECIDE}', '{label: "失业保险", scheme: "UNEMPLOYMENT_INSURANCE"}'],
        [],
    ),
    "the title of a table goes before one over several; what may be meant is of its scheme": (
        "2023年社会救助情况\n表1 城市低保\n地区,人数（万人）,占比（%）\n北京,7.0,1.1\n天津,6.1,0.9\n",
        ['title: "表1 城市低保"', 'scheme: "DIBAO"', "like: DIBAO_RECIPIENTS", 'measure: "share", counterpart: DECIDE'],
        [],
    ),
    "marks are listed once, and units in a column are none": (
        "某省2024年6月低保月报\n指标,单位,本月数,上月数,±%\n城市低保人数,人,130012,131400,—\n城市低保户数,户,80021,—,-0.5\n",
        [
            'missing_values: ["—"]',
            '{label: "上月数", time_period: "-P1M"}',
            '{label: "±%", measure: "growth", base_period: "-P1M", printed_unit: "%"}  # confirm: ',
        ],
        [],
    ),
    "growth whose base may be either of two is asked; of one that no list knows beside levels its way is": (
        "2024年5月城市低保情况\n单位：人\n指标,本月,上月,上年同期,增减%,某数\n城市低保人数,6492,6509,6600,-0.5,3\n",
        ['{label: "增减%", measure: "growth", base_period: DECIDE', '{label: "某数", time_basis: DECIDE}'],
        [],
    ),
    "what has the words of a ratio is no level": (
        "2023年失业保险参保人数\n单位：万人\n地区,2023年,2022年,覆盖率\n北京,100.5,98,2.3\n天津,90.5,88,2.3\n",
        ['{label: "覆盖率", measure: DECIDE}'],
        [],
    ),
    "a title, a unit line or a heading that all blocks share makes one table": (
        "表1 2022年支出,,,,\n地区,支出（亿元）,,地区,支出（亿元）\n北京,2.5,,天津,4\n河北,1.5,,山西,3\n",
        ["blocks: 2"],
        ["range:", "table_2"],
    ),
    "a heading that nobody knows ends what one numbered alike said; a label that says it needs no other": (
        "2018年3月甘肃省月报\n指标,单位,本期\n一、农村低保,,\n低保人数,人,66\n二、渔民,,\n救助人次,人次,33\n三、其他,,\n临时救助人次,人次,12\n",
        ['{label: "二、渔民", residence: "_T", scheme: "DECIDE"}', '      - "三、其他"'],
        [],
    ),
    "the residents of a title are a group where they are insured, which is left to the scheme that is asked": (
        "2022年城乡居民参保情况\n地区,参保人数（万人）\n北京,25.5\n天津,18.5\n",
        ['scheme: "DECIDE"  # _Z for figures that belong to no scheme; of one that insures pop_group: RESIDENTS'],
        ['pop_group: "RESIDENTS"'],
    ),
    "a range of years is no period of the table, and growth of a year that its label says is of that one": (
        "分地区地区生产总值（2022—2023年）\n地区,地区生产总值（亿元）,,2023年比上年增长（%）\n,2022年,2023年,（按某价格计算）\n"
        "北京,18345.6,18912,5.2\n天津,11449.2,11715.7,4.5\n",
        ['time_period: "2023", measure: "growth", base_period: "-P1Y", indicator: DECIDE'],
        ['      time_period: "2022"'],
    ),
    "what the end of a name says is written down, though what it names is asked": (
        "数据库：季度数据\n指标：渔民收入_累计增长(%)\n地区,2024年第三季度,2024年第二季度\n北京市,3.5,2\n天津市,5,4.5\n",
        ['indicator: "DECIDE"', 'time_basis: "year_to_date"', 'measure: "growth"', 'base_period: "-P1Y"'],
        [],
    ),
    "a sum over funds is asked, and what may be meant is of the title; a budget in per cent of the year before is no figure": (
        "2024年全省社会保险基金收入预算表\n单位：亿元\n险种,2023年执行数,2024年预算数,2024年预算数为2023年执行数的%\n"
        "合计,400.5,420.5,105.0\n失业保险基金,100.5,110.5,110.0\n工伤保险基金,200.5,190.5,95.0\n",
        [
            '{label: "合计", scheme: DECIDE}  # like: SOCIAL_INSURANCE',
            '{label: "工伤保险基金", scheme: "WORK_INJURY_INSURANCE"}',
            '{label: "2024年预算数", time_period: "2024", actuality: "planned"}',
            '{label: "2024年预算数为2023年执行数的%", holds: _}  # confirm: ',
        ],
        [],
    ),
    "what a scheme covers as well is confirmed": (
        "2023年社会保险情况\n单位：亿元\n项目,2023年,2022年\n职工基本医疗保险（含生育保险）基金收入,25.5,24.5\n失业保险基金收入,8,7\n",
        ['scheme: "BASIC_MEDICAL_EMPLOYEES", indicator: "INSURANCE_FUND_REVENUE"}  # confirm: 含生育保险'],
        [],
    ),
    "revenue of another account is none of the funds": (
        "2023年一般公共预算和社会保险基金预算执行情况\n单位：亿元\n项目,2023年预算数,2023年执行数,完成预算\n"
        "收入,400.5,300.5,75\n失业保险基金收入,300.5,200.5,66\n",
        ['{label: "收入", indicator: DECIDE, scheme: DECIDE}', 'counterpart: "actuality=planned", unit_meant: "%"}'],
        [],
    ),
    "what each label must say and one does not is asked of that one, with its unit": (
        "2022年甘肃省社会救助情况\n单位：人、户、%\n地区,城市低保人数,城市低保户数,同比增长,特困人员救助供养,\n,,,,城市,农村\n"
        "兰州市,100,60,2.5,22,33\n天水市,90,40,3.5,11,22\n",
        [
            '"特困人员救助供养 城市", scheme: "EXTREME_POVERTY_SUPPORT", residence: "U", indicator: DECIDE, printed_unit: DECIDE}'
            "  # in 人 or 户; ",
            '{label: "同比增长", measure: "growth", base_period: "-P1Y", printed_unit: "%", follows: true}',
        ],
        [],
    ),
    "beside 中央 地方 is all local governments; of the centre no code is known": (
        "7-3 中央和地方一般公共预算支出(2022年)\n单位：亿元\n项目,全国,中央,地方\n国防支出,20,15,5\n外交支出,10,9,1\n",
        [
            '{label: "全国", ref_area: "CHN"}',
            '{label: "中央", ref_area: DECIDE}  # the central government alone, of which area.csv has no code',
            '{label: "地方", ref_area: "GRP_LOCAL"}  # confirm: ',
        ],
        [],
    ),
    "the same in English": (
        '"General public budget expenditure, 2022 (100 million yuan)"\nYear,National,Central,Local\n2021,20,5,15\n2022,10,9,1\n',
        ['{label: "Central", ref_area: DECIDE}', '{label: "Local", ref_area: "GRP_LOCAL"}'],
        [],
    ),
    "what a sum and its parts count is asked once, of all of them": (
        "2019年分地区城镇职工基本养老保险参保情况\n单位：万人\n地区,合计,职工,离退休人员\n北京,3,2,1\n天津,5,3,2\n",
        ['{label: "合计"}', '{label: "职工", pop_group: "ACTIVE"}', '      indicator: "DECIDE"'],
        ["indicator: DECIDE}"],
    ),
    "a scheme that some labels name is asked of the others, and not where the lists know it": (
        "2022年甘肃省情况\n项目,2022年,2021年\n失业保险基金收入（亿元）,32.1,30.8\n参保人数（万人）,25,24\n"
        "城市低保人数（人）,12,13\n在职职工（万人）,8,9\n地区生产总值（亿元）,543,521\n",
        [
            '{label: "参保人数（万人）", indicator: "INSURANCE_PARTICIPANTS", scheme: "DECIDE", printed_unit: "万人"}',
            '{label: "城市低保人数（人）", indicator: "DIBAO_RECIPIENTS", residence: "U", scheme: "DIBAO", printed_unit: "人"}',
            '{label: "在职职工（万人）", pop_group: "ACTIVE", indicator: DECIDE, scheme: DECIDE, printed_unit: "万人"}',
            '{label: "地区生产总值（亿元）", indicator: "GDP", scheme: "DECIDE", printed_unit: "亿元"}',
        ],
        [],
    ),
    "a row of marks below a heading begins no table": (
        "2022年低保人数（万人）,,\n地区,城市低保人数,农村低保人数\n东部,,\n北京,2.5,1.5\n西部,,\n西藏,x,x\n青海,3.5,2.5\n",
        ['missing_values: ["x"]'],
        ["range:", "table_2"],
    ),
}


@pytest.mark.parametrize("page", TOLD)
def test_a_draft_writes_down_what_it_takes_and_what_it_asks(paths: Paths, tmp_path: Path, page: str):
    content, there, nowhere = TOLD[page]
    told = (new_source(paths, came(tmp_path, content)).folder / "datapackage.yaml").read_text(encoding="utf-8")
    assert [text for text in there if text not in told] == [] and [text for text in nowhere if text in told] == [], told


#: Rows that have more, or fewer, cells than the names above them, on a list and on a page.
RAGGED = {
    "a list": "指标,地区,年份,数值,单位\n失业保险参保人数,北京,2020,45.6,万人\n失业保险参保人数,天津,2021,46.6,万人,多\n失业保险参保人数,河北\n",
    "a page": "Region,2022,2023\nBeijing,1,2\nTianjin,3,4,more\nHebei,5\n",
}


@pytest.mark.parametrize("page", RAGGED)
def test_of_a_ragged_file_the_rows_are_told_and_no_label(paths: Paths, tmp_path: Path, page: str):
    draft = new_source(paths, came(tmp_path, RAGGED[page]))
    found = [(fault.row, fault.read) for fault in draft.faults]
    width = len(RAGGED[page].splitlines()[0].split(","))
    assert found == [(3, f"{width + 1} cells"), (4, "2 cells")], draft.report()


def test_the_figures_of_all_columns_are_drawn_on_their_page(paths: Paths, tmp_path: Path):
    text = "指标,地区,年份,数值,增速(%),单位\n失业保险参保人数,北京,2023,1412.8,2.25,万人\n"
    drawn = new_source(paths, came(tmp_path, text)).drawing.read_text(encoding="utf-8")
    assert drawn.count("<td class=figure") == 2 and "2.25" in drawn


def test_two_columns_that_nothing_tells_apart_are_asked(paths: Paths, tmp_path: Path):
    text = "指标,地区,年份,执行数,决算数,单位\n失业保险基金收入,北京,2023,1412.8,1413.5,亿元\n"
    draft = new_source(paths, came(tmp_path, text))
    assert any('{name: "决算数", holds: DECIDE}' in line for line in draft.to_decide), draft.report()
