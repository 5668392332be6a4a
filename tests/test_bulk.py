"""Bulk sources: a small panel with errors planted at known places goes the whole way, and what must stop it does."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration import intake, transform
from orchestration.artifacts import DATABASE
from orchestration.intake.layouts import tidy
from orchestration.paths import Paths
from orchestration.release import audit, candidates
from orchestration.release.promote import promote
from proofs.generators import panel, planted
from tests.conftest import Line, build, edit, published_state, write_example

DECISION = """\
decisions:
  - decision_id: slipped_unit_is_ten_thousand
    outcome: relabelled
    field: printed_unit
    new_value: 10 thousand CNY
    covers:
      - table: panel
        where: {where}
        expected: ["{expected}"]
    rules: [identity.per_head]
    evidence: Every other cell of the column is printed in 10 thousand CNY, and so is the figure per head borne out.
    caveat_en: Unit put right.
    caveat_zh: 单位已更正。
    confidence: proven
    decided_by: test
    decided_on: "2024-02-01"
"""

FEW_DESCRIPTOR = """\
name: few
title: A long file of few figures
title_zh: 数字不多的长表
citation: Made up for a test.
contributors: [{title: Nobody, organization: Nowhere}]
licenses: [{title: None}]
release_stage: bulletin
vintage: "2017-06"
cadence: never
agency: _U
resources:
  - name: standards
    path: standards.csv
    layout: tidy
    title: Standards
    section: "2"
    defaults: {ref_area: "640000", scheme: DIBAO, freq: A, indicator: DIBAO_STANDARD}
    columns:
      - {name: item, holds: row_label}
      - {name: year, holds: time_period}
      - {name: residence, holds: residence, codes: {urban: U, rural: R}}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
