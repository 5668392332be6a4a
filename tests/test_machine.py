"""The machine fails: a full disk, folders that are closed, two at once. Readers and releases stay as they are."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.artifacts import DATABASE
from orchestration.desk import runs
from orchestration.paths import ROOT, Paths
from orchestration.release import access, ledger
from orchestration.release.promote import PromotionRefused, promote, rollback
from proofs import chaos
from tests import recorded, releases
from tests.conftest import SOURCE, Line, command, edit, published_state
from tests.releases import numbers, recovered

TABLE = f"{SOURCE}/table_1.csv"


def test_a_disk_that_fills_up_after_the_swap_is_no_refusal(built: Line, warehouse: Paths, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    candidate = releases.candidate(built, warehouse, 3)
    with monkeypatch.context() as patch:
        patch.setattr(ledger.os, "fsync", full)
        patch.setattr("orchestration.release.promote._sync", lambda folder: None)
        done = promote(warehouse, candidate)
    assert done.changed and "is current, but then: [Errno 28]" in done.note and numbers(warehouse) == [(3,)]
    recovered(warehouse)
    assert ledger.promotions(warehouse)[-1].release_id == done.release_id


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own, to be filled; needs the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.real_stages
def test_a_full_disk(built: Line, small_disk: Path, tmp_path, common: Path):
    """It is full as Dagster writes down that a run begins, then fills up while dbt builds; neither time can Dagster
    write down how its run went. The next run closes both at once, since their marks tell that they died."""
    seeds = Path(shutil.copytree(built.paths.seeds, tmp_path / "seeds"))
    paths = Paths(seeds, small_disk / "warehouse")
    shutil.copytree(built.paths.warehouse, paths.warehouse, symlinks=True, ignore=lambda d, _: ["second"])
    before = published_state(paths)
    used = shutil.disk_usage(small_disk).used
    for room in (300, 6000):
        subprocess.run(["mount", "-o", f"remount,size={used // 1024 + room}k", small_disk], check=True)
        done = command(paths, "refresh")
        assert done.returncode == 1 and "the disk is full" in done.stderr and "Traceback" not in done.stderr
        assert "Nothing was published" in done.stderr and published_state(paths) == before
    subprocess.run(["mount", "-o", "remount,size=256m", small_disk], check=True)
    done = command(paths, "refresh", **recorded.in_(common))
    assert done.returncode == 0, done.stderr
    assert published_state(paths)[0] > before[0]
    assert os.listdir(paths.warehouse / "candidate") == [] and chaos.unfinished_runs(paths) == 0


@pytest.mark.real_stages
def test_the_clock_set_back_by_ten_years(line: Line, monkeypatch, common: Path):
    """A whole refresh with all its processes under a clock that is wrong, and the next one under the right one."""
    for name, value in chaos.environment(line.paths).items():
        monkeypatch.setenv(name, value)
    paths, first = line.paths, ledger.current_release(line.paths)
    with dg.DagsterInstance.get() as instance:
        # One that the UI launched and that died before it had a mark: by that clock it begins in ten years.
        instance.add_run(dg.DagsterRun("refresh", status=dg.DagsterRunStatus.STARTING))
        assert runs.close_dead(paths, instance) == [], "by the right clock it may still begin"
    back = {"PYTHONPATH": str(ROOT / "tests" / "clock_set_back"), "SECONDS_BACK": str(10 * 365 * 86400)}
    done = command(paths, "refresh", **back)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count(" died: ") == 1
    with dg.DagsterInstance.get() as instance:
        (record, *_) = instance.get_run_records()
    assert record.dagster_run.is_success and record.start_time < time.time() - 9 * 365 * 86400, "it was set back"
    second = ledger.current_release(paths)
    assert second[:7] == "r000002" and chaos.unfinished_runs(paths) == 0
    # The kernel would have dated the files by the same clock.
    for path in [paths.releases / second, *(paths.releases / second).rglob("*")]:
        os.utime(path, (record.start_time, record.start_time))
    edit(paths.seeds / TABLE, "494.7", "494.6")
    done = command(paths, "refresh", MINSHENG_KEPT_RELEASES="2", **recorded.in_(common))
    assert done.returncode == 0, done.stdout + done.stderr
    assert " died: " not in done.stderr and chaos.unfinished_runs(paths) == 0
    third = ledger.current_release(paths)
    lines = ledger.promotions(paths)
    assert [line.release_id for line in lines] == [first, second, third] and third[:7] == "r000003"
    moments = [line.promoted_at for line in lines]
    assert moments == sorted(moments) and moments[0] == moments[1], "in order, though the clock was not"
    assert {path.name for path in paths.releases.iterdir()} == {second, third}, "the oldest left, by number"
    with duckdb.connect(str(paths.current / DATABASE), read_only=True) as connection:
        known = connection.execute("select release_id, promoted_at from release.promotion order by sequence").fetchall()
        assert [row[0] for row in known] == [first, second]
        assert connection.execute("select base_release_id from release.info").fetchone() == (second,)
    assert rollback(paths).release_id == second


def without_override() -> None:
    """From here on permissions bind this process, whoever it is: root gives up its right to override them."""
    for capability in (1, 2, 3):  # DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def test_a_folder_that_cannot_be_written(line: Line):
    """As a user whom permissions bind: the refresh says which folder; readers and releases stay."""
    environment = {**chaos.environment(line.paths), "PYTHONDONTWRITEBYTECODE": "1"}
    before = published_state(line.paths)
    closed = [line.paths.warehouse, line.paths.releases, line.paths.warehouse / "candidate"]
    for folder in closed:
        folder.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration", "refresh"],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False, preexec_fn=without_override,
        )  # fmt: skip
    finally:
        for folder in closed:
            folder.chmod(0o755)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "may not write there" in done.stderr and str(line.paths.warehouse) in done.stderr
    assert published_state(line.paths) == before


def test_a_release_folder_closed_to_another_user(built: Line, warehouse: Paths):
    """Another uid reads what is published, and can neither publish, roll back, nor change a byte."""
    if os.geteuid() != 0:
        pytest.skip("needs the right to become another user")
    for folder in [warehouse.warehouse, *warehouse.warehouse.parents]:
        if folder.stat().st_uid == 0 and not folder.stat().st_mode & 0o005 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o005)
    candidate = releases.candidate(built, warehouse, 3)
    before = published_state(warehouse)
    code = f"""
