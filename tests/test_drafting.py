"""From a file as it came to a source: what the page shows is drafted, what it does not say is asked, nothing is guessed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration import drafting, intake
from orchestration.drafting import CannotDraft, new_source
from orchestration.paths import Paths
from tests.conftest import SEEDS, edit
from tests.test_workbooks import xlsx

YEARS = (
    "数据库：分省年度数据\n指标：一般公共预算支出(亿元)\n时间：最近3年\n地区,2022年,2021年,2020年\n北 京,3.5,2,1\n"
    "河北省,6,5,4\n重庆市,9,8,7\n注：不含中央本级。\n数据来源：国家统计局\n"
)
LABELS = "表7-1 城乡低保情况\n单位：万人\n地区,城市低保对象人数,农村低保对象人数\n全国,700.5,3300.1\n北京,7.1,3.2\n注：2021年数据。\n"
ENGLISH = "Dibao recipients (10 thousand persons)\nPeriod,Urban,Rural\n2019,860.9,3455.4\n2020,805.1,3620.8\n"
FORM = '统计月报表,,\n2020年度 1月,,\n指标名称,单位,数量\n一、综合,,\nA 城市低保户数,户,"1,200"\nB 农村低保户数,万户,3.5\nC 其他支出,万元,7\n'
#: A page, what a person decides, and the figures: area, period, residence, numeral, unit.
PAGES = {
    "areas and years, the indicator in a line": (
        YEARS,
        {"scheme": "_Z"},
        {
            (area, year, "_T", number, "亿元")
            for area, numbers in (("110000", "3.5 2 1"), ("130000", "6 5 4"), ("500000", "9 8 7"))
            for year, number in zip(("2022", "2021", "2020"), numbers.split())
        },
    ),
    "areas and labels that say several things": (
        LABELS,
        {},
        {
            ("CHN", "2021", "U", "700.5", "万人"),
            ("CHN", "2021", "R", "3300.1", "万人"),
            ("110000", "2021", "U", "7.1", "万人"),
            ("110000", "2021", "R", "3.2", "万人"),
        },
    ),
    "periods as rows, in English": (
        ENGLISH,
        {"scheme": "DIBAO", "ref_area": "CHN"},
        {
            ("CHN", "2019", "U", "860.9", "10 thousand persons"),
            ("CHN", "2019", "R", "3455.4", "10 thousand persons"),
            ("CHN", "2020", "U", "805.1", "10 thousand persons"),
            ("CHN", "2020", "R", "3620.8", "10 thousand persons"),
        },
    ),
    "a header of two rows, the corner in the lower one": (
        "表1 低保对象人数（万人）\n,城镇,,农村,\n地区,2022年,2021年,2022年,2021年\n北京,7.1,3.2,8,9\n天津,1,2,3,4\n",
        {"scheme": "DIBAO"},
        {
            (area, year, residence, number, "万人")
            for area, numbers in (("110000", "7.1 3.2 8 9"), ("120000", "1 2 3 4"))
            for (residence, year), number in zip(
                (("U", "2022"), ("U", "2021"), ("R", "2022"), ("R", "2021")), numbers.split()
            )
        },
    ),
    "a monthly form with a column of units": (
        FORM,
        {"scheme": "DIBAO", "ref_area": "CHN", "label": "holds: _"},
        {("CHN", "2020-01", "U", "1200", "户"), ("CHN", "2020-01", "R", "3.5", "万户")},
    ),
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """The code lists, and no source."""
    shutil.copytree(SEEDS, tmp_path / "seeds", ignore=shutil.ignore_patterns("sources"))
    (tmp_path / "seeds" / "sources").mkdir()
    return Paths(seeds=tmp_path / "seeds", warehouse=tmp_path / "warehouse")


def came(folder: Path, text: str, name: str = "as_it_came.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def decided(draft: drafting.Draft, answers: dict[str, str]) -> None:
    """Put a person's answers where the draft asks: by key, and for a label all that stands behind it."""
    told = draft.folder / "datapackage.yaml"
    lines = told.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        said, _, _ = line.partition("  #")
        key = said.strip().removeprefix("- {").partition(":")[0]
        if "DECIDE" in said:
            answer = {"release_stage": "yearbook", "cadence": "yearly", **answers}[key]
            if key == "label":
                said = f"{said.rpartition(', indicator')[0]}, {answer}}}"
            else:
                said = f"{said.partition(':')[0]}: {answer}"
        lines[number] = said
    told.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_asks_what_the_page_does_not_say_and_reads_the_rest(paths: Paths, tmp_path: Path, page: str):
    text, answers, expected = PAGES[page]
    file = came(tmp_path, text)
    draft = new_source(paths, file)
    assert (draft.folder / "table_1.csv").read_bytes() == file.read_bytes()
    assert len(draft.to_decide) == 2 + len(answers) and draft.faults == [], draft.report()
    decided(draft, answers)
    read = intake.read(paths.seeds)
    assert read.faults == [], [str(fault) for fault in read.faults]
    cells = read.sources[0].rows["observation"]
    assert {
        (c["ref_area"], c["time_period"], c["residence"], c["numeral"], c["printed_unit"]) for c in cells
    } == expected


