"""What was published yesterday is published today, or the release says why not: every way to lose it is tried."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml

from orchestration import intake
from orchestration.artifacts import DATABASE, PASSED
from orchestration.release import losses
from orchestration.release.assemble import AssembleError, assemble
from orchestration.release.content import published_tables
from orchestration.release.manifest import MANIFEST, Manifest
from tests import releases
from tests.conftest import Line, build, edit
from validations.withdrawals import Withdrawals


@pytest.fixture(scope="module")
def assembled(built: Line, tmp_path_factory) -> Iterator[Line]:
    """A copy of the line whose candidate is damaged and mended again by each test."""
    folder = tmp_path_factory.mktemp("losses")
    for part in ("seeds", "warehouse"):
        shutil.copytree(getattr(built.paths, part), folder / part, symlinks=True)
    paths = type(built.paths)(seeds=folder / "seeds", warehouse=folder / "warehouse")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("MINSHENG_SEEDS", str(paths.seeds))
        monkeypatch.setenv("MINSHENG_WAREHOUSE", str(paths.warehouse))
        yield Line(paths, paths.candidate(built.candidate.name), built.output)


@pytest.fixture
def candidate(assembled: Line, tmp_path: Path) -> Iterator[Line]:
    """The line; its built file and what it read of withdrawals are as they were, afterwards."""
    raw = assembled.candidate / "raw"
    kept = [assembled.candidate / "release" / DATABASE, raw / "withdrawals.json", raw / "relation" / "alias.parquet"]
    for path in kept:
        shutil.copy(path, tmp_path / path.name)
    yield assembled
    for path in kept:
        path.unlink(missing_ok=True)
        shutil.copy(tmp_path / path.name, path)


def damage(folder: Path, *statements: str) -> None:
    """Run SQL on the built file of a release folder."""
    (folder / DATABASE).chmod(0o644)
    with duckdb.connect(str(folder / DATABASE)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.execute("checkpoint")


def refusal(line: Line) -> str:
    with pytest.raises(AssembleError) as refused:
        assemble(line.paths, line.candidate)
    return str(refused.value)


def write(line: Line, message: str) -> None:
    """What the message says to write, with a reason, a name and a date, as intake leaves it for the assembly."""
    text = message[re.search(r"^(sources|waivers):$", message, re.M).start() :]
    text = re.sub(r"reason:$", "reason: it was a test", text, flags=re.M)
    text = re.sub(r"_by:$", "_by: A. B.", text, flags=re.M)
    text = re.sub(r"_on:$", "_on: 2026-11-27", text, flags=re.M)
    said = Withdrawals.model_validate(yaml.load(text, Loader=yaml.BaseLoader))
    withdrawals(line).write_text(said.model_dump_json(warnings=False), encoding="utf-8")


def withdrawals(line: Line) -> Path:
    """What intake read of the seeds' withdrawals."""
    return line.candidate / "raw" / "withdrawals.json"


def recorded(line: Line) -> list[tuple]:
    with duckdb.connect(str(line.candidate / "release" / DATABASE), read_only=True) as connection:
        return connection.execute(
            "select loss, table_name, name, indicator, area_level, losses, explained_by, reference, reason, said_by from release.loss order by all"
        ).fetchall()


