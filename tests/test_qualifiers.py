"""Two numbers, and numbers with a word beside them, in printed tables and in long files: read where it is declared."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet
import pytest

from orchestration.intake.source_reader import read_source
from tests.test_layouts import lists
from tests.test_page_layouts import GANSU, HEAD, MONEY
from validations.code_lists import CodeLists

__all__ = ["lists"]
QUALIFIERS = "    qualifiers: [range, about, more_than, at_least]\n"
#: As printed, and as read: number, high end, qualifier, percent.
PRINTED = {
    "2,000-3,000": ("2000", "3000", "range"),
    "2000～3000.5": ("2000", "3000.5", "range"),
    "2000到3000": ("2000", "3000", "range"),
    "约20": ("20", None, "about"),
    "about 1,820.5": ("1820.5", None, "about"),
    "20多": ("20", None, "more_than"),
    "830以上": ("830", None, "at_least"),
    "-5": ("-5", None, "_Z"),
    "31": ("31", None, "_Z"),
}
YEARS = [str(2010 + n) for n in range(len(PRINTED))]
TABLE = (
    "    corner: 地区\n    printed_unit: 亿元\n    notes: [单位：亿元]\n    columns: {holds: time_period}\n"
    + MONEY
    + f"    rows: [{{label: 甘肃, ref_area: {GANSU}}}]\n"
)
TIDY = (
    HEAD.replace("layout: table", "layout: tidy")
    + f"    printed_unit: 亿元\n    notes: [单位：亿元]\n{MONEY.replace('freq: A', f'freq: A, ref_area: {GANSU}')}"
    "    columns:\n      - {name: 年份, holds: time_period}\n      - {name: 数值, holds: printed_value}\n"
)


def read(folder: Path, lists: CodeLists, page: str, descriptor: str):
    source = folder / "sources" / "s"
    source.mkdir(parents=True, exist_ok=True)
    (source / "datapackage.yaml").write_text(descriptor, encoding="utf-8")
    (source / "t.csv").write_text(page, encoding="utf-8")
    return read_source(folder, "s", lists, folder, lambda text: None)


def long(texts: dict[str, str] | list[str], more: str = "") -> str:
    """A long file of one figure a year."""
    return f"年份,数值{more}\n" + "".join(f'{year},"{text}"\n' for year, text in zip(YEARS, texts))


def laid_down(source, folder: Path) -> list[dict]:
    """What a long file leaves in the raw layer."""
    assert source.faults == [], [str(fault) for fault in source.faults]
    (figures,) = source.bulk.values()
    figures.write(folder / "raw", folder / "spill", lambda text: None)
    return pyarrow.parquet.read_table(folder / "raw").sort_by("row_no").to_pylist()


def test_a_table_prints_ranges_and_hedges_where_it_says_so(tmp_path: Path, lists: CodeLists):
    page = f"地区,{','.join(YEARS)}\n甘肃," + ",".join(f'"{text}"' for text in PRINTED) + "\n"
    source = read(tmp_path, lists, page, HEAD + QUALIFIERS + TABLE)
    assert source.faults == [], [str(fault) for fault in source.faults]
    cells = source.rows["observation"]
    assert [(c["numeral"], c["numeral_high"], c["qualifier"]) for c in cells] == [*PRINTED.values()]
    assert [c["printed_value"] for c in cells] == [*PRINTED]
    told = " ".join(str(fault) for fault in read(tmp_path, lists, page, HEAD + TABLE).faults)
    assert all(f"qualifiers: [{word}]" in told for word in ("range", "about", "more_than", "at_least"))


def test_a_long_file_prints_ranges_and_hedges_where_it_says_so(tmp_path: Path, lists: CodeLists):
    source = read(tmp_path, lists, long(PRINTED), TIDY + QUALIFIERS)
    cells = laid_down(source, tmp_path)
    assert [(c["numeral"], c["numeral_high"], c["qualifier"]) for c in cells] == [*PRINTED.values()]
    assert [c["decimals"] for c in cells] == [0, 0, 0, 0, 1, 0, 0, 0, 0]
    told = " ".join(str(fault) for fault in read(tmp_path, lists, long(PRINTED), TIDY).faults)
    assert all(f"qualifiers: [{word}]" in told for word in ("range", "about", "more_than", "at_least"))


def test_a_hedge_begins_a_cell_with_a_capital_as_it_would_a_sentence(tmp_path: Path, lists: CodeLists):
    printed = {"Nearly 20": ("20", None, "nearly"), "more than 5": ("5", None, "more_than")}
    qualifiers = "    qualifiers: [nearly, more_than]\n"
    cells = laid_down(read(tmp_path, lists, long(printed), TIDY + qualifiers), tmp_path)
    assert [(c["numeral"], c["numeral_high"], c["qualifier"]) for c in cells] == [*printed.values()]


def test_a_range_of_per_cents_is_one_of_per_cents(tmp_path: Path, lists: CodeLists):
    texts, ends = ["10%-12%", "10-12.5%", "5% to 7%"], [("10", "12"), ("10", "12.5"), ("5", "7")]
    page = f"地区,{','.join(YEARS[:3])}\n甘肃,{','.join(texts)}\n"
    share = [
        text.replace("    printed_unit: 亿元\n    notes: [单位：亿元]\n", "").replace(
            "FISCAL_EXPENDITURE", "POPULATION_AGE_SHARE"
        )
        for text in (TABLE, TIDY)
    ]
    printed = read(tmp_path, lists, page, HEAD + QUALIFIERS + share[0])
    assert printed.faults == [], [str(fault) for fault in printed.faults]
    laid = laid_down(read(tmp_path / "long", lists, long(texts), share[1] + QUALIFIERS), tmp_path)
    for cells in (printed.rows["observation"], laid):
        assert [(c["numeral"], c["numeral_high"]) for c in cells] == ends
        assert all(c["percent"] and c["qualifier"] == "range" for c in cells)


def test_a_column_of_a_long_file_says_the_qualifier(tmp_path: Path, lists: CodeLists):
    page = "年份,数值,修饰\n2010,20,约\n2011,20-30,range\n2012,5,\n2013,7,>\n2014,18.5%左右,\n"
    column = "      - {name: 修饰, holds: qualifier, codes: {约: about, range: range, '>': more_than, '': _Z}}\n"
    declared = TIDY.replace("    printed_unit: 亿元\n", "    unit_stated: false\n").replace("[单位：亿元]", "[注：{_}]")
    source = read(tmp_path, lists, page, declared.replace("[注：{_}]", "[]") + column + QUALIFIERS)
    cells = laid_down(source, tmp_path)
    assert [c["qualifier"] for c in cells] == ["about", "range", "_Z", "more_than", "about"]
    assert [c["percent"] for c in cells] == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("text", "stated", "read_as", "expected"),
    [
        ("3000-2000", "", "3000-2000", "from the lower number"),
        ("近20多", "", "近20多", "a number"),
        ("20", "range", "range beside 20", "range for two numbers"),
        ("约20", "more_than", "more_than beside 约20", "one qualifier"),
        ("20", "probably", "probably", "hedge_text.csv"),
    ],
)
def test_what_contradicts_itself_is_told(tmp_path: Path, lists: CodeLists, text, stated, read_as, expected):
    column = "      - {name: 修饰, holds: qualifier}\n"
    source = read(tmp_path, lists, f"年份,数值,修饰\n2010,{text},{stated}\n", TIDY + column + QUALIFIERS)
    (fault,) = source.faults
    assert fault.read == read_as and expected in fault.expected and fault.row == 2


def test_a_qualifier_that_no_list_knows_is_told(tmp_path: Path, lists: CodeLists):
    (fault,) = read(tmp_path, lists, long(["1"]), TIDY + "    qualifiers: [perhaps]\n").faults
    assert fault.read == "perhaps" and "a code of qualifier" in fault.expected
