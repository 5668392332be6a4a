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
    """A text, a page of HTML, or the sheets of a workbook as texts: numbers are numbers, ⏎ breaks a line in a cell, and
    behind a number its format stands in ⟦⟧."""
    is_page = isinstance(content, str) and content.startswith("<html")
    file = folder / (name or f"as_it_came.{'xlsx' if isinstance(content, dict) else 'html' if is_page else 'csv'}")
    file.write_bytes(content.encode() if isinstance(content, str) else xlsx({k: _cells(v) for k, v in content.items()}))
    return file


def _cells(text: str) -> list[list]:
    rows = [[cell.replace("⏎", "\n") or None for cell in line.split(",")] for line in text.splitlines()]
    return [[_value(cell) if cell else cell for cell in row] for row in rows]


def _value(cell: str) -> str | float | tuple[float, str]:
    number, _, shape = cell.rstrip("⟧").partition("⟦")
    if numerals.parse(number, {}) is None:
        return cell
    return (float(number), shape) if shape else float(number)


def decided(draft: drafting.Draft, answers: dict[str, str]) -> None:
    """Put a person's answers where the draft asks: by key, and for a label all that stands behind it."""
    told = draft.folder / "datapackage.yaml"
    lines = told.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        said, _, _ = line.partition("  #")
        key = said.strip().removeprefix("- {").partition(":")[0].strip('"')
        if "DECIDE" in said:
            answer = {"release_stage": "yearbook", "cadence": "yearly", **answers}[key]
            if said.strip().startswith('"') or key == "name":
                said = said.replace("DECIDE", answer)
            elif key == "label":
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
            ": {indicator: DECIDE},",
            ": {indicator: INSURANCE_RECIPIENTS, scheme: UNEMPLOYMENT_INSURANCE, printed_unit: 人},",
        ),
        encoding="utf-8",
    )
    read = intake.read(paths.seeds)
    assert read.faults == [], [str(fault) for fault in read.faults]
    names = ("ref_area", "time_period", "scheme", "pop_group", "indicator", "numeral", "printed_unit")
    (long,) = read.sources[0].bulk.values()
    cells = [tuple(cell[name] for name in names) for cell in long.cells()]
    assert cells == [
        ("620000", "2020", "BASIC_PENSION_EMPLOYEES", "_T", "INSURANCE_PARTICIPANTS", "480.1", "万人"),
        ("620000", "2021", "BASIC_PENSION_EMPLOYEES", "_T", "INSURANCE_PARTICIPANTS", "495.3", "万人"),
        ("630000", "2021", "UNEMPLOYMENT_INSURANCE", "_T", "INSURANCE_PARTICIPANTS", "190400", "人"),
        ("630000", "2021", "UNEMPLOYMENT_INSURANCE", "_T", "INSURANCE_RECIPIENTS", "12", "人"),
    ]