"""
FEW = """\
item,year,residence,value,unit
城市低保平均标准,2016,urban,432.1,CNY/month
农村低保平均标准,2016,rural,265.4,CNY/month
"""


@dataclass(frozen=True)
class Panel:
    """A published panel of 50 counties and 3 months, beside a long file of few figures; `errors`: what is planted in it; `slipped`: the one decided."""

    paths: Paths
    release: Path
    errors: list
    slipped: object

    def rows(self, query: str, *arguments: object) -> list[tuple]:
        with duckdb.connect(str(self.release / DATABASE), read_only=True) as connection:
            return connection.execute(query, arguments).fetchall()


def decide(source: Path, error: object, expected: str) -> None:
    where = f"{{ref_area: '{error.area}', indicator: {error.indicator}, residence: U, time_period: '{error.period}'}}"
    (source / "decisions.yaml").write_text(DECISION.format(where=where, expected=expected), encoding="utf-8")


@pytest.fixture(scope="module")
def bulk(tmp_path_factory: pytest.TempPathFactory, fresh) -> Panel:
    folder = tmp_path_factory.mktemp("bulk")
    paths = fresh(folder / "seeds", folder / "warehouse")
    errors = panel.write(paths.seeds, 3, counties_count=50, errors=True, printed=True)
    few = paths.seeds / "sources" / "few"
    few.mkdir()
    (few / "datapackage.yaml").write_text(FEW_DESCRIPTOR, encoding="utf-8")
    (few / "standards.csv").write_text(FEW, encoding="utf-8")
    slipped = next(error for error in errors if error.kind == "unit_slipped")
    source = paths.seeds / "sources" / panel.SOURCE
    rows = duckdb.execute(
        "select value from read_parquet(?) where area = ? and indicator = ? and residence = 'urban'",
        [str(paths.seeds / slipped.file), slipped.area, slipped.indicator],
    ).fetchall()
    decide(source, slipped, rows[0][0])
    with pytest.MonkeyPatch.context() as monkeypatch:
        # As if it had too many figures to follow each to its cell.
        monkeypatch.setattr(tidy, "FOLLOWED", 1_000)
        candidate = build(paths, "first", monkeypatch)
    promote(paths, candidate)
    return Panel(paths, paths.current.resolve(), errors, slipped)


def at(error: object) -> str:
    """Where an error stands, as messages write it."""
    return f"{error.file}, row {error.row}, column 4 (value)"


@pytest.mark.parametrize("kind", sorted(error.kind for error in planted.PLANTED if error.gate not in ("", "sound")))
def test_each_planted_error_is_seen_by_its_rule(bulk: Panel, kind: str):
    """The rule that should see it has a finding with the cell in it, a decision withholds it, and the mart has NULL."""
    (error,) = [error for error in bulk.errors if error.kind == kind]
    query = """
        select f.rule_id, f.standing, d.outcome, d.decided_by, o.is_usable, s.obs_value, s.caveat_en
        from core.observation as o
        inner join quality.finding_observation as x on x.observation_id = o.observation_id
        inner join quality.finding as f on f.finding_id = x.finding_id and f.severity = 'error' and f.pass = 'printed'
        inner join quality.decision as d on d.decision_id = f.decision_id
        inner join marts.series as s on s.observation_id = o.observation_id
        where o.file = ? and o.row_no = ?"""
    found = bulk.rows(query, error.file, error.row)
    assert error.gate in {row[0] for row in found}
    for rule, standing, outcome, by, usable, value, caveat in found:
        assert standing == "explained"
        if error == bulk.slipped:
            assert (outcome, by, usable, caveat) == ("relabelled", "test", True, "Unit put right.")
        else:
            assert (outcome, by, usable, value) == ("quarantined", f"rule {rule}", False, None)
            assert caveat


def test_nothing_else_is_withheld(bulk: Panel):
    """What no identity binds is not seen, and what is unusual but sound is published as it is."""
    for error in bulk.errors:
        (row,) = bulk.rows(
            "select is_usable, obs_status from core.observation where file = ? and row_no = ?", error.file, error.row
        )
        if error.gate in ("", "sound"):
            assert row == ((False, "O") if error.kind == "missing" else (True, "A")), error.kind
    withheld = bulk.rows("select quarantined_by_rule, observations from core.source where source_id = ?", panel.SOURCE)
    cells = bulk.rows(
        "select count(distinct observation_id) from quality.decision_observation where decision_id like '%generated%'"
    )
    assert withheld == [(cells[0][0], 50 * 2 * 40 * 3 - 1)]
    assert bulk.rows("select count(*) from quality.finding where standing = 'unexplained'") == [(0,)]


def test_what_is_left_holds_together(bulk: Panel):
    """Taking cells away leaves no contradiction: every usable triple agrees within its printed decimals."""
    (row,) = bulk.rows("""
        select count(*), count(*) filter (abs(p.obs_value * n.obs_value - e.obs_value) > 0.005 * n.obs_value + 50.01)
        from core.observation as p
        inner join core.observation as e on e.indicator = replace(p.indicator, 'PER_HEAD', 'EXPENDITURE')
            and (e.ref_area, e.residence, e.time_period) = (p.ref_area, p.residence, p.time_period)
        inner join core.observation as n on n.indicator = replace(p.indicator, 'PER_HEAD', 'PARTICIPANTS')
            and (n.ref_area, n.residence, n.time_period) = (p.ref_area, p.residence, p.time_period)
        where p.indicator like '%PER_HEAD' and p.is_usable and e.is_usable and n.is_usable""")
    assert row[0] > 3_500 and row[1] == 0


def test_marts_are_filled_for_counties_and_lead_to_file_and_row(bulk: Panel):
    counted = bulk.rows(
        "select count(distinct ref_area), count(*) from marts.dibao where area_level = 'county' and freq = 'M'"
    )
    assert counted == [(50, 50 * 3 * 3)]
    query = """
        select o.file, o.row_no, o.printed_value, s.obs_value
        from marts.dibao as d
        inner join marts.series as s on s.indicator = 'DIBAO_STANDARD' and s.ref_area = d.ref_area
            and s.time_period = d.time_period and s.residence = d.residence
        inner join core.observation as o on o.observation_id = s.observation_id
        where d.ref_area = '110101' and d.time_period = '2015-02' and d.residence = 'U'"""
    ((file, row, printed, value),) = bulk.rows(query)
    (read,) = duckdb.execute(
        "select value from read_parquet(?, file_row_number = true) where file_row_number = ?",
        [str(bulk.paths.seeds / file), row - 1],
    ).fetchone()
    assert (printed, float(value)) == (read, float(read))
    assert bulk.rows("select count(*) from core.lineage where observation_id like 'county_panel%'") == [(0,)]
    averages = bulk.rows("""
        select count(*) from marts.dibao
        where area_level = 'county' and freq = 'M' and time_period > '2015-01' and expenditure_per_average_recipient_yuan_per_year is null
            and expenditure_status = 'A' and recipients_status = 'A'""")
    # Only where the month before is withheld.
    assert averages[0][0] <= 4


def test_a_long_file_of_few_figures_is_followed_cell_by_cell(bulk: Panel):
    """From each value of a mart to its cell and back, with what the publication calls it, beside a source that is not."""
    found = bulk.rows("""
        select l.row_key, l.column_name, o.file, o.row_no, o.row_label, o.layout
        from core.lineage as l inner join core.observation as o on o.observation_id = l.observation_id
        where o.source_id = 'few' and l.table_name = 'marts.dibao' and l.column_name = 'standard_yuan_per_month'
        order by o.row_no""")
    key, place = "ref_area=640000|time_period=2016|residence=", "sources/few/standards.csv"
    assert found == [
        (f"{key}U", "standard_yuan_per_month", place, 2, "城市低保平均标准", "tidy"),
        (f"{key}R", "standard_yuan_per_month", place, 3, "农村低保平均标准", "tidy"),
    ]
    assert bulk.rows("select count(*), count(row_label), min(shown_in) from quality.cell where source_id = 'few'") == [
        (2, 2, "marts.dibao, marts.dibao_gap, marts.real_value")
    ]
    assert bulk.rows("select distinct layout from core.observation where source_id = 'county_panel'") == [("bulk",)]


def test_printed_sources_are_as_they_are_without_the_panel(bulk: Panel, built):
    """The panel beside them changes no printed figure."""
    query = "select * exclude (candidates) from marts.series where source_id = 'urban_rural_dibao' order by series_id, time_period, base_period"
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        assert connection.execute(query).fetchall() == bulk.rows(query)


def test_one_changed_cell_is_one_change(bulk: Panel, tmp_path: Path, monkeypatch):
    """The next release names the cell that changed and what follows from it, the reason, and nothing else."""
    file = bulk.paths.seeds / "sources" / panel.SOURCE / "panel" / "2015-03.parquet"
    as_it_was = file.read_bytes()
    planted._rewrite(
        file,
        "update month set value = '712.34' where area = '110101' and indicator = 'DIBAO_STANDARD' and residence = 'urban'",
    )
    # As the release before: what follows a figure to its cell tells more of it.
    monkeypatch.setattr(tidy, "FOLLOWED", 1_000)
    try:
        candidate = build(bulk.paths, "second", monkeypatch)
    finally:
        file.write_bytes(as_it_was)
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        changed = connection.execute(
            "select table_name, column_name, after_value, reason from release.change where base_release_id is not null order by all"
        ).fetchall()
        keys = connection.execute(
            "select distinct regexp_extract(row_key, '110101') from release.change where base_release_id is not null"
        ).fetchall()
    assert keys == [("110101",)]
    assert ("core.observation", "obs_value", "712.3400000000", "source") in changed
    assert ("marts.series", "obs_value", "712.3400000000", "source") in changed
    assert ("marts.dibao", "standard_yuan_per_month", "712.3400", "source") in changed
    assert {(table, reason) for table, _, _, reason in changed} == {
        (table, "source") for table in ("core.observation", "marts.series", "marts.dibao", "marts.dibao_gap")
    }


def test_a_whole_new_source_is_one_change(bulk: Panel, tmp_path: Path, monkeypatch, fresh):
    """Beside a release without the panel: one row, not one a figure."""
    without = Path(shutil.copytree(bulk.paths.seeds, tmp_path / "seeds"))
    shutil.rmtree(without / "sources" / panel.SOURCE)
    paths = fresh(without, tmp_path / "warehouse")
    promote(paths, build(paths, "without", monkeypatch))
    paths = Paths(seeds=bulk.paths.seeds, warehouse=paths.warehouse)
    before = published_state(paths)
    candidate = build(paths, "with_panel", monkeypatch)
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        changed = connection.execute(
            "select table_name, row_key, after_value, reason from release.change where base_release_id is not null"
        ).fetchall()
    assert changed == [("core.source", "source_id=county_panel", "county_panel", "source")]
    assert published_state(paths) == before


def test_a_stale_decision_about_a_bulk_cell_is_a_fault_of_its_page(bulk: Panel, tmp_path: Path):
    seeds = Path(shutil.copytree(bulk.paths.seeds, tmp_path / "seeds"))
    source = seeds / "sources" / panel.SOURCE
    edit(source / "decisions.yaml", "residence: U", "residence: R, age: Y99")
    (fault,) = intake.read(seeds).faults
    assert fault.file == "sources/county_panel/decisions.yaml" and "age Y99" in fault.read
    assert fault.expected == "cells that the source has"
    decide(source, bulk.slipped, "1.00")
    (fault,) = intake.read(seeds).faults
    assert (fault.column, fault.read) == ("decisions.0.covers.0.expected.0", "1.00")
    assert f"as {bulk.slipped.file}, row " in fault.expected


@pytest.mark.parametrize("kind", ["above_the_ceiling"])
def test_too_many_contradictions_stop_the_release(sound: Path, tmp_path: Path, monkeypatch, fresh, kind: str):
    paths = fresh(Path(shutil.copytree(sound, tmp_path / "seeds")), tmp_path / "warehouse")
    planted.plant(paths.seeds, kind)
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(paths.warehouse))
    candidate = paths.candidate("run")
    with paths.lock() as lock:
        candidates.begin(paths, candidate)
        intake.write(intake.read(paths.seeds), candidate / "raw")
        outcome = transform.build(paths, candidate, lock)
    failed = {check.check for check in outcome.checks() if check.verdict == "failed"}
    assert failed == {"quarantine_is_below_ceiling_source_"}


def test_a_failed_expectation_names_the_rows_of_the_files(sound: Path, tmp_path: Path, monkeypatch, fresh):
    """A year before the People's Republic stops at the audit; file, row and text stand behind each failing row."""
    paths = fresh(Path(shutil.copytree(sound, tmp_path / "seeds")), tmp_path / "warehouse")
    refusal = planted.plant(paths.seeds, "year_before_any")
    candidate = build(paths, "run", monkeypatch)
    verdicts = [audit.traced(candidate / "release", v) for v in audit.read_verdicts(candidate / "release")]
    failed = {v.check: v for v in verdicts if v.verdict != "passed"}
    row = failed[f"audit.marts.dibao.{refusal.names}"].rows[0]
    assert row["time_period"] == "1948-01" and "sources/county_panel/panel/1948-01.parquet, row " in row["printed"]


