"""Promise 4: the plug pulled, the disk full, folders closed. What is published stays whole, and the next run works.

`make chaos` kills fifty refreshes; here is a kill at each step of a promotion, one of a whole refresh, and
every other accident once.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from orchestration.artifacts import DATABASE
from orchestration.desk import runs
from orchestration.paths import ROOT, Paths
from orchestration.release import ledger, marks, retention
from orchestration.release.ledger import LedgerError
from orchestration.release.promote import PromotionRefused, promote, rollback
from proofs import chaos
from tests import recorded, releases
from tests.conftest import SOURCE, Line, command, published_state
from tests.releases import numbers, recovered

TABLE = f"{SOURCE}/table_1.csv"


# A promotion killed at each of its steps.

STEPS = [
    ("release.promote:verify", "after", 2, ""),
    ("release.promote:publish", "before", 2, "was removed: it was never current"),
    ("release.promote:point", "before", 2, "was removed: it was never current"),
    ("release.promote:point", "after", 3, "the ledger lacked the line of r000003-"),
    ("release.ledger:record", "before", 3, "the ledger lacked the line of r000003-"),
    ("release.ledger:record", "after", 3, ""),
    ("release.retention:sweep", "after", 3, ""),
]


@pytest.mark.parametrize(("function", "when", "number", "said"), STEPS, ids=[f"{w} {f}" for f, w, _, _ in STEPS])
def test_a_promotion_killed_at_any_step(built: Line, warehouse: Paths, function, when, number, said):
    candidate = releases.candidate(built, warehouse, 3)
    _, files = published_state(warehouse)
    code = (
        "import sys; from pathlib import Path; from proofs.chaos import arm; arm(sys.argv[1], sys.argv[2]);"
        "from orchestration.paths import Paths; from orchestration.release import promote;"
        "promote.promote(Paths(Path(sys.argv[3]), Path(sys.argv[4])), Path(sys.argv[5]))"
    )
    arguments = [function, when, str(warehouse.seeds), str(warehouse.warehouse), str(candidate)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert numbers(warehouse) == [(number,)], "whole: the release before, or the release after"
    assert files.items() <= published_state(warehouse)[1].items()
    told = recovered(warehouse)
    assert any(said in sentence for sentence in told) if said else told == []
    shutil.rmtree(candidate, ignore_errors=True)
    assert promote(warehouse, releases.candidate(built, warehouse, 4)).changed and numbers(warehouse) == [(4,)]
    published = [line.release_id for line in ledger.promotions(warehouse)]
    assert sorted(path.name for path in warehouse.releases.iterdir()) == sorted(published)
    assert not {".current", retention.LEAVING} & set(os.listdir(warehouse.warehouse))


@pytest.mark.real_stages
def test_a_refresh_killed_in_the_middle_of_dbt(line: Line, monkeypatch, common: Path):
    """Its children live on and go on writing; the next refresh waits for them, closes the run and publishes."""
    monkeypatch.setenv("MINSHENG_STATE", str(line.paths.warehouse / "dagster"))
    first = chaos.refresh(line.paths)
    for text in first.stdout:
        if "intake: " in text:
            break
    before = published_state(line.paths)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    first.stdout.close()
    assert published_state(line.paths) == before
    assert len(marks.dead(line.paths)) == 1 and chaos.unfinished_runs(line.paths) == 1
    done = command(line.paths, "refresh", **recorded.in_(common))
    assert done.returncode == 0, done.stderr
    assert " died: its process was gone before its end" in done.stderr
    after = published_state(line.paths)
    assert after[0] > before[0] and before[1].items() <= after[1].items()
    assert chaos.unfinished_runs(line.paths) == 0 and os.listdir(line.paths.warehouse / "running") == []
    # The candidate that waits in the fixture is another's, and stays.
    assert set(os.listdir(line.paths.warehouse / "candidate")) == {"second"}


def test_a_run_that_died_does_not_block_the_queue(definitions: dg.Definitions, line: Line):
    """A run of the UI that was killed: closed by the sensor, which is not a run and waits in no queue."""
    from orchestration.desk.sensors import dead_runs

    job = definitions.resolve_job_def("refresh")
    with dg.DagsterInstance.ephemeral() as instance:
        dead, alive, ended = (instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED) for _ in range(3))
        instance.report_run_failed(ended)
        for run in (alive, ended):
            marks.mark(line.paths, run.run_id)
        marks.unmark(line.paths, ended.run_id)
        # What a killed process leaves: its mark, which nobody holds.
        (marks.folder(line.paths) / dead.run_id).write_text(dead.run_id)
        with dg.build_sensor_context(instance=instance) as context:
            assert f"the run {dead.run_id} died" in dead_runs(context).skip_message
        status = {run.run_id: instance.get_run_by_id(run.run_id).status for run in (dead, alive)}
        assert status == {dead.run_id: dg.DagsterRunStatus.FAILURE, alive.run_id: dg.DagsterRunStatus.STARTED}
        assert runs.close_dead(line.paths, instance) == []
        assert runs.purge(instance, kept=1) == 1 and instance.get_runs_count() == 2
        marks.unmark(line.paths, alive.run_id)


def test_a_run_that_dies_before_its_first_step_is_closed_at_once(line: Line, monkeypatch):
    """Dagster has written down that it begins, and nothing else has happened."""
    for name, value in chaos.environment(line.paths).items():
        monkeypatch.setenv(name, value)
    dying = chaos.refresh(line.paths, "desk.assets:Warehouse.setup_for_execution", "before")
    output, _ = dying.communicate(timeout=120)
    assert dying.returncode == -signal.SIGKILL, output
    assert chaos.unfinished_runs(line.paths) == 1
    with dg.DagsterInstance.get() as instance:
        (said,) = runs.close_dead(line.paths, instance)
    assert " died: its process was gone before its end" in said
    assert chaos.unfinished_runs(line.paths) == 0 and os.listdir(line.paths.warehouse / "running") == []


YEARS = timedelta(days=3653)


@pytest.mark.parametrize(
    ("later", "closed"),
    [
        (timedelta(seconds=runs.SILENCE - 5), False),
        (timedelta(seconds=runs.SILENCE + 5), True),
        (-timedelta(seconds=runs.SILENCE - 5), False),
        (YEARS, True),
        (-YEARS, True),
    ],
    ids=["beginning", "silent", "clock set back a little", "years", "clock set back by years"],
)
def test_a_run_that_left_no_mark_is_closed_when_it_is_silent(
    definitions: dg.Definitions, line: Line, monkeypatch, later, closed
):
    """One that the UI launched, and whose process was killed or met a full disk before it could mark itself: it
    cannot be told from one that is about to begin but by its age, and by a wrong clock an age may be negative."""

    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(definitions.resolve_job_def("refresh"), status=dg.DagsterRunStatus.STARTING)
        moment = instance.get_run_record_by_id(run.run_id).update_timestamp + later
        monkeypatch.setattr(runs, "now", lambda: moment)
        assert len(runs.close_dead(line.paths, instance)) == closed
        assert instance.get_run_by_id(run.run_id).is_finished == closed


# What accidents do to the warehouse.


def test_a_missing_symlink_is_put_back(built: Line, warehouse: Paths):
    warehouse.current.unlink()
    (said,) = recovered(warehouse)
    assert said.startswith("current is missing: it leads to r000002-") and numbers(warehouse) == [(2,)]
    assert len(ledger.promotions(warehouse)) == 2
    assert promote(warehouse, releases.candidate(built, warehouse, 3)).changed


@pytest.mark.parametrize("damage", ["truncated", "gone"])
def test_readers_get_the_last_whole_release(built: Line, warehouse: Paths, damage):
    file = warehouse.current.resolve() / DATABASE
    if damage == "gone":
        shutil.rmtree(file.parent)
    else:
        os.truncate(file, 5000)
    (said,) = recovered(warehouse)
    assert "cannot be read: r000001-" in said and "is current instead" in said and numbers(warehouse) == [(1,)]
    assert [line.action for line in ledger.promotions(warehouse)] == ["promote", "promote", "rollback"]
    assert promote(warehouse, releases.candidate(built, warehouse, 3)).release_id.startswith("r000003-")


def test_a_stale_write_ahead_log_beside_the_published_file_goes(built: Line, warehouse: Paths):
    stale = warehouse.current.resolve() / f"{DATABASE}.wal"
    stale.write_bytes(b"stale")
    (said,) = recovered(warehouse)
    assert f"{DATABASE}.wal was removed" in said and not stale.exists() and numbers(warehouse) == [(2,)]


def test_a_lost_ledger_costs_no_release(built: Line, warehouse: Paths):
    """What is not in the ledger may still be a way back: only a higher number was never current."""
    warehouse.ledger.unlink()
    (said,) = recovered(warehouse)
    assert "the ledger lacked the line of r000002-" in said
    assert len(list(warehouse.releases.iterdir())) == 2


def truncate(line: Line, name: str) -> None:
    path = line.candidate / "release" / name
    path.chmod(0o644)
    os.truncate(path, path.stat().st_size // 2)


def flip_a_byte(line: Line, name: str) -> None:
    path = line.candidate / "release" / name
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [truncate, flip_a_byte])
@pytest.mark.parametrize(
    "name", [DATABASE, "parquet/marts/dibao.parquet", "parquet/core/source.parquet", "datapackage.json"]
)
def test_a_damaged_candidate_is_refused(line: Line, damage: Callable, name):
    before = published_state(line.paths)
    damage(line, name)
    with pytest.raises(PromotionRefused, match=r"has sha256|source\.parquet"):
        promote(line.paths, line.candidate)
    assert published_state(line.paths) == before


# Retention.


def test_the_last_are_kept_and_always_the_way_back(built: Line, warehouse: Paths, monkeypatch):
    monkeypatch.setenv("MINSHENG_KEPT_RELEASES", "2")
    for number in (3, 4):
        promote(warehouse, releases.candidate(built, warehouse, number))
    kept = lambda: sorted(path.name[:7] for path in warehouse.releases.iterdir())  # noqa: E731
    assert kept() == ["r000003", "r000004"]
    assert rollback(warehouse).release_id.startswith("r000003-")
    promote(warehouse, releases.candidate(built, warehouse, 5))
    # Built on the third after the fourth was taken back: the way back leads to the third.
    assert kept() == ["r000003", "r000005"]
    monkeypatch.setenv("MINSHENG_KEPT_RELEASES", "1")
    promote(warehouse, releases.candidate(built, warehouse, 6))
    assert kept() == ["r000005", "r000006"] and rollback(warehouse).changed and numbers(warehouse) == [(5,)]
    monkeypatch.setenv("MINSHENG_KEPT_RELEASES", "all")
    with pytest.raises(ValueError, match="MINSHENG_KEPT_RELEASES is 'all'"):
        retention.kept_releases()


def test_a_ledger_that_cannot_be_read_stops_with_its_line(line: Line):
    line.paths.ledger.write_bytes(b"half\n" + line.paths.ledger.read_bytes())
    with pytest.raises(LedgerError, match="line 1: read"):
        recovered(line.paths)