def test_a_workbook_is_drafted_by_the_sheet_that_has_a_table(paths: Paths, tmp_path: Path):
    rows = [line.split(",") for line in ENGLISH.splitlines()]
    numbers = [[rows[0][0]], rows[1], *[[label, *map(float, values)] for label, *values in rows[2:]]]
    file = tmp_path / "Table 7.xlsx"
    file.write_bytes(xlsx({"cover": [["About this book"]], "7-1": numbers}))
    draft = new_source(paths, file)
    assert draft.folder.name == "table_7" and draft.faults == [], draft.report()
    decided(draft, {"scheme": "DIBAO", "ref_area": "CHN"})
    read = intake.read(paths.seeds)
    assert read.faults == [] and len(read.sources[0].rows["observation"]) == 4
    file = tmp_path / "as_sent.csv"
    file.write_bytes(LABELS.encode("gb18030"))
    draft = new_source(paths, file)
    assert "encoding: gb18030" in (draft.folder / "datapackage.yaml").read_text(encoding="utf-8") and draft.figures == 4
    assert len(draft.to_decide) == 2 and draft.faults == [], draft.report()
    file.write_bytes(ENGLISH.encode())
    draft = new_source(paths, file, "open")
    assert draft.figures == 0 and len(draft.to_decide) == 4, draft.report()


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
}


@pytest.mark.parametrize("page", OFFICES)
def test_a_page_of_an_office_is_drafted_with_what_it_says(paths: Paths, tmp_path: Path, page: str):
    text, answers, columns, expected = OFFICES[page]
    draft = new_source(paths, came(tmp_path, text))
    assert len(draft.to_decide) == 2 + len(answers) and draft.faults == [], draft.report()
    decided(draft, answers)
    read = intake.read(paths.seeds)
    assert read.faults == [], [str(fault) for fault in read.faults]
    found = {tuple(cell[name] for name in columns) for cell in read.sources[0].rows["observation"]}
    assert expected <= found, found


def test_a_label_of_which_a_part_is_unknown_is_asked(paths: Paths, tmp_path: Path):
    page = "表3 城乡居民医保\n地区,参保人数(万人),,参保率,\n,2022年,2023年,2022年,2023年\n北京,401.2,399.8,95.7%,96.1%\n天津,1,2,3%,4%\n"
    draft = new_source(paths, came(tmp_path, page))
    asked = [line for line in draft.to_decide if "indicator: DECIDE" in line]
    assert len(asked) == 2 and all('time_period: "202' in line for line in asked), draft.report()
    assert [row for row in draft.rows_to_add if ",参保率," in row] == draft.rows_to_add