def test_a_standard_that_cannot_be_true_is_withheld(sound: Path, tmp_path: Path, monkeypatch, fresh):
    """It contradicts nothing printed; the band that a mart declares finds it before the mart is built."""
    paths = fresh(Path(shutil.copytree(sound, tmp_path / "seeds")), tmp_path / "warehouse")
    planted._rewrite(
        paths.seeds / "sources" / panel.SOURCE / "panel" / "2015-01.parquet",
        "update month set value = '1.00' where area = '110101' and indicator = 'DIBAO_STANDARD' and residence = 'rural'",
    )
    candidate = build(paths, "run", monkeypatch)
    assert {v.verdict for v in audit.read_verdicts(candidate / "release")} == {"passed"}
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        withheld = connection.execute("""
            select standard_yuan_per_month, standard_status from marts.dibao
            where ref_area = '110101' and time_period = '2015-01' and residence = 'R'""").fetchall()
        rules = connection.execute("select distinct decided_by from quality.decision").fetchall()
    assert withheld == [(None, "Q")] and rules == [("rule plausible.published",)]


def test_a_selector_that_is_too_wide_fetches_no_file(bulk: Panel, tmp_path: Path):
    seeds = Path(shutil.copytree(bulk.paths.seeds, tmp_path / "seeds"))
    decisions = seeds / "sources" / panel.SOURCE / "decisions.yaml"
    text = decisions.read_text(encoding="utf-8")
    head, _, rest = text.partition("        where: ")
    decisions.write_text(head + "        where: {freq: M}\n" + rest.partition("\n")[2], encoding="utf-8")
    (fault,) = intake.read(seeds).faults
    assert (fault.read, fault.expected) == ("1 texts", "2: one for each cell")


