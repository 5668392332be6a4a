"""Two contracts, one meaning: pandera holds printed figures, SQL holds bulk files, and of the same text they say the same."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration import intake
from orchestration.intake.layouts import laid_out
from orchestration.intake.mapping import Mapper
from orchestration.intake.reading import Setting, SourceRows
from orchestration.intake.source_reader import read_descriptor
from tests.conftest import SEEDS
from tests.test_hostile import CONTROLS, TEXTS
from validations.dimensions import DIMENSIONS
from validations.faults import Fault

DESCRIPTOR = """\
name: two_ways
title: One figure, printed and in bulk
title_zh: 同一数字
citation: "Made up for tests."
contributors: [{title: The tests}]
licenses: [{title: Made up}]
release_stage: bulletin
vintage: "2022"
cadence: yearly
agency: _U
resources:
  - name: table
    path: table.csv
    layout: table
    title: Figures
    section: "1"
    corner: Item
    missing_values: ["..."]
    defaults: {indicator: DIBAO_STANDARD, scheme: DIBAO, freq: A, ref_area: CHN, residence: U}
    columns: [{label: "2015", time_period: "2015"}]
    rows: [{label: Standard (CNY/month), printed_unit: CNY/month}]
  - name: text
    path: text.csv
    layout: prose
    title: Figures
    defaults: {scheme: DIBAO, freq: A}
"""
LONG = """\
  - name: long_FORM
    path: long.FORM
    layout: tidy
    title: Figures
    section: "1"
    missing_values: ["..."]
    defaults: {scheme: DIBAO, freq: A}
    columns:
"""
#: A figure in which nothing is wrong; each of its texts is exchanged in turn.
SOUND = {
    "printed_value": "451.1",
    "printed_unit": "CNY/month",
    "indicator": "DIBAO_STANDARD",
    "ref_area": "CHN",
    "residence": "U",
    "time_period": "2015",
}
FORMS = ("csv", "parquet")


@dataclass(frozen=True, repr=False)
class Readers:
    """A source that states one figure on a page, in running text, and in bulk files of either form."""

    setting: Setting

    def faults(self, figure: dict[str, str], *names: str) -> list[list[Fault]]:
        """The faults of the readers of the resources `names`, one after the other."""
        write(self.setting.folder, figure)
        layouts, found = laid_out(self.setting), []
        for name in names:
            source = SourceRows("two_ways")
            layouts[name].read(source, True)
            found.append(source.faults)
        return found


def write(folder: Path, figure: dict[str, str]) -> None:
    def as_csv(name: str, *rows: list[str]) -> None:
        with (folder / name).open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)

    as_csv("table.csv", ["Item", "2015"], ["Standard (CNY/month)", figure["printed_value"]])
    dimensions = [name for name in DIMENSIONS if name in figure]
    first = ["section", "statement", "printed_value", "printed_unit", "qualifier", "direction"]
    said = ["1", "So much.", figure["printed_value"], figure["printed_unit"], "", ""]
    as_csv("text.csv", [*first, *dimensions], [*said, *(figure[name] for name in dimensions)])
    as_csv("long.csv", list(figure), list(figure.values()))
    pl.DataFrame([figure]).write_parquet(folder / "long.parquet")


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Readers:
    folder = tmp_path_factory.mktemp("seeds") / "two_ways"
    folder.mkdir()
    columns = "".join(f"      - {{name: {name}, holds: {name}}}\n" for name in SOUND)
    text = DESCRIPTOR + "".join(LONG.replace("FORM", form) + columns for form in FORMS)
    (folder / "datapackage.yaml").write_text(text, encoding="utf-8")
    faults: list[Fault] = []
    package, document = read_descriptor(folder, "datapackage.yaml", "", faults)
    mapper = Mapper(package, document, intake.read(SEEDS).lists, "datapackage.yaml")
    assert faults == []
    return Readers(Setting(mapper, folder, "sources/two_ways", folder / "spill", lambda text: None))


#: Pieces of numbers, codes and periods, right and nearly right, and what no text may hold.
PIECES = ["451.1", "1,234", "12,34", ".", ",", "-", "−", "%", "0", "00", "9" * 15, "9" * 16, "1" * 9, "...", "…", "1e3"]
PIECES += [
    "NaN",
    "４５",
    "٤٥",
    " ",
    "\u00a0",
    "U",
    "R",
    "_T",
    "u",
    "城镇",
    "CHN",
    "620000",
    "99",
    "2015",
    "1899",
    "-Q1",
    "-13",
]
PIECES += ["-01", "CNY/month", "CNY/moon", "CNY", "million", "DIBAO_STANDARD", "DIBAO_RECIPIENTS", "DIBAO"]
#: Line ends and NUL are a question of the format, not of what a text means.
PIECES += [*(mark for mark in CONTROLS if mark not in "\u2028\x00\x85"), *(text for text in TEXTS if "\n" not in text)]
EXCHANGED = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)


BULK = st.sampled_from([f"long_{form}" for form in FORMS])
OTHERS = [name for name in SOUND if name != "printed_value"]


def test_what_is_right_is_right_for_all(readers: Readers):
    assert readers.faults(SOUND, "table", "text", "long_csv", "long_parquet") == [[], [], [], []]


@given(text=st.one_of(EXCHANGED, st.from_regex(r"-?[0-9]{1,4}[.,]?[0-9]{0,4}%?", fullmatch=True)), bulk=BULK)
@example(text="", bulk="long_csv")
@example(text="12.5%", bulk="long_parquet")
@settings(max_examples=50, deadline=None, derandomize=True, database=None)
def test_a_text_is_a_number_for_both_or_for_neither(readers: Readers, text: str, bulk: str):
    """A table holds its cells with pandera, a bulk file its values in SQL; numbers in words are for pages alone."""
    printed, long = readers.faults(SOUND | {"printed_value": text}, "table", bulk)
    assert {fault.read if text else "" for fault in long} == {fault.read for fault in printed}, (printed, long)
    assert len(long) <= len(printed)


@given(name=st.sampled_from(OTHERS), text=EXCHANGED, bulk=BULK)
@example(name="indicator", text="DIBAO", bulk="long_csv")
@example(name="time_period", text="2015-Q1", bulk="long_csv")
@example(name="printed_unit", text="", bulk="long_parquet")
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_a_code_is_known_to_both_or_to_neither(readers: Readers, name: str, text: str, bulk: str):
    """Running text holds its columns with pandera, a bulk file its own in SQL: the same column, and what is read there."""
    printed, long = readers.faults(SOUND | {name: text}, "text", bulk)
    assert {(fault.column, fault.read) for fault in long} == {(fault.column, fault.read) for fault in printed}
