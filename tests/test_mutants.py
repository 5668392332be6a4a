"""The measurement of the gates can itself be trusted: it sees what is there to see, and says so when nothing is seen."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from orchestration.paths import Paths
from proofs.generators import bulletins
from proofs.mutants import protection, report
from proofs.mutants.__main__ import SOUND
from proofs.mutants.copies import Copy, read_mutant, run_rules, subjects
from proofs.mutants.judge import Finding, Judged, Original, judge
from proofs.mutants.kinds import KINDS, MISREAD, Printed, mutants_of
from proofs.mutants.measure import measure
from proofs.mutants.moves import MOVES
from proofs.mutants.relations import Interval, Knowledge, period_before
from proofs.mutants.sheet import Mutant, Place
from tests.conftest import SEEDS, edit

SOURCE = "sound_bulletin"
#: What is done to tests/sources/sound_bulletin, and what must come of it: class, verdict, why it is set aside, a rule.
CASES: dict[str, tuple[str, dict[Place, str], tuple[str, str, str, str]]] = {
    "a factor in a bound figure": ("table_1", {(2, 2): "412.4"}, ("identity", "caught", "", "identity.per_head")),
    "a digit that rounding hides": ("table_1", {(4, 2): "172.53"}, ("identity", "unseen", "within rounding", "")),
    "a zero more behind the point": ("table_2", {(7, 2): "1522.140"}, ("identity", "unseen", "same number", "")),
    "an income that nothing binds": ("table_3", {(2, 7): "33121"}, ("bounded", "unseen", "", "")),
    "an income out of this world": ("table_3", {(2, 7): "33120000"}, ("bounded", "told", "", "plausible.level")),
    "a missing figure read as 0": ("table_4", {(3, 4): "0"}, ("unprotected", "unseen", "", "")),
    "a percent sign beside a unit": ("prose", {(6, 3): "1.4%"}, ("identity", "refused", "", "intake")),
    "no number": ("table_1", {(2, 2): "4l.24"}, ("identity", "refused", "", "intake")),
}


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory, fresh) -> Paths:
    """The project's lists and relations, with one source that is right and two bulletins made up."""
    folder = tmp_path_factory.mktemp("mutants")
    shutil.copytree(SEEDS, folder / "seeds", ignore=shutil.ignore_patterns("sources"))
    shutil.copytree(SOUND, folder / "seeds" / "sources" / SOURCE)
    bulletins.write(folder / "seeds" / "sources", 2)
    return fresh(folder / "seeds", folder / "warehouse")


@pytest.fixture(scope="module")
def read(paths: Paths):
    """The sources as intake reads them, what is known of relations, and the originals."""
    seeds, found = subjects(paths.seeds)
    known = Knowledge(seeds.lists, seeds.relations)
    return seeds, found, known, {name: Original.of(subject.rows, known) for name, subject in found.items()}


def damaged(found: dict, table: str, texts: dict[Place, str]) -> Mutant:
    (sheet,) = (sheet for sheet in found[SOURCE].sheets if sheet.resource.name == table)
    return Mutant("digit substituted", SOURCE, sheet.resource, sheet.with_texts(texts), tuple(texts), "", True)


@pytest.fixture(scope="module")
def verdicts(paths: Paths, read) -> dict[str, Judged]:
    """Every case, and a copy that nothing was done to, judged in one dbt run."""
    seeds, found, known, originals = read
    folder = paths.warehouse / "sheet"
    folder.mkdir(parents=True)
    made = {name: damaged(found, table, texts) for name, (table, texts, _) in CASES.items()}
    made["nothing"] = damaged(found, "table_1", {(2, 2): "41.24"})
    cells = {name: read_mutant(found[SOURCE], mutant, folder) for name, mutant in made.items()}
    copies = [Copy(f"{name}__unharmed", name) for name in found]
    copies += [
        Copy(f"{SOURCE}__m{number}", SOURCE, made[name].resource.name, read_cells)
        for number, (name, (read_cells, faults)) in enumerate(cells.items())
        if not faults
    ]
    findings = run_rules(copies, found, seeds, paths)
    base = findings[f"{SOURCE}__unharmed"]
    return {
        name: judge(mutant, originals[SOURCE], *cells[name], findings.get(f"{SOURCE}__m{number}", {}), base, known)
        for number, (name, mutant) in enumerate(made.items())
    }