def test_what_stands_above_a_table_of_html_is_its_title(paths: Paths, tmp_path: Path):
    table = (
        "<table><tr><td>地区</td><td>2022年</td><td>2023年</td></tr><tr><td>北京</td><td>{}</td><td>2</td></tr></table>"
    )
    page = (
        "<html><head><title>公报</title></head><body><h1>统计公报</h1><p>" + "据统计，" * 50 + "</p>"
        f"<p>表1 失业保险基金收入</p><p>单位：亿元</p>{table.format('1.5')}<p>表2 失业保险参保人数（万人）</p>{table.format('7')}"
        f"<table><tr><td>注：快报数</td></tr></table>{table.format('9')}</body></html>"
    )
    file = tmp_path / "gongbao.html"
    file.write_text(page, encoding="utf-8")
    draft = new_source(paths, file)
    told = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
    assert 'title: "表1 失业保险基金收入 单位：亿元"' in told and 'title: "表2 失业保险参保人数（万人）"' in told
    assert (
        'printed_unit: "亿元"' in told
        and 'printed_unit: "万人"' in told
        and 'indicator: "INSURANCE_PARTICIPANTS"' in told
    )
    assert 'title: "gongbao"' in told, "what another table prints is no heading"


BUDGET = {
    "1-2": [
        ["7-6 分地区一般公共预算支出(2022年)"],
        ["单位:亿元"],
        ["地 区", "Region", "地方一般公\n共预算支出\nBudget", "教育支出\nEducation"],
        ["北 京", "Beijing", 9.5, 4],
        ["天 津", "Tianjin", 8, 3],
        ["7-6 续表 1 continued"],
        ["地 区", "Region", "卫生健康\n支 出\nHealth", "养路支出\nRoad Care"],
        ["北 京", "Beijing", 2, 1],
        ["天 津", "Tianjin", 2.5, 1.5],
    ],
    "3": [
        ["7-6 续表 2 continued"],
        ["单位:亿元"],
        ["地 区", "Region", "交通运输\n支 出\nTransport"],
        ["北 京", "Beijing", 0.5],
        ["天 津", "Tianjin", 0.25],
    ],
    "vendor": [["an address"]],
}


def test_a_table_of_several_blocks_and_sheets_is_drafted_whole(paths: Paths, tmp_path: Path):
    """The sheets that go on have what the first one says of the whole; a column that no list knows is not the title's."""
    file = tmp_path / "7-6.xlsx"
    file.write_bytes(xlsx(BUDGET))
    draft = new_source(paths, file, "budget")
    told = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
    assert draft.faults == [], draft.report()
    (row,) = draft.rows_to_add
    assert row.startswith("indicator.csv: ROAD_CARE,Road Care,养路支出,CNY,"), row
    told = told.replace("DECIDE_release_stage", "yearbook").replace("DECIDE_cadence", "yearly")
    told = told.replace('scheme: "DECIDE"', "scheme: _Z").replace("indicator: DECIDE", "holds: _")
    (draft.folder / "datapackage.yaml").write_text(told, encoding="utf-8")
    read = intake.read(paths.seeds)
    assert read.faults == [], [str(fault) for fault in read.faults]
    cells = read.sources[0].rows["observation"]
    assert {
        (c["table_id"], c["indicator"], c["numeral"], c["time_period"]) for c in cells if c["ref_area"] == "120000"
    } == {
        ("table_1", "FISCAL_EXPENDITURE", "8", "2022"),
        ("table_1", "BUDGET_EDUCATION", "3", "2022"),
        ("table_1", "BUDGET_HEALTH", "2.5", "2022"),
        ("table_2", "BUDGET_TRANSPORT", "0.25", "2022"),
    }


def test_a_label_of_words_stands_over_no_figures(paths: Paths, tmp_path: Path):
    """Blank cells beside the names in English have labels of their own in the lower row, or those further left."""
    page = [
        ["表1 一般公共预算收入(2022年)"],
        ["单位:亿元"],
        ["地 区", "Region", "税收收入", None, None],
        [None, None, None, "资源税", "房产税"],
        ["北京", "Beijing", 9.5, 1, 2],
        ["表1 续表"],
        ["地 区", "Region", None, None, "非税收入"],
        [None, None, "印花税", "契税", None],
        ["北京", "Beijing", 2.5, 3, 4],
    ]
    file = tmp_path / "1.xlsx"
    file.write_bytes(xlsx({"1": page}))
    draft = new_source(paths, file, "revenue")
    decided(draft, {"scheme": "_Z"})
    read = intake.read(paths.seeds)
    assert read.faults == [], [str(fault) for fault in read.faults]
    labels = [cell["column_label"] for cell in read.sources[0].rows["observation"]]
    assert labels == ["税收收入", "税收收入 资源税", "税收收入 房产税", "印花税", "契税", "非税收入"], draft.report()


