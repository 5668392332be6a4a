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
from validations import numerals

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
        {"ref_area": "CHN"},
        {
            ("CHN", "2019", "U", "860.9", "10 thousand persons"),
            ("CHN", "2019", "R", "3455.4", "10 thousand persons"),
            ("CHN", "2020", "U", "805.1", "10 thousand persons"),
            ("CHN", "2020", "R", "3620.8", "10 thousand persons"),
        },
    ),
    "a header of two rows, the corner in the lower one": (
        "表1 低保对象人数（万人）\n,城镇,,农村,\n地区,2022年,2021年,2022年,2021年\n北京,7.1,3.2,8,9\n天津,1,2,3,4\n",
        {},
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


def came(folder: Path, content: str | dict[str, str], name: str = "") -> Path:
    """A text, a page of HTML, or the sheets of a workbook as texts: numbers are numbers, ⏎ breaks a line in a cell."""
    is_page = isinstance(content, str) and content.startswith("<html")
    file = folder / (name or f"as_it_came.{'xlsx' if isinstance(content, dict) else 'html' if is_page else 'csv'}")
    file.write_bytes(content.encode() if isinstance(content, str) else xlsx({k: _cells(v) for k, v in content.items()}))
    return file


def _cells(text: str) -> list[list]:
    rows = [[cell.replace("⏎", "\n") or None for cell in line.split(",")] for line in text.splitlines()]
    return [[float(cell) if cell and numerals.parse(cell, {}) else cell for cell in row] for row in rows]


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
    draft = new_source(paths, came(tmp_path, {"cover": "About this book", "7-1": ENGLISH}, "Table 7.xlsx"))
    assert draft.folder.name == "table_7" and draft.faults == [], draft.report()
    decided(draft, {"ref_area": "CHN"})
    read = intake.read(paths.seeds)
    assert read.faults == [] and len(read.sources[0].rows["observation"]) == 4
    file = tmp_path / "as_sent.csv"
    file.write_bytes(LABELS.encode("gb18030"))
    draft = new_source(paths, file)
    assert "encoding: gb18030" in (draft.folder / "datapackage.yaml").read_text(encoding="utf-8") and draft.figures == 4
    assert len(draft.to_decide) == 2 and draft.faults == [], draft.report()
    file.write_bytes(ENGLISH.encode())
    draft = new_source(paths, file, "open")
    assert draft.figures == 0 and len(draft.to_decide) == 3, draft.report()


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
            '{label: "±%", measure: "growth", base_period: DECIDE',
        ],
        [],
    ),
    "a title, a unit line or a heading that all blocks share makes one table": (
        "表1 2022年支出,,,,\n地区,支出（亿元）,,地区,支出（亿元）\n北京,2.5,,天津,4\n河北,1.5,,山西,3\n",
        ["blocks: 2"],
        ["range:", "table_2"],
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


#: A page, and the rows for the code lists that its draft shows.
ROWS_TO_ADD = {
    "a name in Chinese, without the unit that the label prints": (
        "城镇职工基本养老保险情况（2023年）\n地区,参保人数（万人）,退休者（万人）\n北京,1800.1,330.2\n天津,790.5,250\n",
        ["indicator.csv: CODE,NAME_EN,退休者,"],
    ),
    "names with the unit of a line": (
        "单位：亿元\n地区,2021年养路支出,2021年渔政支出\n北京,1,2\n",
        ["indicator.csv: CODE,NAME_EN,2021年养路支出,CNY,", "indicator.csv: CODE,NAME_EN,2021年渔政支出,CNY,"],
    ),
    "a name in both languages": (
        "单位：亿元\n地区,养路支出 Road Care\n北京,1\n天津,2\n",
        ["indicator.csv: ROAD_CARE,Road Care,养路支出,CNY,"],
    ),
}


@pytest.mark.parametrize("page", ROWS_TO_ADD)
def test_a_word_that_no_list_knows_is_a_row_to_add(paths: Paths, tmp_path: Path, page: str):
    content, rows = ROWS_TO_ADD[page]
    found = new_source(paths, came(tmp_path, content)).rows_to_add
    assert len(found) == len(rows) and all(one.startswith(row) for one, row in zip(found, rows)), found


def test_what_stands_above_a_table_of_html_is_its_title(paths: Paths, tmp_path: Path):
    table = (
        "<table><tr><td>地区</td><td>2022年</td><td>2023年</td></tr><tr><td>北京</td><td>{}</td><td>2</td></tr></table>"
    )
    page = (
        "<html><head><title>公报</title></head><body><h1>统计公报</h1><p>" + "据统计，" * 50 + "</p>"
        f"<p>表1 失业保险基金收入</p><p>单位：亿元</p>{table.format('1.5')}<p>表2 失业保险参保人数（万人）</p>{table.format('7')}"
        f"<table><tr><td>注：快报数</td></tr></table>{table.format('9')}</body></html>"
    )
    told = (new_source(paths, came(tmp_path, page, "gongbao.html")).folder / "datapackage.yaml").read_text("utf-8")
    titles = [line.removeprefix("    title: ") for line in told.splitlines() if line.startswith("    title: ")]
    # What another table prints is no heading.
    assert titles == ['"表1 失业保险基金收入 单位：亿元"', '"表2 失业保险参保人数（万人）"', '"gongbao"']
    assert 'printed_unit: "亿元"' in told and 'printed_unit: "万人"' in told


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
