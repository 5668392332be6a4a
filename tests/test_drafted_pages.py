"""Pages as offices publish them, drafted: what they say is written down and read, and only the rest is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import intake
from orchestration.drafting import new_source
from orchestration.paths import Paths
from tests.test_drafting import came, decided, paths

__all__ = ["paths"]

BUDGET = {
    "1-2": "7-6 分地区一般公共预算支出(2022年)\n单位:亿元\n"
    "地 区,Region,地方一般公⏎共预算支出⏎Budget,教育支出⏎Education\n北 京,Beijing,9.5,4\n"
    "天 津,Tianjin,8,3\n7-6 续表 1 continued\n"
    "地 区,Region,卫生健康⏎支 出⏎Health,养路支出⏎Road Care\n北 京,Beijing,2,1\n"
    "天 津,Tianjin,2.5,1.5",
    "3": "7-6 续表 2 continued\n单位:亿元\n地 区,Region,交通运输⏎支 出⏎Transport\n北 京,Beijing,0.5\n"
    "天 津,Tianjin,0.25",
    "vendor": "an address",
}
#: A page as an office publishes it, what a person decides, the columns that tell, and figures among those that are read.
OFFICES = {
    "a yearbook: years as numbers, sub-items, words in front of labels, who made it below": (
        "24-23 社会保险基本情况\nBasic Statistics\n项目 Item,单位,2022,2023\n年末参加失业保险人数,万人,23806.6,24373.3\n"
        "  其中：领取失业保险金人数,万人,297.0,352.0\n(二) 失业保险基金收入,亿元,1596,1708\n制表：财务司,,,制表日期：2024年4月20日\n",
        {"ref_area": "CHN"},
        ("indicator", "scheme", "time_period", "numeral", "printed_unit"),
        {
            ("INSURANCE_PARTICIPANTS", "UNEMPLOYMENT_INSURANCE", "2023", "24373.3", "万人"),
            ("INSURANCE_RECIPIENTS", "UNEMPLOYMENT_INSURANCE", "2022", "297.0", "万人"),
            ("INSURANCE_FUND_REVENUE", "UNEMPLOYMENT_INSURANCE", "2023", "1708", "亿元"),
        },
    ),
    "a monthly form: since January, the year before, growth, two units in one line": (
        "2024年3月全国失业保险情况\n单位：亿元、%\n项目,本月,本年累计,上年同期累计,同比增长\n基金收入,151.2,451.8,421.1,7.3\n",
        {},
        ("time_period", "base_period", "measure", "time_basis", "numeral", "printed_unit"),
        {
            ("2024-03", "_Z", "level", "flow", "151.2", "亿元"),
            ("2024-03", "_Z", "level", "year_to_date", "451.8", "亿元"),
            ("2023-03", "_Z", "level", "year_to_date", "421.1", "亿元"),
            ("2024-03", "2023-03", "growth", "year_to_date", "7.3", "%"),
        },
    ),
    "months of the year that the title names, growth below each": (
        "2024年1-3月全国一般公共预算收支\n单位：亿元\n项目,1-3月,,3月,\n,绝对额,同比增长(%),绝对额,同比增长(%)\n"
        "一般公共预算收入,60877,-2.3,16292,-2.4\n其中：税收收入,49172,-4.9,11480,-7.7\n",
        {"scheme": "_Z"},
        ("indicator", "measure", "time_basis", "numeral", "printed_unit"),
        {
            ("FISCAL_REVENUE", "level", "year_to_date", "60877", "亿元"),
            ("REVENUE_TAX", "growth", "year_to_date", "-4.9", "%"),
            ("REVENUE_TAX", "level", "flow", "11480", "亿元"),
        },
    ),
    "headings of schemes, the same labels below each": (
        "2023年事业统计表\n指标,计量单位,2023年,2022年,比上年增减(%)\n一、城镇职工基本养老保险,,,,\n参保人数,万人,52121,50355,3.5\n"
        "二、失业保险,,,,\n参保人数,万人,24373,23807,2.4\n",
        {"ref_area": "CHN"},
        ("scheme", "time_period", "measure", "numeral", "printed_unit"),
        {
            ("BASIC_PENSION_EMPLOYEES", "2023", "level", "52121", "万人"),
            ("UNEMPLOYMENT_INSURANCE", "2022", "level", "23807", "万人"),
            ("UNEMPLOYMENT_INSURANCE", "2023", "growth", "2.4", "%"),
        },
    ),
    "counties of a province, totals of the prefectures, a unit for each kind": (
        "2023年福建省各市县低保情况\n单位：人、户、万元\n市（县、区）,城市低保,,农村低保,\n,人数,户数,人数,户数\n全省合计,53,36,41,23\n"
        "福州市合计,9,6,4,2\n鼓楼区,4,3,1,1\n台江区,5,3,3,1\n",
        {},
        ("ref_area", "indicator", "residence", "numeral", "printed_unit"),
        {
            ("350000", "DIBAO_RECIPIENTS", "U", "53", "人"),
            ("350100", "DIBAO_HOUSEHOLDS", "R", "2", "户"),
            ("350102", "DIBAO_RECIPIENTS", "U", "4", "人"),
        },
    ),
    "a column of names in English without a label, totals under a heading": (
        "2023年分地区职工医疗保险情况(万人)\n地　区,,职工基本医疗保险参保人数,,\n,,合计,在职职工,退休人员\n全　国,National,37095,27099,9996\n"
        "北　京,Beijing,1499,1169,330\n",
        {},
        ("ref_area", "pop_group", "numeral", "printed_unit"),
        {
            ("CHN", "EMPLOYEES", "37095", "万人"),
            ("110000", "RETIRED", "330", "万人"),
            ("110000", "ACTIVE", "1169", "万人"),
        },
    ),
    "a header of four rows, the corner in English below, the address of who passes it on above": (
        "某数据网 www.example.com\n24-24 基金收支\n单位：亿元,,(100 million yuan)\n年 份,基金收入,,基金支出,\nYear,,,,\n"
        ",#失业保险,#工伤保险,#失业保险,#工伤保险\n,Unemployment,Injury,Unemployment,Injury\n2019,1284.2,819.4,1333.2,816.9\n"
        "2020,951.5,486.3,2103.0,820.3\n",
        {"ref_area": "CHN"},
        ("indicator", "scheme", "time_period", "numeral"),
        {
            ("INSURANCE_FUND_REVENUE", "WORK_INJURY_INSURANCE", "2019", "819.4"),
            ("INSURANCE_FUND_EXPENDITURE", "UNEMPLOYMENT_INSURANCE", "2020", "2103.0"),
        },
    ),
    "what is counted since January, in one label": (
        "广东省2024年6月城乡低保情况\n单位：人、万元\n地区,城市低保人数,城市低保支出累计\n全省,130012,70255.5\n广州市,20500,13301.2\n",
        {},
        ("ref_area", "time_basis", "numeral", "printed_unit"),
        {("440000", "stock", "130012", "人"), ("440100", "year_to_date", "13301.2", "万元")},
    ),
    "a monthly form in English": (
        '"Table 3. Social insurance funds, January-June 2024 (100 million yuan)",,,\nItem,Year to date,Same period of the '
        "previous year,Year-on-year growth (%)\nUnemployment insurance fund revenue,903.2,850.0,6.3\n",
        {"ref_area": "CHN"},
        ("time_period", "base_period", "time_basis", "numeral", "printed_unit"),
        {
            ("2023-06", "_Z", "year_to_date", "850.0", "100 million yuan"),
            ("2024-06", "2023-06", "year_to_date", "6.3", "%"),
        },
    ),
    "blocks beside each other, one shorter than the other": (
        "2023年末常住人口\n单位：万人\n地区,年末常住人口,地区,年末常住人口\n北京,2185.8,上海,2487.5\n天津,1364.0,,\n",
        {"scheme": "_Z"},
        ("ref_area", "numeral"),
        {("310000", "2487.5"), ("120000", "1364.0")},
    ),
    "headings of a residence, each above a header; the title names the indicator": (
        "Per capita disposable income of residents,,\nUnit: yuan,,\nUrban,,\nRegion,2023,2022\nBeijing,88650,84023\n"
        "Rural,,\nRegion,2023,2022\nBeijing,37358,34754\n",
        {"scheme": "_Z"},
        ("indicator", "residence", "time_period", "numeral"),
        {
            ("DISPOSABLE_INCOME_PER_HEAD", "U", "2023", "88650"),
            ("DISPOSABLE_INCOME_PER_HEAD", "R", "2022", "34754"),
        },
    ),
    "several blocks and sheets, a column of words, a sheet of no table": (
        BUDGET,
        {"scheme": "_Z", "label": "holds: _"},
        ("table_id", "ref_area", "indicator", "time_period", "numeral"),
        {
            ("table_1", "120000", "FISCAL_EXPENDITURE", "2022", "8"),
            ("table_1", "120000", "BUDGET_HEALTH", "2022", "2.5"),
            ("table_2", "120000", "BUDGET_TRANSPORT", "2022", "0.25"),
        },
    ),
    "labels of words over no figures, an upper label over those beside it": (
        {
            "1": "表1 一般公共预算收入(2022年)\n单位:亿元\n地 区,Region,税收收入,,\n,,,资源税,房产税\n"
            "北京,Beijing,9.5,1,2\n表1 续表\n地 区,Region,,,非税收入\n,,印花税,契税,\n"
            "北京,Beijing,2.5,3,4",
        },
        {"scheme": "_Z"},
        ("column_label", "numeral"),
        {
            *(("税收收入", "9.5"), ("税收收入 资源税", "1"), ("税收收入 房产税", "2")),
            *(("印花税", "2.5"), ("契税", "3"), ("非税收入", "4")),
        },
    ),
    "rows that go on on another sheet": (
        {
            "1": "表1 一般公共预算支出(2022年)\n单位:亿元\n地区,支出\n北京,9.5\n天津,8",
            "2": "表1 续表\n地区,支出\n河 北,7\n注：不含中央,",
        },
        {"scheme": "_Z"},
        ("table_id", "whole_table", "ref_area", "time_period", "numeral", "printed_unit"),
        {("table_2", "table_1", "130000", "2022", "7", "亿元"), ("table_1", "table_1", "120000", "2022", "8", "亿元")},
    ),
    "columns that go on on another sheet, of the second table": (
        {
            "7-5": "7-5 税收(2022年)\n单位:亿元\n地区,税收收入\n北京,5\n天津,4",
            "7-6": "7-6 预算支出(2022年)\n单位:亿元\n地区,一般公共预算支出\n北京,9.5\n天津,8",
            "7-6续": "单位:亿元\n地 区,教育支出,说明\n北京,2,决算\n天津,1,决算",
        },
        {"scheme": "_Z"},
        ("table_id", "whole_table", "ref_area", "indicator", "numeral"),
        {
            ("table_1", "table_1", "120000", "REVENUE_TAX", "4"),
            ("table_3", "table_2", "110000", "BUDGET_EDUCATION", "2"),
        },
    ),
    "headings of indicators over sheets that go on, a unit line in two languages": (
        {
            "24-9": "24-9 社会保险基金收支情况\n单位：亿元,,(100 million yuan)\n"
            "年 份⏎Year,基本养老⏎保险⏎Basic Pension,失业保险⏎Unemployment⏎Insurance\n基金收入⏎Revenue\n"
            "2023,76691.5,1807.5\n基金支出⏎Expenses\n2023,68370.5,1485.5",
            "24-9续": "24-9 续表\n单位：亿元,,(100 million yuan)\n年 份⏎Year,工伤保险⏎Work Injury⏎Insurance\n"
            "基金收入⏎Revenue\n2023,1212.5\n基金支出⏎Expenses\n2023,1237.5",
        },
        {"ref_area": "CHN"},
        ("table_id", "indicator", "scheme", "numeral"),
        {
            ("table_1", "INSURANCE_FUND_EXPENDITURE", "UNEMPLOYMENT_INSURANCE", "1485.5"),
            ("table_2", "INSURANCE_FUND_REVENUE", "WORK_INJURY_INSURANCE", "1212.5"),
        },
    ),
    "two tables beside each other, each with its title and its unit": (
        {
            "Sheet1": "表1 失业保险参保人数,,,,表2 工伤保险基金收入\n单位：万人,,,,单位：亿元\n"
            "地区,2023年,2022年,,地区,2023年,2022年\n北京,1412.5,1396.5,,北京,58.5,55.5\n"
            "天津,412,401.5,,河北,49.5,47\n注：数据为快报数。",
        },
        {},
        ("table_id", "column_no", "ref_area", "scheme", "indicator", "time_period", "numeral", "printed_unit"),
        {
            ("table_1", 3, "120000", "UNEMPLOYMENT_INSURANCE", "INSURANCE_PARTICIPANTS", "2022", "401.5", "万人"),
            ("table_2", 6, "130000", "WORK_INJURY_INSURANCE", "INSURANCE_FUND_REVENUE", "2023", "49.5", "亿元"),
        },
    ),
    "two tables below each other, each with its title, its unit and its columns": (
        "表3-1 2023年分地区城市低保情况,,\n单位：万人、万户,,\n地区,低保人数,低保户数\n全国,663.6,421.7\n北京,7.0,4.3\n,,\n"
        "表3-2 分地区农村低保支出,,\n单位：亿元,,\n地区,2023年,2022年\n全国,1483.9,1463.6\n北京,8.8,8.2\n注：快报数。,,\n",
        {},
        ("table_id", "row_no", "ref_area", "indicator", "residence", "time_period", "numeral", "printed_unit"),
        {
            ("table_1", 5, "110000", "DIBAO_HOUSEHOLDS", "U", "2023", "4.3", "万户"),
            ("table_2", 10, "CHN", "DIBAO_EXPENDITURE", "R", "2022", "1463.6", "亿元"),
        },
    ),
    "two tables below each other with the same columns, told apart by the numbers of their titles": (
        "Table 1. Unemployment insurance participants (10 000 persons),,\nRegion,2023,2022\nBeijing,1412.8,1396.3\n"
        "Table 2. Work injury insurance fund revenue (100 million yuan),,\nRegion,2023,2022\nBeijing,58.3,55.1\n",
        {},
        ("table_id", "indicator", "scheme", "numeral", "printed_unit"),
        {
            ("table_1", "INSURANCE_PARTICIPANTS", "UNEMPLOYMENT_INSURANCE", "1396.3", "10 000 persons"),
            ("table_2", "INSURANCE_FUND_REVENUE", "WORK_INJURY_INSURANCE", "58.3", "100 million yuan"),
        },
    ),
    "numbers of an annex and of the rows": (
        "附件2,,,\n2023年福建省农村低保情况,,,\n单位：人、户,,,\n序号,地区,农村低保人数,农村低保户数\n1,福州市,41000,23000\n"
        '2,鼓楼区,310,200\n,合计,"380,000","230,000"\n',
        {},
        ("ref_area", "indicator", "time_period", "numeral", "printed_unit"),
        {
            ("350102", "DIBAO_RECIPIENTS", "2023", "310", "人"),
            ("350000", "DIBAO_HOUSEHOLDS", "2023", "230000", "户"),
        },
    ),
    "marks in place of figures, a column of codes": (
        "2022年分地区失业保险参保人数,,,\n单位：万人,,,\n地区,代码,2022年,2021年\n北京,A1,12.1,x\n天津,A2,…,8.8\n"
        "山西,A3,－,n.a.\n西藏,A4,,10.0\n",
        {},
        ("ref_area", "time_period", "numeral", "is_missing"),
        {
            *(("110000", "2021", None, True), ("140000", "2022", None, True), ("140000", "2021", None, True)),
            *(("540000", "2022", None, True), ("540000", "2021", "10.0", False)),
        },
    ),
    "columns that are counted up to each month": (
        "2024年一般公共预算收支情况,,,,\n单位：亿元，%,,,,\n项目,1-2月累计,,1-3月累计,\n,累计,同比,累计,同比\n"
        "一般公共预算收入,44585,-2.3,60877,-2.3\n一般公共预算支出,43624,6.7,69856,2.9\n",
        {"ref_area": "CHN", "scheme": "_Z"},
        ("indicator", "measure", "time_basis", "time_period", "base_period", "numeral", "printed_unit"),
        {
            ("FISCAL_REVENUE", "level", "year_to_date", "2024-02", "_Z", "44585", "亿元"),
            ("FISCAL_EXPENDITURE", "growth", "year_to_date", "2024-03", "2023-03", "2.9", "%"),
        },
    ),
    "the first half of a year, told to the press; what is held at its end is no sum": (
        "<html><body><h1>发布会</h1><p>附表：2024年上半年失业保险主要指标</p><table><tr><th>指标</th><th>单位</th><th>数值</th>"
        "<th>同比（%）</th></tr><tr><td>&nbsp;其中：基金收入</td><td>亿元</td><td>903.2</td><td>6.3</td></tr>"
        "<tr><td>期末参保人数</td><td>万人</td><td>24200</td><td>1.2</td></tr></table></body></html>",
        {"ref_area": "CHN"},
        ("indicator", "measure", "time_basis", "time_period", "numeral", "printed_unit"),
        {
            ("INSURANCE_FUND_REVENUE", "level", "year_to_date", "2024-06", "903.2", "亿元"),
            ("INSURANCE_PARTICIPANTS", "level", "stock", "2024-06", "24200", "万人"),
            ("INSURANCE_PARTICIPANTS", "growth", "stock", "2024-06", "1.2", "%"),
        },
    ),
    "growth below each of the rows that it is of": (
        "表4 城乡低保对象人数\n单位：万人、%\n指标,2022,2023\n城市低保人数,682.4,663.6\n年增长率,-7.5,-2.8\n农村低保人数,3349.6,"
        "3399.7\n年增长率,-3.6,1.5\n",
        {"ref_area": "CHN"},
        ("residence", "measure", "time_period", "base_period", "numeral", "printed_unit"),
        {
            ("U", "level", "2023", "_Z", "663.6", "万人"),
            ("U", "growth", "2022", "2021", "-7.5", "%"),
            ("R", "growth", "2023", "2022", "1.5", "%"),
        },
    ),
    "growth beside each year, without a sign of per cent": (
        "失业保险基金收入\n单位：亿元\n地区,2023年,比上年增长,2022年,比上年增长\n北京,121.5,10.0,110.5,5.2\n天津,33.5,12.0,29.9,3.1\n",
        {},
        ("ref_area", "measure", "time_period", "numeral", "printed_unit"),
        {("110000", "level", "2022", "110.5", "亿元"), ("120000", "growth", "2022", "3.1", None)},
    ),
    "a yearbook in English, line breaks within units": (
        {
            "T24-25": "24-25 Statistics of Unemployment Insurance by Region (2022)\n"
            "Region,Contributors at⏎Year-end⏎(10 000⏎persons),Balance at⏎Year-end⏎(100 million⏎yuan)\n"
            "National Total,23806.5,2890.5\nInner Mongolia,320.5,90.5\n"
            "Source: Ministry of Human Resources and Social Security",
        },
        {},
        ("ref_area", "indicator", "time_period", "numeral", "printed_unit"),
        {
            ("150000", "INSURANCE_PARTICIPANTS", "2022", "320.5", "10 000 persons"),
            ("CHN", "INSURANCE_FUND_BALANCE", "2022", "2890.5", "100 million yuan"),
        },
    ),
    "a long file in English with semicolons, missing ones, notes": (
        "indicator;region;year;value;unit;notes\nUnemployment insurance participants;Beijing;2023;1,412.8;10 000 persons;\n"
        "Unemployment insurance fund revenue;Tianjin;2022;n/a;100 million yuan;not yet published\n"
        "Unemployment insurance fund revenue;Tianjin;2023;33.5;100 million yuan;\n",
        {},
        ("ref_area", "indicator", "time_period", "numeral", "printed_unit"),
        {
            ("110000", "INSURANCE_PARTICIPANTS", "2023", "1412.8", "10 000 persons"),
            ("120000", "INSURANCE_FUND_REVENUE", "2022", None, "100 million yuan"),
        },
    ),
    "one table a year, each on a sheet that says which": (
        {
            "2023年": "分地区工伤保险基金收支\n单位：亿元\n地区,基金收入\n全国,1212.5\n北京,58.5",
            "2022年": "分地区工伤保险基金收支\n单位：亿元\n地区,基金收入\n全国,1053.5\n北京,55.5",
        },
        {},
        ("table_id", "time_period", "ref_area", "numeral"),
        {("table_1", "2023", "CHN", "1212.5"), ("table_2", "2022", "110000", "55.5")},
    ),
    "quarters of the year that the title names": (
        "2024年居民人均可支配收入（元）\n地区,一季度,二季度\n北京,24599,21911\n天津,16000,13100\n",
        {"scheme": "_Z"},
        ("time_period", "ref_area", "numeral"),
        {("2024-Q2", "120000", "13100")},
    ),
    "all figures are since January, as the title says behind the indicator": (
        "分省季度城镇居民人均可支配收入（元，累计值）\n地区\t2024年第三季度\t2024年第二季度\n北京市\t68999\t46510\n天津市\t42210\t29100\n",
        {"scheme": "_Z"},
        ("indicator", "residence", "time_basis", "time_period", "numeral", "printed_unit"),
        {("DISPOSABLE_INCOME_PER_HEAD", "U", "year_to_date", "2024-Q3", "68999", "元")},
    ),
}


@pytest.mark.parametrize("page", OFFICES)
def test_a_page_of_an_office_is_drafted_with_what_it_says(paths: Paths, tmp_path: Path, page: str):
    content, answers, columns, expected = OFFICES[page]
    draft = new_source(paths, came(tmp_path, content))
    asked = {line.partition(": ")[2].removeprefix("{").partition(":")[0] for line in draft.to_decide}
    assert asked == {"release_stage", "cadence", *answers} and draft.faults == [], draft.report()
    decided(draft, answers)
    read = intake.read(paths.seeds)
    assert read.faults == [], [str(fault) for fault in read.faults]
    found = {tuple(cell[name] for name in columns) for cell in read.sources[0].rows["observation"]}
    assert expected <= found, found
