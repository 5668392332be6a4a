"""What the gates of the code location do however a run is started: what fails publishes nothing, and says why."""

from __future__ import annotations

import errno
import re

import dagster as dg
import duckdb
import pytest

from orchestration.artifacts import DATABASE
from orchestration.desk.assets import AUDIT_KEY, CANDIDATE_KEY, CURRENT_KEY
from orchestration.release import candidates, ledger
from tests import sinks
from tests.conftest import SOURCE, Line, command, edit, published_state
from tests.dagster_jobs import failed_checks, failure, run


def test_gate_intake(definitions, line: Line):
    edit(line.paths.seeds / SOURCE / "table_2.csv", "719.3", "7l9.3")
    before = published_state(line.paths)
    result = run(definitions)
    assert not result.success
    place = "sources/urban_rural_dibao/table_2.csv, row 2, column 2 (2015): read '7l9.3'; expected a number"
    assert place in failure(result)
    failed = failed_checks(result)
    # What could not be checked because of the fault has not passed either.
    assert set(failed) == {f"raw/urban_rural_dibao:{part}" for part in ("figures", "decisions", "claims")}
    assert failed["raw/urban_rural_dibao:figures"]["failing_rows"].records[0].data["read"] == "7l9.3"
    assert published_state(line.paths) == before
    assert "no assembled candidate" in failure(run(definitions, CURRENT_KEY))
    assert published_state(line.paths) == before


def test_gate_engine(definitions, line: Line, monkeypatch: pytest.MonkeyPatch):
    """What Spark lacks is told before a panel is read, not after."""
    monkeypatch.setenv("MINSHENG_ENGINE", "spark")
    monkeypatch.setenv("MINSHENG_SPARK_THRIFT", "127.0.0.1:9")
    before, begun = published_state(line.paths), sorted((line.paths.warehouse / "candidate").iterdir())
    result = run(definitions)
    assert not result.success
    assert re.match("MINSHENG_ENGINE is spark, but .*\nNothing was published.$", failure(result))
    assert published_state(line.paths) == before
    assert sorted((line.paths.warehouse / "candidate").iterdir()) == begun


def test_gate_rules(definitions, line: Line):
    """Two digits swapped in a figure that an identity binds, and that no decision or claim expects."""
    edit(line.paths.seeds / SOURCE / "table_2.csv", "1480.2", "1408.2")
    before = published_state(line.paths)
    result = run(definitions)
    assert not result.success
    assert "table_2.csv, row 6, column 3" in failure(result) and "prints 4647.3; its parts give 4884" in failure(result)
    for text in (
        "{table: table_2, row: 6, column: 3, expected: ['4647.3']}",
        "rules: [identity.per_head]",
        "make check-source SOURCE=urban_rural_dibao",
    ):
        assert text in failure(result)
    metadata = failed_checks(result)["quality/finding:no_error_is_unexplained_finding_"]
    assert any("prints 4647.3" in record.data["expected"] for record in metadata["failing_rows"].records)
    assert published_state(line.paths) == before
    assert "no assembled candidate" in failure(run(definitions, CURRENT_KEY))
    assert published_state(line.paths) == before


def test_gate_stale_decision(definitions, line: Line):
    """The page is re-read, and a cell that a decision covers prints something else; a rule finds what it found no more."""
    seeds = line.paths.seeds / SOURCE
    edit(seeds / "table_2.csv", "1899.6", "1899.7")
    told = failure(run(definitions))
    assert "decisions.yaml, row 29, column decisions.1.covers.0.expected.0: read '1899.6'; expected '1899.7'" in told
    edit(seeds / "table_2.csv", "1899.7", "1899.6")
    edit(seeds / "decisions.yaml", "rules: [identity.per_head]", "rules: [identity.per_head, cumulative.falls]")
    told = failure(run(definitions))
    assert "names the rule cumulative.falls, which finds none of its cells" in told
    assert "the decision must follow the page" in told


def test_gate_band(definitions, line: Line):
    """A figure that contradicts nothing printed, but nothing in the world either: a hundredfold standard. A rule stops
    it before the audit would, so that there is a decision to write."""
    table = line.paths.seeds / SOURCE / "table_1.csv"
    edit(table, "494.7", "49470")
    edit(table, "312,", "31200,")
    before = published_state(line.paths)
    result = run(definitions)
    assert not result.success
    told = failure(result)
    assert "sources/urban_rural_dibao/table_1.csv, row 2, column 3" in told and "prints 49470" in told
    assert "marts.dibao.standard_yuan_per_month would be 49470" in told and "outside 10 to 10000" in told
    assert published_state(line.paths) == before


#: A further resource of the source, which has one figure.
EARLY = """
  - name: early
    path: early.csv
    layout: tidy
    title: Early
    section: "1"
    defaults: {freq: A, ref_area: CHN, scheme: DIBAO, indicator: DIBAO_RECIPIENTS, residence: U}
    columns:
      - {name: year, holds: time_period}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
"""


