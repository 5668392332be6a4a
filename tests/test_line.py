"""How `make run` ends: what a release folder holds, what it is made of, and what changed since the one before."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT
from orchestration.release.assemble import AssembleError, assemble
from orchestration.release.manifest import AUDIT, MANIFEST, Manifest
from tests import releases, test_losses
from tests.conftest import Line, build, command


def test_a_first_dry_run_ends_well(fresh, sound: Path, tmp_path: Path):
    """Everything passed and nothing is published: as asked, and no error."""
    paths = fresh(sound, tmp_path / "warehouse")
    done = command(paths, "refresh", "--dry-run")
    told = done.stdout + done.stderr
    assert done.returncode == 0 and not paths.current.exists(), told
    assert "make promote CANDIDATE=" in told and "Nothing is published" not in told


def test_the_end_of_the_run_says_where_what_and_how(built: Line):
    shipped = [path for path in (built.paths.seeds / "sources").iterdir() if path.is_dir()]
    for text in (f" figures of {len(shipped)} source", "promote: r000001-", "marts.dibao", "make sql", DATABASE):
        assert text in built.output


def test_a_release_folder_is_whole(built: Line):
    folder = built.paths.current.resolve()
    manifest = Manifest.read(folder)
    assert {path.name for path in folder.iterdir()} == {
        DATABASE,
        "work.duckdb",
        "work",
        "parquet",
        "dbt",
        "datapackage.json",
        MANIFEST,
        AUDIT,
    }
    assert folder.name == manifest.release_id and manifest.base_release_id is None and manifest.sequence == 1
    for name in manifest.tables:
        parquet = folder / "parquet" / f"{name.replace('.', '/')}.parquet"
        assert (
            duckdb.execute("select count(*) from read_parquet(?)", [str(parquet)]).fetchone()[0]
            == manifest.tables[name].rows
        )


def test_the_manifest_says_what_the_release_is_made_of(built: Line):
    """Measured again: the seeds it was built from, the tools, the files, and what each check said."""
    import json
    from importlib.metadata import version

    from orchestration.artifacts import PASSED, sha256
    from orchestration.intake import seed_files
    from orchestration.release.assemble import code_version
    from orchestration.release.manifest import payload

    folder = built.paths.current.resolve()
    manifest = Manifest.read(folder)
    assert manifest.input_hash == seed_files.input_hash(ROOT / "seeds") and manifest.code_version == code_version()
    assert manifest.tool_versions["dagster"] == version("dagster")
    assert all(version(tool) == number for tool, number in manifest.tool_versions.items() if tool != "python")
    assert {"dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "pandera", "python"} <= set(
        manifest.tool_versions
    )
    assert manifest.files == payload(folder) and len({facts.sha256 for facts in manifest.tables.values()}) > 20
    assert {check.stage for check in manifest.checks} == {1, 2, 3, 4}
    audited = json.loads((folder / AUDIT).read_text(encoding="utf-8"))
    assert audited["manifest_sha256"] == sha256(folder / MANIFEST)
    verdicts = {row["check"]: row["verdict"] for row in audited["verdicts"]}
    assert verdicts == {check.check: PASSED for check in manifest.checks if check.stage == 4}


@pytest.mark.real_stages
def test_same_input_same_content_whatever_the_surroundings(built: Line, tmp_path, fresh):
    """Another process with another time zone, locale, hash seed, and one thread: the hash of the first release."""
    paths = fresh(ROOT / "seeds", tmp_path / "warehouse")
    elsewhere = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "7",
        "POLARS_MAX_THREADS": "1",
        "PYTHONUTF8": "0",
    }
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})  # inherited: DuckDB takes as many threads as it is given cores
    try:
        done = command(paths, "refresh", **elsewhere)
    finally:
        os.sched_setaffinity(0, cores)
    assert done.returncode == 0, done.stderr
    first, second = (Manifest.read(p.current.resolve()) for p in (built.paths, paths))
    assert (first.content_hash, first.tables.keys()) == (second.content_hash, second.tables.keys())
    differing = {name for name in first.tables if first.tables[name] != second.tables[name]}
    assert differing == set()


def test_the_commands_around_a_release(built: Line):
    status = command(built.paths, "status")
    assert status.returncode == 0 and "Release r000001-" in status.stdout
    asked = command(built.paths, "sql", "select count(*) as areas from core.area")
    assert asked.returncode == 0 and "areas" in asked.stdout
    outside = command(built.paths, "sql", "select * from read_csv('/etc/passwd')")
    assert outside.returncode == 1 and "disabled" in outside.stderr
    wrong = command(built.paths, "sql", "select * from marts.nothing")
    assert wrong.returncode == 1 and "does not exist" in wrong.stderr
    checked = command(built.paths, "check")
    assert checked.returncode == 0 and re.search(r"urban_rural_dibao: \d+ figures, \d+ decisions", checked.stdout)


def test_before_the_first_release_the_commands_say_what_to_do(built: Line, tmp_path):
    from orchestration.paths import Paths

    empty = Paths(seeds=built.paths.seeds, warehouse=tmp_path / "empty")
    for arguments in (["status"], ["sql", "select 1"], ["rollback"]):
        done = command(empty, *arguments)
        assert done.returncode == 1
        assert "make run" in done.stdout + done.stderr or "no earlier release" in done.stderr


@pytest.mark.real_stages
def test_a_dbt_that_dies_leaves_nothing_to_assemble(line: Line, monkeypatch):
    """Killed in the middle of a second build, where the first one had left whole results."""
    import signal
    import sys

    from orchestration import transform

    def children() -> list[int]:
        text = "".join(path.read_text() for path in Path("/proc/self/task").glob("*/children"))
        return [int(pid) for pid in text.split()]

    class Killer:
        def write(self, text: str) -> None:
            if "OK created" in text:
                for pid in children():
                    os.kill(pid, signal.SIGKILL)

        def flush(self) -> None:
            pass

    assert (line.candidate / "dbt" / "run_results.json").exists()
    monkeypatch.setattr(sys, "stdout", Killer())
    with line.paths.lock() as lock, pytest.raises(transform.TransformError, match="ended with code -9"):
        transform.build(line.paths, line.candidate, lock)
    with pytest.raises(AssembleError):
        assemble(line.paths, line.candidate)


def test_withdrawn_figures_are_listed_as_changes(line: Line, monkeypatch):
    """Two prose figures that nothing else states are taken out of the seed."""
    prose = line.paths.seeds / "sources/urban_rural_dibao/prose.csv"
    decisions = line.paths.seeds / "sources/urban_rural_dibao/decisions.yaml"
    lines = prose.read_text(encoding="utf-8").splitlines(keepends=True)
    prose.write_text("".join(lines[:-2]), encoding="utf-8")
    assert "row: 20" not in decisions.read_text(encoding="utf-8")
    # What the text states of them goes with them: a claim whose result is gone is a fault.
    prose.with_name("claims.yaml").unlink()
    # What was published goes only with a waiver, in the words of the message.
    with pytest.raises(AssembleError, match="published no more") as refused:
        build(line.paths, "withdrawn", monkeypatch)
    withdrawn = Line(line.paths, line.paths.candidate("withdrawn"), "")
    test_losses.write(withdrawn, str(refused.value))
    assemble(line.paths, withdrawn.candidate)
    with duckdb.connect(str(withdrawn.candidate / "release" / DATABASE), read_only=True) as connection:
        gone = connection.execute("""
            select row_key, after_value, reason from release.change
            where table_name = 'core.observation' and after_value is null order by row_key""").fetchall()
    assert gone == [(f"observation_id=urban_rural_dibao:prose:r{row}:c3", None, "source") for row in (20, 21)]


def test_a_decision_alone_is_a_reason(line: Line, monkeypatch):
    from tests.conftest import edit

    decisions = line.paths.seeds / "sources/urban_rural_dibao/decisions.yaml"
    edit(decisions, "new_value: U\n", "new_value: D\n")
    edit(line.paths.seeds / "sources/urban_rural_dibao/table_1.csv", "494.7", "494.6")
    candidate = build(line.paths, "redecided", monkeypatch)
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            "select distinct table_name, reason from release.change where base_release_id is not null order by all"
        ).fetchall()
    # Its caveat stands wherever something follows from the figure; nothing of it is put down to a source or to code.
    assert {table for table, _ in rows} >= {"marts.dibao", "marts.series"} and {reason for _, reason in rows} == {
        "decision"
    }


def test_content_hashes_tell_values_apart():
    """What one row says in two columns, another cannot say in one."""
    from orchestration.release.content import PublishedTable, table_facts

    table = PublishedTable("main", "t", ("a",), ("a", "b"))
    with duckdb.connect() as connection:
        facts = []
        for values in (("A", "B"), ("A\x1f1:B", ""), ("A1:B", None), ("A", None)):
            connection.execute("create or replace table t (a varchar, b varchar)")
            connection.execute("insert into t values (?, ?)", values)
            facts.append(table_facts(connection, "memory", table).sha256)
    assert len(set(facts)) == len(facts)


def test_a_base_of_an_older_schema_stops_nothing(line: Line, monkeypatch):
    """Columns and tables that the base did not have yet: what differs is put down to code."""
    base = line.paths.current.resolve() / DATABASE
    base.chmod(0o644)
    with duckdb.connect(str(base)) as connection:
        connection.execute("alter table core.observation drop column vintage")
        connection.execute("drop table quality.decision_observation")
        connection.execute("alter table marts.dibao_gap drop column time_period")
        connection.execute("alter table release.change add column note varchar")
        connection.execute("update release.info set code_version = 'older'")
    releases.reseal(line.paths, base.parent.name)
    # Its ledger had a column that is gone.
    with pytest.raises(AssembleError, match=r"the column release\.change\.note") as refused:
        build(line.paths, "newer", monkeypatch)
    candidate = line.paths.candidate("newer")
    test_losses.write(Line(line.paths, candidate, ""), str(refused.value))
    assemble(line.paths, candidate)
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, reason, count(*) from release.change where base_release_id is not null group by all order by all"
        ).fetchall()
    assert {reason for _, reason, _ in rows} == {"code"}
    assert ("marts.dibao_gap", "code", 1) in rows