def test_figures_since_january_are_not_of_january(paths: Paths, tmp_path: Path):
    page = "2024年1-9月一般公共预算支出\n单位：亿元\n科目,金额\n教育支出,29909\n卫生健康支出,14909.5\n"
    draft = new_source(paths, came(tmp_path, page), "budget")
    told = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
    assert 'time_period: "2024-09"' in told and "time_basis: " in told and "2024-01" not in told, told


def test_headings_say_a_residence_of_what_follows_and_the_title_its_indicator(paths: Paths, tmp_path: Path):
    page = (
        "Per capita disposable income of residents,,\nUnit: yuan,,\nUrban,,\nRegion,2023,2022\nBeijing,88650,84023\n"
        "Rural,,\nRegion,2023,2022\nBeijing,37358,34754\n"
    )
    draft = new_source(paths, came(tmp_path, page), "income")
    assert draft.faults == [], draft.report()
    decided(draft, {"scheme": "_Z"})
    cells = intake.read(paths.seeds).sources[0].rows["observation"]
    assert {(c["indicator"], c["residence"], c["time_period"], c["numeral"]) for c in cells} == {
        ("DISPOSABLE_INCOME_PER_HEAD", residence, year, number)
        for residence, numbers in (("U", "88650 84023"), ("R", "37358 34754"))
        for year, number in zip(("2023", "2022"), numbers.split())
    }


def test_what_the_upper_text_of_a_label_says_is_known_of_all_its_columns(paths: Paths, tmp_path: Path):
    page = (
        "城镇职工基本养老保险情况（2023年）,,,\n地区,城镇职工基本养老保险,,基金\n,参保人数（万人）,离退休人员（万人）,基金收入（亿元）\n"
        "北京,1800.1,330.2,3500.3\n天津,790.5,250,1100\n"
    )
    draft = new_source(paths, came(tmp_path, page), "pension")
    told = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
    assert 'scheme: "BASIC_PENSION_EMPLOYEES", indicator: DECIDE' in told, "of the label that nobody knows"
    assert '      scheme: "BASIC_PENSION_EMPLOYEES"\n' in told, "of the table: its title and its labels agree"
    (row,) = draft.rows_to_add
    assert ",离退休人员," in row and "万人" not in row


def test_rows_that_go_on_on_another_sheet_are_drafted_as_one_table(paths: Paths, tmp_path: Path):
    book = {
        "1": [["表1 一般公共预算支出(2022年)"], ["单位:亿元"], ["地区", "支出"], ["北京", 9.5], ["天津", 8]],
        "2": [["表1 续表"], ["地区", "支出"], ["河 北", 7], ["注：不含中央", None]],
    }
    file = tmp_path / "1.xlsx"
    file.write_bytes(xlsx(book))
    draft = new_source(paths, file, "budget")
    told = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
    assert "continues: table_1" in told and told.count("columns:") == 1 and draft.faults == [], draft.report()
    decided(draft, {"scheme": "_Z"})
    cells = intake.read(paths.seeds).sources[0].rows["observation"]
    found = [(c["table_id"], c["ref_area"], c["numeral"], c["time_period"], c["printed_unit"]) for c in cells]
    assert ("table_2", "130000", "7", "2022", "亿元") in found and len(found) == 3, draft.report()