def test_a_table_and_a_bulk_file_of_one_source_are_compared(line: Line, monkeypatch):
    """The page and the file state one figure differently: an error of the source, and the page is taken."""
    folder = write_example(line.paths.seeds)
    with (folder / "datapackage.yaml").open("a", encoding="utf-8") as handle:
        handle.write(
            """  - name: long
    path: long.csv
    layout: tidy
    title: Long form (CNY/month)
    section: "1"
    printed_unit: CNY/month
    defaults: {ref_area: CHN, scheme: DIBAO, freq: A, indicator: DIBAO_STANDARD}
    columns:
      - {name: year, holds: time_period}
      - {name: side, holds: residence}
      - {name: value, holds: printed_value}
"""
        )
    (folder / "long.csv").write_text("year,side,value\n2025,U,999.0\n", encoding="utf-8")
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(line.paths.warehouse))
    candidate = line.paths.candidate("compared")
    with line.paths.lock() as lock:
        candidates.begin(line.paths, candidate)
        intake.write(intake.read(line.paths.seeds), candidate / "raw")
        outcome = transform.build(line.paths, candidate, lock)
    assert {c.check for c in outcome.checks() if c.verdict == "failed"} == {"no_error_is_unexplained_finding_"}
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        found = connection.execute(
            "select rule_id, message from quality.finding where standing = 'unexplained'"
        ).fetchall()
        assert {rule for rule, _ in found} == {"restatement.within_source"}
        assert "prints 999.0" in found[0][1] and "prints 823.5" in found[0][1]