import os, duckdb, pathlib
from orchestration.paths import Paths
from orchestration.release.promote import promote, rollback
import orchestration.definitions
os.setgid(65534); os.setuid(65534)
paths = Paths(pathlib.Path({str(warehouse.seeds)!r}), pathlib.Path({str(warehouse.warehouse)!r}))
file = paths.current / {DATABASE!r}
print(duckdb.connect(str(file), read_only=True).execute("select max(number) from marts.dibao").fetchone()[0])
for deed in (lambda: promote(paths, pathlib.Path({str(candidate)!r})), lambda: rollback(paths),
             lambda: duckdb.connect(str(file)), lambda: file.unlink(), lambda: paths.current.unlink()):
    try:
        print("done", deed())
    except Exception as error:
        print(type(error).__name__, "ermission denied" in str(error) or "read-only" in str(error))
"""
    own = {**os.environ, "MINSHENG_SEEDS": str(warehouse.seeds), "MINSHENG_WAREHOUSE": str(warehouse.warehouse)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    lines = done.stdout.split("\n")
    assert lines[0] == "2" and len(lines) == 7, done.stdout + done.stderr
    assert all(line.endswith("True") and not line.startswith("done") for line in lines[1:6]), lines
    assert published_state(warehouse) == before
    assert promote(warehouse, candidate).changed


def test_two_promotions_at_once(built: Line, warehouse: Paths):
    """Both were built on the second release: one is published, the other says why it is not. (`make chaos` starts
    two whole refreshes at once.)"""
    base = ledger.current_release(warehouse)
    told = []

    def publish(candidate: Path) -> None:
        try:
            told.append(promote(warehouse, candidate).release_id)
        except PromotionRefused as refused:
            told.append(str(refused))

    threads = [
        threading.Thread(target=publish, args=(releases.candidate(built, warehouse, number),)) for number in (3, 4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won, lost = sorted(told, key=len)
    assert ledger.current_release(warehouse) == won
    assert f"it was built on {base}, but {won} is current now: run `refresh` again" in lost
    assert len(ledger.promotions(warehouse)) == 3


def test_a_sealed_release_hinders_nobody_who_owns_it(built: Line, warehouse: Paths):
    """Folders are read-only for their owner too, and permissions bind: promotion, the same content, a stray log,
    retention and the clearing of candidates go on working."""
    candidate = releases.candidate(built, warehouse, 3)
    code = f"""