def test_columns_that_go_on_on_another_sheet_are_drafted_as_one_table(paths: Paths, tmp_path: Path):
    """Of the second table of the file; a sheet with other columns that does not say that it goes on is one of its own."""
    book = {
        "7-5": [["7-5 税收(2022年)"], ["单位:亿元"], ["地区", "税收收入"], ["北京", 5], ["天津", 4]],
        "7-6": [["7-6 预算支出(2022年)"], ["单位:亿元"], ["地区", "一般公共预算支出"], ["北京", 9.5], ["天津", 8]],
        "7-6续": [["单位:亿元"], ["地 区", "教育支出", "说明"], ["北京", 2, "决算"], ["天津", 1, "决算"]],
    }
    file = tmp_path / "1.xlsx"
    file.write_bytes(xlsx(book))
    draft = new_source(paths, file, "budget")
    told = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
    assert "continues: table_2" in told and told.count("columns:") == 2 and draft.faults == [], draft.report()
    decided(draft, {"scheme": "_Z"})
    read = intake.read(paths.seeds)
    assert read.faults == [], [str(fault) for fault in read.faults]
    found = {
        (c["table_id"], c["whole_table"], c["ref_area"], c["indicator"], c["numeral"])
        for c in read.sources[0].rows["observation"]
    }
    assert ("table_3", "table_2", "110000", "BUDGET_EDUCATION", "2") in found and len(found) == 6, found


def test_an_index_of_an_indicator_is_not_taken_for_it(paths: Paths, tmp_path: Path):
    """Nor is what a note below the figures speaks of; the whole name of a line is taken."""
    page = "指标：{}\n地区,2022年,2021年\n北京,3.5,2\n天津,5,4\n注：地区生产总值按当年价格计算。\n"
    for number, (name, taken) in enumerate(
        (("地区生产总值指数(上年=100)", "DECIDE"), ("年末常住人口(万人)", "POPULATION"), ("另一项(亿元)", "DECIDE"))
    ):
        draft = new_source(paths, came(tmp_path, page.format(name)), f"line_{number}")
        told = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
        assert f'indicator: "{taken}"' in told and ("population_basis" in told) == (taken == "POPULATION")


def test_what_was_read_is_drawn_beside_the_page(paths: Paths, tmp_path: Path):
    text = ENGLISH.replace("805.1", "8o5.1").replace("Dibao recipients", "Dibao recipients <b>")
    draft = new_source(paths, came(tmp_path, text))
    drawn = draft.drawing.read_text(encoding="utf-8")
    assert "<b>" not in drawn and "&lt;b&gt;" in drawn
    assert "class=fault" in drawn and "8o5.1" in drawn and len(draft.faults) == 1
    assert "8o5.1" in draft.report() and "make check" in draft.report()
    shutil.rmtree(draft.folder)
    draft = new_source(
        paths,
        came(tmp_path, PAGES["areas and labels that say several things"][0].replace("低保情况", "最低生活保障(低保)")),
    )
    drawn = draft.drawing.read_text(encoding="utf-8")
    assert drawn.count("class=figure title") == draft.figures == 4 and "700.5 万人" in drawn


def test_a_word_that_no_list_knows_is_a_row_to_add(paths: Paths, tmp_path: Path):
    draft = new_source(paths, came(tmp_path, "单位：亿元\n地区,2021年养路支出,2021年渔政支出\n北京,1,2\n"))
    assert [row.split(",")[2] for row in draft.rows_to_add] == ["2021年养路支出", "2021年渔政支出"]
    assert all(row.startswith("indicator.csv: ") and ",CNY," in row for row in draft.rows_to_add)


def test_a_file_that_is_no_table_leaves_nothing_behind(paths: Paths, tmp_path: Path):
    for name, text, said in (
        ("letter.csv", "Dear colleagues,\nplease find attached\n", "no row with a label and numbers"),
        ("table.docx", "x", "no page is read from .docx: it is text"),
        ("table.pdf", "%PDF-1.7", "it is a PDF document: type its table as .csv"),
        ("table.txt", "地区\t2022\n北京\t1\n", "named .tsv, .*prose.csv"),
        ("page.html", "<p>2023年末全国城市低保对象663.6万人。</p>", "0 tables.*prose.csv"),
        ("broken.csv", 'a,"b\n1,2\n', "broken.csv"),
    ):
        with pytest.raises(CannotDraft, match=said):
            new_source(paths, came(tmp_path, text, name))
    with pytest.raises(CannotDraft, match="is no file"):
        new_source(paths, tmp_path / "none.csv")
    assert [*(paths.seeds / "sources").iterdir()] == []