@pytest.mark.parametrize("case", CASES)
def test_a_mutant_gets_the_verdict_that_it_deserves(case: str, verdicts: dict[str, Judged]):
    protection, verdict, set_aside, rule = CASES[case][2]
    judged = verdicts[case]
    assert (judged.protection, judged.verdict, judged.set_aside) == (protection, verdict, set_aside), judged
    assert rule in judged.rules if rule else judged.rules == []


def test_a_copy_that_nothing_was_done_to_raises_nothing(verdicts: dict[str, Judged]):
    assert (verdicts["nothing"].verdict, verdicts["nothing"].set_aside) == ("unseen", "same number")


def test_rules_that_see_nothing_score_nothing(read):
    """Broken arithmetic without a finding is a survivor, and so is a finding about other cells, or an old one."""
    _, found, known, originals = read
    mutant = damaged(found, "table_1", {(2, 2): "412.4"})
    cells = [dict(cell) for cell in originals[SOURCE].cells.values() if cell["table_id"] == "table_1"]
    cells[0] |= {"printed_value": "412.4", "numeral": "412.4", "decimals": 1}
    elsewhere = Finding("identity.sum", "error", "unexplained", frozenset({f"{SOURCE}:table_3:r2:c2"}))
    named = replace(elsewhere, cells=frozenset(originals[SOURCE].cells))
    for own, base, verdict in (
        ({}, {}, "unseen"),
        ({"a": elsewhere}, {}, "unseen"),
        ({"a": named}, {"a": named}, "unseen"),
        ({"a": named}, {}, "caught"),
    ):
        judged = judge(mutant, originals[SOURCE], cells, [], own, base, known)
        assert (judged.protection, judged.verdict, "quotient" in judged.broken) == ("identity", verdict, True)


