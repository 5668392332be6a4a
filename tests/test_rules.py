"""The rules on sources that they were not made for: silent on one that is right, and at the cell in one that is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from orchestration import findings, intake
from orchestration.check_source import CheckFailed, check_source, report
from orchestration.findings import Cell, Finding
from orchestration.paths import Paths
from tests.conftest import command, copy_of_seeds, edit
from validations.decision import Decisions
from validations.faults import IntakeError

SOURCES = Path(__file__).parent / "sources"
#: What is planted in tests/sources/faulty_bulletin: the rule that must see it, and where.
PLANTED = {
    "two digits swapped in a total": ("identity.sum", "table_1.csv, row 4, column 3 "),
    "hundred millions labelled as billions": ("unit.implied_multiplier", "table_1.csv, row 5, column 2 "),
    "a digit replaced in a quotient": ("identity.per_head", "table_1.csv, row 8, column 5 "),
    "a balance that does not follow": ("identity.balance", "table_2.csv, row 4, column 4 "),
    "two cells copied from the row above": ("pattern.repeated_row", "table_2.csv, rows 5 and 6 "),
    "a year that the number of a document contradicts": ("document.year_differs", "regulations.csv, row 3: "),
    "text that contradicts the table": ("restatement.within_source", "prose.csv, row 3, column 3 "),
}


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory, fresh) -> Paths:
    """The project's lists with both sources of this folder, and a warehouse of their own."""
    folder = tmp_path_factory.mktemp("rules")
    # What offices state of the same places and years is not what the made-up sources say.
    seeds = copy_of_seeds(folder)
    shutil.copytree(SOURCES, seeds / "sources", dirs_exist_ok=True)
    return fresh(seeds, folder / "warehouse")


@pytest.fixture(scope="module")
def faulty(paths: Paths) -> str:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("MINSHENG_WAREHOUSE", str(paths.warehouse))
        with pytest.raises(CheckFailed) as failed:
            check_source(paths, "faulty_bulletin", False, lambda text: None)
    return str(failed.value)


def test_a_source_that_is_right_raises_nothing(paths: Paths):
    """134 figures in four tables and the text, each right, rounded as bulletins round."""
    done = command(paths, "check-source", "sound_bulletin")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        done.stdout.strip() == "sound_bulletin: 134 figures; findings: 0 unexplained, 0 noted, 0 accepted, 0 explained"
    )


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_error_is_found_at_its_cell(planted: str, faulty: str):
    rule_id, place = PLANTED[planted]
    assert any(line.startswith(f"{rule_id} (") and place in line for line in faulty.splitlines()), faulty


def test_nothing_is_found_that_does_not_follow_from_what_is_planted(faulty: str):
    """A wrong label spoils the four quotients of its row, and a wrong balance the one that opens with it."""
    found = [line.split(" (")[0] for line in faulty.splitlines() if " (error" in line or " (warning" in line]
    assert {rule: found.count(rule) for rule in found} == {
        "document.year_differs": 1,
        "identity.balance": 2,
        "identity.per_head": 5,
        "identity.sum": 1,
        "pattern.repeated_row": 1,
        "restatement.within_source": 1,
        "unit.implied_multiplier": 1,
    }
    assert faulty.endswith("findings: 9 unexplained, 3 noted, 0 accepted, 0 explained")


def test_the_help_holds_the_decision_to_write(faulty: str):
    block = faulty[faulty.index("identity.sum (") :]
    assert "prints 3532.4 10 thousand persons" in block and "its parts add up to 33523000 to 33525000" in block
    assert "- {table: table_1, row: 4, column: 3, expected: ['3532.4']}" in block
    assert "rules: [identity.sum]" in block


REGULATION = "{table: regulations, row: 3, expected: ['Chengfa [2018] No. 11 | 2017']}"


def test_the_help_of_a_document_says_what_may_be_said_of_it(faulty: str):
    block = faulty[faulty.index("document.year_differs (") :].split("\n\n")[0]
    assert f"- {REGULATION}" in block and "outcome: # flagged | confirmed | source_conflict\n" in block
    assert "field:" not in block


JUDGED = """decisions:
  - decision_id: a_year
    outcome: {outcome}
    covers: [{cover}]
    rules: [document.year_differs]
    evidence: The number is given when a document is issued.
    caveat_en: The year of the number is the likelier one.
    caveat_zh: 以文号年份为准。
    confidence: low
    decided_by: The tests
    decided_on: 2026-01-31
"""


@pytest.mark.parametrize(
    ("outcome", "cover", "fault"),
    [
        ("flagged", REGULATION, None),
        ("confirmed", REGULATION, None),
        ("quarantined", REGULATION, ("quarantined of row 3", "an outcome of flagged, confirmed, source_conflict")),
        ("flagged\n    field: obs_status\n    new_value: U", REGULATION, ("flagged of row 3", "and no field")),
        ("flagged", REGULATION.replace("| 2017", "| 2018"), ("| 2018", "'Chengfa [2018] No. 11 | 2017', as ")),
        ("flagged", REGULATION.replace("row: 3", "row: 4"), ("row 4", "cells that the source has")),
        ("flagged", REGULATION.replace("row: 3", "row: 3, column: 2"), ("column 2", "cells that the source has")),
    ],
)
def test_a_decision_about_a_document(outcome: str, cover: str, fault: tuple[str, str] | None, seeds: Path):
    shutil.copytree(SOURCES / "faulty_bulletin", seeds / "sources" / "faulty_bulletin")
    decisions = JUDGED.format(outcome=outcome, cover=cover)
    (seeds / "sources" / "faulty_bulletin" / "decisions.yaml").write_text(decisions, encoding="utf-8")
    found = intake.read(seeds, only="faulty_bulletin").faults
    assert [(f.file.rpartition("/")[2], fault[0] in f.read, fault[1] in f.expected) for f in found] == [
        ("decisions.yaml", True, True) for _ in found
    ], found
    assert len(found) == (fault is not None)