def test_every_mart_emptied_is_told_and_stops(candidate: Line, built: Line):
    """All rows of every mart, and their lineage; then one year of one mart, and the waiver that the message ends with."""
    manifest = json.loads((candidate.candidate / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    marts = [table.full_name for table in published_tables(manifest) if table.schema == "marts"]
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        rows = {mart: connection.execute(f"select count(*) from {mart}").fetchone()[0] for mart in marts}
    keep = [f"create table main.kept_{number} as from {mart}" for number, mart in enumerate([*marts, "core.lineage"])]
    damage(candidate.candidate / "release", *keep, *(f"delete from {mart}" for mart in [*marts, "core.lineage"]))
    message = refusal(candidate)
    for mart in marts:
        told = re.findall(rf"^  {re.escape(mart)}: ([\d,]+) row\(s\)(.*)$", message, re.M)
        assert sum(int(count.replace(",", "")) for count, _ in told) == rows[mart], (mart, message)
        assert all("; first " in rest for _, rest in told)
        assert mart == "marts.policy_register" or any(" of " in rest and ", area level " in rest for _, rest in told)
    back = [f"insert into {mart} from main.kept_{number}" for number, mart in enumerate([*marts, "core.lineage"])]
    drop = [f"drop table main.kept_{number}" for number in range(len(marts) + 1)]
    damage(candidate.candidate / "release", *back, *drop, "delete from marts.dibao where year = 2016")
    message = refusal(candidate)
    indicators = "DIBAO_EXPENDITURE, DIBAO_EXPENDITURE_PER_RECIPIENT, DIBAO_RECIPIENTS, DIBAO_STANDARD"
    assert f"of {indicators}, area level country" in message
    write(candidate, message)
    check = next(c for c in assemble(candidate.paths, candidate.candidate).checks if c.stage == 3)
    assert check.verdict == PASSED and "3 explained loss(es)" in check.observed
    assert {(row[0], row[1], *row[6:]) for row in recorded(candidate)} == {
        ("row", "marts.dibao", "waiver", "_Z", "it was a test", "A. B.")
    }


def test_a_series_is_looked_for_in_the_form_that_it_is_read_as_by_now(candidate: Line):
    """Declared since the base: the series goes on under another name. Not declared: it is gone."""
    damage(
        candidate.candidate / "release",
        """update marts.series set indicator = 'SOCIAL_SECURITY_EXPENDITURE',
            series_id = replace(series_id, 'DIBAO_EXPENDITURE.', 'SOCIAL_SECURITY_EXPENDITURE.')
        where indicator = 'DIBAO_EXPENDITURE' and scheme = 'DIBAO'""",
    )
    assert "marts.series" in refusal(candidate)
    form, read_as = (f"indicator={name} scheme=DIBAO" for name in ("DIBAO_EXPENDITURE", "SOCIAL_SECURITY_EXPENDITURE"))
    declared = pl.DataFrame([{"relation_id": "of_the_test", "form": form, "read_as": read_as, "reason_en": "A test"}])
    declared.write_parquet(candidate.candidate / "raw" / "relation" / "alias.parquet")
    assemble(candidate.paths, candidate.candidate)
    damage(
        candidate.candidate / "release",
        "delete from marts.series where indicator = 'SOCIAL_SECURITY_EXPENDITURE' and time_period = '2015' and residence = 'U'",
    )
    assert "marts.series: 1 row(s)" in refusal(candidate)


def test_a_number_that_became_null(candidate: Line):
    damage(
        candidate.candidate / "release",
        "update marts.dibao set recipients_persons = null where year = 2018 and residence = 'R'",
    )
    message = refusal(candidate)
    assert (
        "marts.dibao: 1 number(s) of the column recipients_persons of DIBAO_RECIPIENTS became null, area level country;"
        " first ref_area=CHN|time_period=2018|residence=R" in message
    )
    write(candidate, message)
    assemble(candidate.paths, candidate.candidate)
    # A second one is not what was allowed.
    damage(
        candidate.candidate / "release",
        "update marts.dibao set recipients_persons = null where year = 2017 and residence = 'R'",
    )
    assert "marts.dibao: 2 number(s) of the column recipients_persons" in refusal(candidate)


def test_a_waiver_is_stale_where_nothing_of_the_kind_is_lost(candidate: Line):
    damage(
        candidate.candidate / "release",
        "update marts.dibao set recipients_persons = null where year = 2018 and residence = 'R'",
    )
    write(candidate, refusal(candidate))
    damage(
        candidate.candidate / "release",
        "update marts.dibao set recipients_persons = 1 where year = 2018 and residence = 'R'",
    )
    message = refusal(candidate)
    assert "a waiver is stale: value, marts.dibao, recipients_persons, DIBAO_RECIPIENTS, country" in message
    # Against another release it allows nothing, and stops nothing.
    raw = withdrawals(candidate)
    base = Manifest.read(candidate.paths.current.resolve()).release_id
    raw.write_text(raw.read_text(encoding="utf-8").replace(base, "r000000-000000000000"), encoding="utf-8")
    check = next(c for c in assemble(candidate.paths, candidate.candidate).checks if c.stage == 3)
    assert "1 waiver(s) of an earlier release are spent" in check.observed


def test_codes_and_figures_are_kept_as_well(candidate: Line):
    damage(
        candidate.candidate / "release",
        "delete from core.scheme where scheme = 'DIBAO'",
        "delete from core.observation where table_id = 'table_2' and source_id = 'urban_rural_dibao'",
    )
    message = refusal(candidate)
    assert "core.scheme: 1 row(s); first scheme=DIBAO" in message
    assert re.search(r"core\.observation: \d+ row\(s\) of DIBAO_EXPENDITURE, area level country", message)


def test_a_page_laid_out_anew_loses_nothing(candidate: Line):
    """The same figures at other places, in another vintage."""
    damage(
        candidate.candidate / "release",
        "update core.observation set observation_id = observation_id || 'x', row_no = row_no + 1, vintage = '2030-01-01' where table_id = 'table_1'",
    )
    assemble(candidate.paths, candidate.candidate)
    assert recorded(candidate) == []


def test_tables_columns_types_and_checks_of_the_base(assembled: Line, tmp_path: Path):
    """A base that had more than the code builds now."""
    base = assembled.paths.current.resolve()
    kept, lines = shutil.copytree(base, tmp_path / "base"), assembled.paths.ledger.read_bytes()
    try:
        damage(
            base,
            "create table marts.more as select 1 as figure",
            "alter table marts.dibao add column more decimal(24, 4)",
            "alter table marts.dibao_gap alter column year type bigint",
        )
        checks = json.loads((base / MANIFEST).read_text(encoding="utf-8"))["checks"]
        more = [{"stage": stage, "table": "marts.dibao", "check": f"more.{stage}"} for stage in (2, 4)]
        releases.reseal(
            assembled.paths,
            base.name,
            checks=[*checks, *({**check, "verdict": PASSED, "observed": ""} for check in more)],
        )
        message = refusal(assembled)
        for line in (
            "the table marts.more",
            "the column marts.dibao.more",
            "the column marts.dibao_gap.year has another type",
            "the check more.2 is declared no more",
            "the check more.4 is declared no more",
        ):
            assert f"  {line}\n" in message
        write(assembled, message)
        assemble(assembled.paths, assembled.candidate)
        assert len(recorded(assembled)) == 5
    finally:
        shutil.rmtree(base)
        shutil.copytree(kept, base)
        assembled.paths.ledger.write_bytes(lines)
        withdrawals(assembled).write_text("{}", encoding="utf-8")
        assemble(assembled.paths, assembled.candidate)


def test_a_source_is_withdrawn_and_a_decision_takes_a_figure(line_of_all: Line, monkeypatch):
    """Neither is a loss without a reason; a folder that is merely missing is."""
    shutil.rmtree(line_of_all.paths.seeds / "sources" / "rural_security")
    (line_of_all.paths.seeds / "withdrawals.yaml").write_text(
        "sources:\n  - source_id: rural_security\n    withdrawn_by: A. B.\n    withdrawn_on: 2026-11-27\n    reason: taken back by its authors\n",
        encoding="utf-8",
    )
    decisions = line_of_all.paths.seeds / "sources/urban_rural_dibao/decisions.yaml"
    cell = "  - decision_id: test_quarantine\n    outcome: quarantined\n    covers:\n      - {table: table_1, row: 3, column: 3, expected: ['%s']}\n    evidence: seen on the page\n    caveat_en: Withheld.\n    caveat_zh: 不予发布。\n    confidence: high\n    decided_by: A. B.\n    decided_on: 2026-11-27\n"
    page = (line_of_all.paths.seeds / "sources/urban_rural_dibao/table_1.csv").read_text(encoding="utf-8").splitlines()
    edit(decisions, "decisions:\n", "decisions:\n" + cell % page[2].split(",")[2])
    candidate = build(line_of_all.paths, "withdrawn", monkeypatch)
    withdrawn = Line(line_of_all.paths, candidate, "")
    told = recorded(withdrawn)
    with duckdb.connect(str(line_of_all.paths.current / DATABASE), read_only=True) as connection:
        query = "select count(*) from (select source_id from core.observation union all select source_id from core.document) where source_id = 'rural_security'"
        held = connection.execute(query).fetchone()[0]
    assert ("source", "core.source", "rural_security", held, "withdrawal") in {(*row[:3], *row[5:7]) for row in told}
    reasons = {(row[6], row[7], row[8]) for row in told}
    assert reasons == {
        ("withdrawal", "rural_security", "taken back by its authors"),
        ("decision", "urban_rural_dibao:test_quarantine", "seen on the page"),
    }
    assert {row[1] for row in told if row[6] == "decision"} == {
        "marts.dibao",
        "marts.dibao_gap",
        "marts.real_value",
        "marts.series",
    }
    # The same without the declaration: the folder is merely missing.
    withdrawals(withdrawn).write_text("{}", encoding="utf-8")
    message = refusal(withdrawn)
    assert "the source rural_security with" in message and "nobody declared it withdrawn" in message
    assert "waivers:" not in message
    write(withdrawn, message)
    assemble(line_of_all.paths, candidate)


def test_what_is_declared_withdrawn_is_read_strictly(seeds: Path):
    file = seeds / "withdrawals.yaml"
    file.write_text(
        "sources:\n  - source_id: urban_rural_dibao\n    withdrawn_by: A. B.\n    withdrawn_on: 2026-11-27\n    reason: it was a test\n",
        encoding="utf-8",
    )
    (fault,) = intake.read(seeds).faults
    assert (fault.file, fault.row, fault.column) == ("withdrawals.yaml", 2, "source_id")
    file.write_text(
        "waivers:\n  - base: r1\n    loss: source\n    table: core.source\n    at_most: 0\n    reason:\n",
        encoding="utf-8",
    )
    columns = {fault.column for fault in intake.read(seeds).faults}
    assert {
        f"waivers.0.{name}" for name in ("base", "loss", "at_most", "reason", "allowed_by", "allowed_on")
    } <= columns


@pytest.mark.parametrize("coded", ["PEOPLE", "PEOPLE_CHANGE"], ids=["base of old codes", "base of new codes"])
def test_a_figure_of_another_measure_is_found_in_a_base_of_either_schema(coded):
    """What a bulk mart lost leads to its series by the indicator or by the code of its measure, and to no other."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as base")
    for statement in (
        losses.BEGIN,
        "create schema base.core",
        "create schema base.marts",
        "create table base.core.lineage (table_name text, row_key text, column_name text, observation_id text)",
        "create table base.core.observation (observation_id text, indicator text)",
        f"""create table base.marts.series as select 'PEOPLE.change._Z' as series_id, '{coded}' as indicator,
            'change' as measure, 'CHN' as ref_area, 'A' as freq, '2020' as time_period, 'o' as observation_id""",
        *(
            f"""insert into lost (loss, table_name, row_key, name, indicator, area_level, ref_area, freq, time_period)
            values ('value', 'marts.m', '{named}', 'v', '{named}', 'country', 'CHN', 'A', '2020')"""
            for named in ("PEOPLE", "PEOPLE_CHANGE", "PEOPLE_RATIO", "OTHERS")
        ),
        "create temp table cause as select 'o' as observation_id, 'decision' as explained_by, 'd' as reference",
        losses.EXPLAINED,
    ):
        connection.execute(statement)
    found = connection.execute("select row_key from explained where reference = 'd' order by row_key").fetchall()
    assert found == [("PEOPLE",), ("PEOPLE_CHANGE",)]