def test_arithmetic_agrees_on_what_is_right(read):
    """Every relation of the sound bulletin and of those made up holds, and each kind of relation is among them."""
    holds = {relation: agrees for original in read[3].values() for relation, agrees in original.holds.items()}
    assert [relation for relation, agrees in holds.items() if not agrees] == []
    assert {kind for kind, _ in holds} == {"quotient", "change", "sum", "balance", "restatement"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_makes_the_same_mutants_again(kind: str, read):
    seeds, found, _, _ = read
    units = {record["text"]: record["unit_measure"] for record in seeds.lists.records["unit_text"]}
    once, again = ([m for s in found[SOURCE].sheets for m in mutants_of(s, kind, units, Random("1"))] for _ in range(2))
    assert once == again and once
    assert all(sheet.records != mutant.records for mutant in once for sheet in found[SOURCE].sheets)


@pytest.mark.parametrize("kind", MOVES)
def test_what_moves_keeps_what_the_page_says_of_a_label(kind: str, read):
    """A label without a unit on the page is one in every mutant."""
    seeds, found, _, _ = read
    units = {record["text"]: record["unit_measure"] for record in seeds.lists.records["unit_text"]}
    sheet = next(sheet for sheet in found[SOURCE].sheets if sheet.resource.name == "table_1")
    *others, last = sheet.resource.rows
    without = last.model_copy(update={"printed_unit": None, "unit_stated": False})
    sheet = replace(sheet, resource=sheet.resource.model_copy(update={"rows": [*others, without]}))
    made_of_it = mutants_of(sheet, kind, units, Random("1"))
    assert made_of_it
    for mutant in made_of_it:
        for label in mutant.resource.rows:
            assert (label.unit_stated is False) == (label.label == without.label)


@pytest.mark.parametrize(
    ("kind", "text", "texts"),
    [
        ("factor 1,000", "1,234.5", {"1,234,500", "1.2345"}),
        ("factor 12", "10.5%", {"126.0%"}),
        ("percent for ratio", "12.9%", {"12.9"}),
        ("digit dropped", "10", {"0", "1"}),
        ("digit doubled", "7", {"77"}),
        ("two digits swapped", "1.2", {"2.1"}),
        ("point lost", "49.6", {"496"}),
        ("minus lost", "-3", {"3"}),
    ],
)
def test_an_error_looks_like_one(kind: str, text: str, texts: set[str]):
    change = MISREAD[kind][0]
    assert {change(Printed.read(text), Random(number)) for number in range(20)} == texts


def test_intervals():
    assert (
        Interval(Decimal(1), Decimal(1))
        .for_months(Decimal(12), Decimal(1))
        .meets(Interval(Decimal(1) / 12, Decimal(1) / 12))
    )
    one, open_end = Interval(Decimal("0.5"), Decimal("1.5")), Interval(Decimal(2), None)
    assert one.meets(Interval(Decimal("1.5"), Decimal(3))) and not one.meets(open_end)
    assert open_end.minus(one) == Interval(Decimal("0.5"), None)
    assert Interval(Decimal(-1), Decimal(1)).times(Interval(Decimal(2), Decimal(3))) == Interval(
        Decimal(-3), Decimal(3)
    )
    assert [period_before(p) for p in ("2015", "2015-Q1", "2015-Q3", "2015-01", "2015-12")] == [
        *("2014", "2014-Q4", "2015-Q2", "2014-12", "2015-11"),
    ]


def test_a_figure_for_another_period_is_compared_in_its_own(read):
    """Twelve times as much a year is as much a month; the same number a year is not; a month's of an amount is nothing."""
    _, _, known, originals = read
    cell = next(c for c in originals[SOURCE].cells.values() if c["printed_unit"] == "yuan/month")
    a_year = {**cell, "printed_unit": "yuan/year", "numeral": str(12 * Decimal(cell["numeral"]))}
    (own,), (its,), (misread,) = (known.figures([c]) for c in (cell, a_year, {**a_year, "numeral": cell["numeral"]}))
    assert own.value.low < its.value.low < its.value.high < own.value.high and own.at == its.at
    assert not misread.value.meets(own.value)
    amount = next(c for c in originals[SOURCE].cells.values() if c["printed_unit"] == "100 million yuan")
    assert known.figures([{**amount, "printed_unit": "yuan/month"}]) == []
    # What is no rate is not converted, whatever its unit.
    assert known.figures([{**a_year, "indicator": "DISPOSABLE_INCOME_PER_HEAD", "printed_unit": "yuan/month"}]) == []


def test_a_share_comes_with_its_interval():
    assert [round(end, 4) for end in report.wilson(10, 10)] == [0.7225, 1]
    assert [round(end, 4) for end in report.wilson(50, 100)] == [0.4038, 0.5962]
    assert report.wilson(0, 0) == (0, 1)


def test_the_report_counts_only_what_is_not_set_aside():
    seen = Judged("factor 10", "s", "t.csv", "", "identity", "caught", ["identity.sum"])
    all_of_them = [
        seen,
        replace(seen, verdict="unseen", rules=[]),
        replace(seen, verdict="unseen", set_aside="same number"),
    ]
    assert report.score(all_of_them) == {
        **{"mutants": 3, "set aside": 1, "n": 2, "refused": 0, "caught": 1, "told": 0, "unseen": 1, "stale": 0},
    }


def test_seeds_are_left_alone(paths: Paths):
    assert (paths.seeds / "sources" / SOURCE / "table_1.csv").read_bytes() == Path(SOUND / "table_1.csv").read_bytes()


def test_what_holds_a_figure_is_told_once(paths: Paths, read, tmp_path: Path):
    """An identity of its own source before another publication, which holds every figure that it states as well."""
    found = protection.of_figures(paths.seeds)[SOURCE]
    originals = read[3]
    assert {cell for cell, name in found.items() if name == "identity"} == originals[SOURCE].bound
    assert {cell for cell, name in found.items() if name == "nothing"} <= {
        cell for cell, name in originals[SOURCE].protection.items() if name == "unprotected"
    }
    seeds = Path(shutil.copytree(paths.seeds, tmp_path / "seeds"))
    other = Path(shutil.copytree(seeds / "sources" / SOURCE, seeds / "sources" / "again"))
    edit(other / "datapackage.yaml", f"name: {SOURCE}", "name: again")
    twice = protection.of_figures(seeds)
    assert {cell: name for cell, name in twice[SOURCE].items() if name == "identity"} == {
        cell: name for cell, name in found.items() if name == "identity"
    }
    assert "another publication" not in found.values()
    assert {name for name in twice[SOURCE].values() if name != "identity"} == {"another publication"}


def test_the_score_does_not_drop(paths: Paths, tmp_path: Path, fresh):
    """A seeded sample of every kind on two sources that are right: 95 of 100 that an identity makes detectable are seen."""
    elsewhere = fresh(paths.seeds, tmp_path / "warehouse")
    result = measure(elsewhere, list(KINDS), [SOURCE, "made_up_01"], 3, 7, lambda text: None)
    bound = [Judged(**mutant) for mutant in result["mutants"] if mutant["protection"] == "identity"]
    counts = report.score(bound)
    assert counts["n"] >= 80 and counts["refused"] + counts["caught"] >= 0.95 * counts["n"], counts
    assert [alarm for alarm in result["false_alarms"] if alarm["severity"] == "error"] == []