import os, pathlib, shutil
from orchestration.paths import Paths
from orchestration import artifacts
from orchestration.release import recovery
from orchestration.artifacts import DATABASE
from orchestration.release.promote import promote, rollback
paths = Paths(pathlib.Path({str(warehouse.seeds)!r}), pathlib.Path({str(warehouse.warehouse)!r}))
third = promote(paths, pathlib.Path({str(candidate)!r}))
assert third.changed and not third.note, third
folder = paths.current.resolve()
for deed in (lambda: (folder / "new").write_text("x"), lambda: (folder / DATABASE).open("ab"),
             lambda: (folder / DATABASE).unlink(), lambda: os.rename(folder, paths.warehouse / "elsewhere")):
    try:
        deed()
        print("done")
    except PermissionError:
        print("refused")
folder.chmod(0o755)
(folder / (DATABASE + ".wal")).write_bytes(b"stale")
with paths.lock():
    (said,) = recovery.recover(paths)
assert "was removed" in said and folder.stat().st_mode & 0o222 == 0, said
sealed = paths.candidate("sealed")
shutil.copytree(folder, sealed / "release")
artifacts.remove(sealed)
os.environ["MINSHENG_KEPT_RELEASES"] = "1"
with paths.lock():
    print(recovery.recover(paths))
assert rollback(paths).changed
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False, preexec_fn=without_override,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines[:4] == ["refused"] * 4, done.stdout + done.stderr
    assert "r000001-" in lines[4] and "was removed: 1 releases are kept" in lines[4]
    assert [path.name[:7] for path in sorted(warehouse.releases.iterdir())] == ["r000002", "r000003"]


@pytest.mark.parametrize(
    ("umask", "mode", "closed"),
    [(0o022, 0o444, False), (0o027, 0o440, False), (0o077, 0o400, True), (0o066, 0o400, True)],
    ids=["everybody", "a group", "the owner", "folders only"],
)
def test_an_umask_that_keeps_readers_out_is_said_and_left(built: Line, tmp_path: Path, umask, mode, closed):
    before = os.umask(umask)
    try:
        paths = releases.empty_warehouse(built, tmp_path)
        for folder in (paths.warehouse, paths.warehouse / "dbt"):
            folder.chmod(0o777 & ~umask)
        release = promote(paths, releases.candidate(built, paths, 1)).release_id
    finally:
        os.umask(before)
    file = paths.releases / release / DATABASE
    assert file.stat().st_mode & 0o777 == mode, "no more than the owner lets others"
    said = access.keeps_out(paths, release)
    assert bool(said) == closed
    if said:
        shown = file if umask == 0o066 else paths.warehouse
        assert (
            f"{shown} has mode {shown.stat().st_mode & 0o777:04o}" in said and "chmod" in said and "umask 022" in said
        )


def test_status_says_who_cannot_read(line: Line):
    assert "Nobody but its owner" not in command(line.paths, "status").stdout
    line.paths.current.resolve().chmod(0o500)
    told = command(line.paths, "status")
    assert told.returncode == 0 and "Nobody but its owner can read the release" in told.stdout
    assert f"{line.paths.current.resolve()} has mode 0500" in told.stdout