def test_gate_audit(definitions, line: Line):
    """What no rule looks at, and no mart may hold: a year before the People's Republic."""
    descriptor = line.paths.seeds / SOURCE / "datapackage.yaml"
    descriptor.write_text(descriptor.read_text(encoding="utf-8") + EARLY, encoding="utf-8")
    descriptor.with_name("early.csv").write_text("year,value,unit\n1948,1701.1,万人\n", encoding="utf-8")
    before = published_state(line.paths)
    result = run(definitions)
    assert not result.success
    assert "audit.marts.dibao.year_is_plausible" in failure(result)
    metadata = failed_checks(result)["warehouse/audit:marts_dibao"]
    assert "1948" in str([record.data for record in metadata["failing_rows"].records])
    assert published_state(line.paths) == before
    assert "no assembled candidate" in failure(run(definitions, CURRENT_KEY))
    assert published_state(line.paths) == before


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ([CURRENT_KEY], "no assembled candidate"),
        ([AUDIT_KEY], "no assembled candidate"),
        ([AUDIT_KEY, CURRENT_KEY], "no assembled candidate"),
        ([CANDIDATE_KEY], "stages 1 and 2 did not finish in this run"),
        ([CANDIDATE_KEY, AUDIT_KEY, CURRENT_KEY], "stages 1 and 2 did not finish in this run"),
    ],
    ids=["promotion", "audit", "audit and promotion", "assemble", "all but the build"],
)
def test_a_part_alone_refuses(definitions, line: Line, keys, message):
    """An audited candidate of another run lies there; no selection gets hold of it."""
    before = published_state(line.paths)
    result = run(definitions, *keys)
    assert not result.success and message in failure(result)
    assert published_state(line.paths) == before


def test_the_models_alone_refuse(definitions, line: Line):
    from orchestration.desk import assets

    keys = [spec.key for spec in definitions.resolve_all_asset_specs() if "dbt" in spec.kinds]
    assert assets.CANDIDATE_KEY not in keys
    assert "no raw data" in failure(run(definitions, *keys))


def test_a_model_with_the_intake_is_built_to_be_looked_at(definitions, line: Line):
    """One dbt build makes all models: a selection says what is reported, and the candidate is kept."""
    before = published_state(line.paths)
    raw = [spec.key for spec in definitions.resolve_all_asset_specs() if spec.group_name == "intake"]
    dibao = dg.AssetKey(["marts", "dibao"])
    result = run(definitions, *raw, dibao)
    # A source may be late today; that is told, and stops nothing.
    wrong = [name for name in failed_checks(result) if not name.endswith(":is_fresh")]
    assert result.success and wrong == []
    made = {event.asset_key for event in result.all_events if event.event_type_value == "ASSET_MATERIALIZATION"}
    assert made == {*raw, dibao}
    assert (line.paths.candidate(result.run_id) / "release" / DATABASE).exists()
    assert published_state(line.paths) == before


def test_a_refresh_publishes_and_a_second_one_changes_nothing(definitions, line: Line):
    before = published_state(line.paths)
    result = run(definitions)
    assert result.success
    after = published_state(line.paths)
    assert after[0] != before[0] and before[1].items() <= after[1].items()
    assert failed_checks(result) == {}
    again = run(definitions)
    assert again.success and published_state(line.paths) == after
    back = run(definitions, job="rollback")
    assert back.success and published_state(line.paths) == (before[0], after[1])


def test_the_job_rollback_leads_where_it_is_told_and_writes_who_approved_it(definitions, warehouse, monkeypatch):
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(warehouse.warehouse))
    first, second = (line.release_id for line in ledger.promotions(warehouse))
    job = definitions.resolve_job_def("rollback")
    for release_id, approved_by in ((first, "A. Person"), (second, "")):
        config = {"ops": {"roll_back": {"config": {"release_id": release_id, "approved_by": approved_by}}}}
        assert job.execute_in_process(run_config=config).success
        line = ledger.promotions(warehouse)[-1]
        assert (line.release_id, line.action, line.approved_by) == (release_id, "rollback", approved_by or None)
        assert ledger.current_release(warehouse) == release_id


def test_what_changed_is_listed_with_its_reason(definitions, line: Line):
    import duckdb

    assert run(definitions).success
    with duckdb.connect(str(line.paths.current / DATABASE), read_only=True) as connection:
        changes = connection.execute(
            "select table_name, row_key, column_name, before_value, after_value, reason from release.change where base_release_id is not null order by all"
        ).fetchall()
    assert (
        "core.observation",
        "observation_id=urban_rural_dibao:table_1:r2:c3",
        "obs_value",
        "494.6000000000",
        "494.7000000000",
        "source",
    ) in changes
    assert (
        "marts.dibao",
        "ref_area=CHN|time_period=2016|residence=U",
        "standard_yuan_per_month",
        "494.6000",
        "494.7000",
        "source",
    ) in changes
    touched = {(key, column) for table, key, column, *_ in changes if table == "marts.dibao_gap"}
    assert ("ref_area=CHN|time_period=2016", "urban_rural_standard_difference_yuan_per_month") in touched
    assert all(reason == "source" for *_, reason in changes)