def test_a_skeleton_filled_in_is_a_decision():
    places = {"source_id": "s", "layout": "table", "file": "sources/s/t.csv", "printed_unit": "yuan", "where": {}}
    cells = [
        Cell(role="result", table="t", row=2, column=3, printed_value="1'0", **places),
        Cell(role="numerator", table="t", row=4, column=3, printed_value="2: {x}", **places),
    ]
    text = findings.skeleton("identity.per_head", cells)
    for blank, filled in {
        "- decision_id: ": "- decision_id: a_name",
        "outcome: #": "outcome: flagged #",
        "evidence: >-\n    \n": "evidence: >-\n    arithmetic\n",
        "caveat_en: ": "caveat_en: doubtful",
        "caveat_zh: ": "caveat_zh: 存疑",
        "confidence: #": "confidence: high #",
        "decided_by: ": "decided_by: a person",
        "decided_on: # 2026-01-31": "decided_on: '2026-01-31'",
    }.items():
        assert blank in text
        text = text.replace(blank, filled)
    (decision,) = Decisions.model_validate({"decisions": yaml.safe_load(text)}).decisions
    assert [cover.expected for cover in (*decision.covers, *decision.rests_on)] == [["1'0"], ["2: {x}"]]


def test_a_bulk_figure_is_selected_by_its_dimensions():
    cell = Cell("result", "s", "t", "tidy", "f.parquet", 7, 2, "5", None, {"indicator": "GDP", "ref_area": "620000"})
    assert cell.selector() == {"table": "t", "where": {"indicator": "GDP", "ref_area": "620000"}, "expected": ["5"]}


def test_an_unknown_source_is_named_with_those_that_exist(paths: Paths):
    with pytest.raises(CheckFailed, match="no source 'nowhere'.*; there are faulty_bulletin, sound_bulletin"):
        check_source(paths, "nowhere", False, lambda text: None)


def test_faults_of_other_sources_do_not_stand_in_the_way(all_seeds: Path, tmp_path: Path):
    edit(all_seeds / "sources/urban_rural_dibao/table_1.csv", "494.6", "4l94.6")
    result = intake.read(all_seeds, only="security_system")
    assert not result.faults and "urban_rural_dibao" not in result.source_ids
    with pytest.raises(IntakeError, match="read '4l94.6'"):
        intake.write(intake.read(all_seeds, only="urban_rural_dibao"), tmp_path / "raw")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("part", "residence=U", "pop_group=EMPLOYEES", "a code in the dimension of whole"),
        ("part", "residence=U", "ref_area=620000", "a dimension that adds up, such as residence=U"),
        ("plausible", ",20,6000,", ",6000,20,", "more than low"),
        ("plausible", ",20,6000,", ",-20,6000,", "a number that is not negative"),
        ("plausible", "dibao_standard_level,level", "dibao_standard_level,band", "level, quotient, growth"),
        ("break", "2009-09-01,2012-12-31", "2012-12-31,2009-09-01", "more than valid_from"),
        ("alias", "scheme=DIBAO,indicator", "scheme=NO_SCHEME,indicator", "each a code of its list"),
        (
            "alias",
            "scheme=BASIC_MEDICAL pop_group=RESIDENTS",
            "pop_group=RESIDENTS place=CHN",
            "each a code of its list",
        ),
        (
            "alias",
            "scheme=BASIC_PENSION_EMPLOYEES pop_group=_T",
            "scheme=BASIC_MEDICAL_EMPLOYEES pop_group=_T",
            "no form",
        ),
        (
            "alias",
            "indicator=DIBAO_EXPENDITURE scheme=DIBAO,",
            "indicator=DIBAO_RECIPIENTS scheme=DIBAO,",
            "the time basis",
        ),
        ("balance", "INSURANCE_FUND_BALANCE", "BALANCE", "a code of indicator.csv"),
    ],
)
def test_a_relation_that_cannot_hold_is_a_fault(file: str, old: str, new: str, expected: str, seeds: Path):
    edit(seeds / "relations" / f"{file}.csv", old, new)
    (fault,) = intake.read(seeds).faults
    assert fault.file == f"relations/{file}.csv" and fault.row >= 2 and expected in fault.expected


def test_a_report_sums_up_by_rule_and_then_shows_the_first_of_each():
    cell = Cell("figure", "one", "t", "table", "sources/one/t.csv", 2, 3, "5", "yuan", {})
    shown = {"decision_id": None, "passes": ["printed"], "cells": [cell]}
    found = [Finding("unit.missing", "warning", "noted", f"figure {n} has none", **shown) for n in range(40)]
    found += [Finding("identity.sum", "error", "unexplained", "1 and 2 are 4", **shown)]
    text = report("one", 41, found, everything=False)
    head, _, detail = text.partition("These stop the release")
    assert "identity.sum" in head and "1 unexplained" in head and "40 noted" in head
    assert detail.count("has none") == 3 and "37 more of the same rules" in detail
    assert detail.count("decision_id") == 2, "the first of each rule with the decision to write"
    told = report("one", 41, found, everything=False, digests={"t": "41 texts 0123456789abcdef"})
    assert "- {table: t, digest: 41 texts 0123456789abcdef}  # 40 findings of unit.missing" in told
    assert "# 1 findings" not in told
    assert report("one", 41, found, everything=True).count("has none") == 40
    assert "By rule" not in report("one", 41, found[:2], everything=False)