def test_a_source_is_never_written_over(paths: Paths, tmp_path: Path):
    file = came(tmp_path, ENGLISH)
    draft = new_source(paths, file, "mine")
    edit(draft.folder / "datapackage.yaml", "vintage: _U", 'vintage: "2021"')
    with pytest.raises(CannotDraft, match="exists"):
        new_source(paths, file, "mine")
    with pytest.raises(CannotDraft, match="small letters"):
        new_source(paths, file, "Mine!")
    assert 'vintage: "2021"' in (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")


LONG = (
    "地区,年份,指标,数值\n甘肃省,2020,城镇职工基本养老保险参保人数（万人）,480.1\n"
    "甘肃省,2021,城镇职工基本养老保险参保人数（万人）,495.3\n青海省,2021,失业保险参保人数（人）,190400\n"
    "青海省,2021,渔船保险参保艘数（艘）,12\n"
)


def test_a_long_file_whose_cells_say_period_indicator_scheme_and_unit_is_drafted(paths: Paths, tmp_path: Path):
    """What the cells of a column say is written down text by text; one that no list knows is asked."""
    draft = new_source(paths, came(tmp_path, LONG), "long")
    asked = [line for line in draft.to_decide if "渔船保险参保艘数" in line]
    assert len(draft.to_decide) == 3 and len(asked) == 1, draft.report()
    told = draft.folder / "datapackage.yaml"
    text = (
        told.read_text(encoding="utf-8").replace("DECIDE_release_stage", "yearbook").replace("DECIDE_cadence", "yearly")
    )
    told.write_text(
        text.replace(
            ": DECIDE,", ": {indicator: INSURANCE_RECIPIENTS, scheme: UNEMPLOYMENT_INSURANCE, printed_unit: 人},"
        ),
        encoding="utf-8",
    )
    read = intake.read(paths.seeds)
    assert read.faults == [], [str(fault) for fault in read.faults]
    names = ("ref_area", "time_period", "scheme", "pop_group", "indicator", "numeral", "printed_unit")
    cells = [tuple(cell[name] for name in names) for cell in read.sources[0].rows["observation"]]
    assert cells == [
        ("620000", "2020", "BASIC_PENSION_EMPLOYEES", "_T", "INSURANCE_PARTICIPANTS", "480.1", "万人"),
        ("620000", "2021", "BASIC_PENSION_EMPLOYEES", "_T", "INSURANCE_PARTICIPANTS", "495.3", "万人"),
        ("630000", "2021", "UNEMPLOYMENT_INSURANCE", "_T", "INSURANCE_PARTICIPANTS", "190400", "人"),
        ("630000", "2021", "UNEMPLOYMENT_INSURANCE", "_T", "INSURANCE_RECIPIENTS", "12", "人"),
    ]


def test_a_form_with_what_is_counted_since_january_says_so(paths: Paths, tmp_path: Path):
    """The rest of rows that are indicators is of indicators too; where no line names the area, it is asked."""
    form = "月报表\n2023年6月\n指标名称,计量单位,本月,本年累计\n城市低保支出,万元,2.5,12\n渔船支出,万元,1,2\n"
    draft = new_source(paths, came(tmp_path, form), "form")
    told = (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")
    assert '{label: "本月"}' in told and '{label: "本年累计", time_basis: "year_to_date"}' in told
    assert '{label: "渔船支出", indicator: DECIDE}' in told and 'ref_area: "DECIDE"' in told


def test_a_unit_that_the_page_does_not_print_is_asked_once(paths: Paths, tmp_path: Path):
    """Of the table, and not cell by cell; a page of shares in percent needs none."""
    page = "失业保险参保人数\n地区,2022年,2021年\n北京,3.5,2\n天津,5,4\n"
    for name, text, is_asked in (
        ("open", page, True),
        ("shares", page.replace("3.5,2\n", "3.5%,2%\n").replace("5,4", "5%,4%"), False),
    ):
        draft = new_source(paths, came(tmp_path, text), name)
        assert any("printed_unit" in line for line in draft.to_decide) == is_asked, draft.report()