# What a person asks of a run.


def test_a_dry_run_leaves_a_candidate_that_can_be_promoted_later(definitions, line: Line):
    before = published_state(line.paths)
    dry = run(definitions, warehouse__current={"dry_run": True})
    assert dry.success and published_state(line.paths) == before
    assert [m.asset_key for m in dry.asset_materializations_for_node("warehouse__current")] == []
    (waits,) = candidates.waiting(line.paths)
    assert (waits.candidate.name, waits.waits_for) == (dry.run_id, "inspection")
    told = command(line.paths, "changes", "--candidate", dry.run_id[:8]).stdout
    assert "not published" in told and "494.6 -> 494.7 (source)" in told
    assert f"make promote CANDIDATE={dry.run_id}" in command(line.paths, "status").stdout
    done = run(definitions, job="promote_candidate", promote_the_candidate={"run_id": dry.run_id[:8]})
    assert done.success and published_state(line.paths)[0] == waits.manifest.release_id
    again = run(definitions, job="promote_candidate", promote_the_candidate={"run_id": dry.run_id[:8]})
    assert "there is no candidate" in failure(again)


def test_where_approvers_are_named_a_run_ends_waiting(definitions, line: Line, monkeypatch):
    (line.paths.warehouse / "approvers").write_text("Li Ming\n", encoding="utf-8")
    before = published_state(line.paths)
    assert "a run says who starts it" in failure(run(definitions))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with sinks.webhook() as (address, taken):
        monkeypatch.setenv("MINSHENG_ALERT_WEBHOOK", address)
        result = run(definitions, intake={"launched_by": "Zhang Min"})
    assert result.success and published_state(line.paths) == before
    (message,) = taken
    assert message["event"] == "approval_needed" and "who may give it: Li Ming" in message["text"]
    assert "waits for approval by Li Ming" in command(line.paths, "status").stdout
    chosen = {"run_id": result.run_id, "note": "seen"}
    own = run(definitions, job="approve", approve_the_candidate={**chosen, "approved_by": "Zhang Min"})
    assert "a second person approves" in failure(own) and published_state(line.paths) == before
    alone = run(definitions, job="promote_candidate", promote_the_candidate={"run_id": result.run_id})
    assert "waits for a second person" in failure(alone) and published_state(line.paths) == before
    done = run(definitions, job="approve", approve_the_candidate={**chosen, "approved_by": "Li Ming"})
    assert done.success and published_state(line.paths)[0] > before[0]
    last = ledger.promotions(line.paths)[-1]
    assert (last.approved_by, last.note) == ("Li Ming", "seen")


def test_one_source_is_checked_from_the_ui(definitions, line: Line):
    sound = run(definitions, job="check_source", check_the_source={"source_id": "urban_rural_dibao"})
    assert "urban_rural_dibao: " in sound.output_for_node("check_the_source")
    edit(line.paths.seeds / SOURCE / "table_2.csv", "1480.2", "1408.2")
    wrong = run(definitions, job="check_source", check_the_source={"source_id": "urban_rural_dibao"})
    assert "prints 4647.3; its parts give 4884" in failure(wrong)
    unknown = run(definitions, job="check_source", check_the_source={"source_id": "../elsewhere"})
    first = min(folder.name for folder in (line.paths.seeds / "sources").iterdir())
    assert f"there are {first}" in failure(unknown)


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (OSError(errno.EIO, "Input/output error"), 3),
        (duckdb.IOException("IO Error: Could not set lock on file x: Conflicting lock is held"), 3),
        (OSError(errno.EACCES, "Permission denied"), 1),
        (OSError(errno.ENOSPC, "No space left on device"), 1),
        (duckdb.BinderException("no such column"), 1),
    ],
    ids=["a device that stumbles", "a file that is held", "a folder that is closed", "a full disk", "a fault of code"],
)
def test_only_an_error_of_a_moment_is_tried_again(definitions, line: Line, monkeypatch, error, attempts):
    from orchestration.desk import accidents
    from orchestration.release import recovery

    tried = []

    def fail(paths):
        tried.append(paths)
        raise error

    monkeypatch.setattr(recovery, "recover", fail)
    monkeypatch.setattr(accidents, "PAUSE", 0)
    result = run(definitions)
    assert not result.success and len(tried) == attempts and str(error.args[-1]) in failure(result)


def test_a_stage_that_stumbled_once_goes_on(definitions, line: Line, monkeypatch):
    """The audit as well, whose process serves but once."""
    from orchestration.desk import accidents
    from orchestration.desk.assets import publish

    audited = publish.Auditor.run
    stumbles = [OSError(errno.ESTALE, "Stale file handle")]

    def stumbling(self, folder):
        found = audited(self, folder)
        if stumbles:
            raise stumbles.pop()
        return found

    monkeypatch.setattr(publish.Auditor, "run", stumbling)
    monkeypatch.setattr(accidents, "PAUSE", 0)
    before = published_state(line.paths)
    assert run(definitions).success and published_state(line.paths)[0] > before[0] and stumbles == []
