"""Changed seeds make one run, when they have come to rest; nothing else makes one."""

from __future__ import annotations

import os
import shutil

import dagster as dg
import pytest

from orchestration import intake
from orchestration.desk import seed_watch
from orchestration.desk.seed_watch import Watch, look
from orchestration.intake.seed_files import input_hash
from orchestration.release import ledger
from orchestration.release.manifest import Manifest
from tests.conftest import SOURCE, Line, edit

TABLE = f"{SOURCE}/table_1.csv"


def looks(*seen: tuple[str, float], quiet: float = 60, current: str = "r1", published: str = "old") -> list[str]:
    """The run keys that looks at seeds of this hash, at this time, ask for."""
    watch, keys = Watch(), []
    for fingerprint, clock in seen:
        found = look(watch, fingerprint, clock, quiet, current, published)
        assert bool(found.run_key) != bool(found.why_not)
        watch = Watch.read(found.watch.cursor())
        keys.append(found.run_key)
    return keys


def test_seeds_at_rest_make_one_run():
    assert looks(("new", 0), ("new", 30), ("new", 60), ("new", 90), ("new", 9000)) == ["", "", "r1:new", "", ""]


def test_many_files_saved_one_after_the_other_make_one_run():
    assert looks(("a", 0), ("b", 50), ("c", 100), ("c", 130), ("c", 160)) == ["", "", "", "", "r1:c"]


def test_what_the_release_is_made_of_makes_none():
    assert looks(("old", 0), ("old", 100), ("new", 200), ("old", 300), ("old", 400)) == [""] * 5


def test_seeds_at_fault_are_not_tried_again_until_they_change():
    keys = looks(("bad", 0), ("bad", 60), ("bad", 500), ("good", 600), ("good", 660), ("bad", 700), ("bad", 760))
    assert keys == ["", "r1:bad", "", "", "r1:good", "", "r1:bad"]


def test_a_clock_that_is_set_back_stops_nothing():
    assert looks(("new", 5000), ("new", 100), ("new", 200)) == ["", "r1:new", ""]


def test_a_cursor_that_is_none_of_ours_begins_anew():
    assert Watch.read("not json") == Watch.read('{"other": 1}') == Watch.read(None) == Watch()


def test_the_fingerprint_is_the_hash_that_a_release_bears(line: Line):
    """Which is what intake wrote into its manifest, for the seeds that it was made of."""
    edit(line.paths.seeds / TABLE, "494.7", "494.6")
    manifest = Manifest.read(line.paths.current.resolve())
    assert seed_watch.fingerprint(line.paths.seeds) == input_hash(line.paths.seeds) == manifest.input_hash


def test_a_file_is_read_again_only_if_it_was_touched(seeds, monkeypatch):
    read = []
    digest = seed_watch.digest_of_file
    monkeypatch.setattr(seed_watch, "digest_of_file", lambda path: read.append(path.name) or digest(path))
    first = seed_watch.fingerprint(seeds)
    assert len(read) > 30 and seed_watch.fingerprint(seeds) == first
    del read[:]
    os.utime(seeds / TABLE, ns=(1, 1))
    assert seed_watch.fingerprint(seeds) == first and read == ["table_1.csv"], "touched, not changed"
    # The same size and the same time of change, as a careful copy leaves them: the change of the inode tells.
    before = (seeds / TABLE).stat()
    edit(seeds / TABLE, "494.6", "494.7")
    os.utime(seeds / TABLE, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert seed_watch.fingerprint(seeds) != first


#: What programs leave beside a file that somebody has open, or beside one that was looked at.
LEFT = [
    ".~lock.table_1.csv#", "~$table_1.xlsx", "~WRL0001.tmp", "table_1.csv~", ".table_1.csv.swp", ".table_1.csv.swo",
    ".table_1.csv.un~", "4913", "#table_1.csv#", "table_1.csv.bak", ".table_1.csv.kate-swp", "table_1.csv___jb_tmp___",
    ".goutputstream-A1B2C3", ".DS_Store", "._table_1.csv", "Thumbs.db", "desktop.ini", ".nfs000000000a1b2c3d",
    ".~lock.表一.csv#", "表一.csv~", "~$表一.xlsx",
]  # fmt: skip


def test_what_an_editor_leaves_is_no_seed(seeds):
    """It neither launches a run nor stands in the way of one; an Emacs lock is a link that leads nowhere."""
    before = input_hash(seeds)
    for folder in (seeds, seeds / "sources", seeds / SOURCE, seeds / "codelists", seeds / "relations"):
        for name in LEFT:
            (folder / name).write_bytes(b"\x00,owner")
        (folder / ".#table_1.csv").symlink_to("somebody@a-machine.1234:5678")
    assert seed_watch.fingerprint(seeds) == input_hash(seeds) == before
    assert intake.read(seeds).faults == []


@pytest.mark.parametrize("name", ["table_9.csv", "notes.txt", ".hidden", "table_1.csv.swatch", "swp", "49130"])
def test_any_other_file_is_seen(seeds, name):
    before = input_hash(seeds)
    (seeds / SOURCE / name).write_text("a,b\n")
    assert seed_watch.fingerprint(seeds) != before
    assert [fault.file for fault in intake.read(seeds).faults] == [f"{SOURCE}/{name}"]


@pytest.fixture
def sensor(line: Line, monkeypatch):
    """Ticks of the sensor at chosen seconds, on the line's seeds; its code location knows their folders."""
    from orchestration.desk import sensors

    monkeypatch.setattr(sensors, "LOADED", sorted(os.listdir(line.paths.seeds / "sources")))
    monkeypatch.setenv("MINSHENG_QUIET_SECONDS", "60")
    start = ledger.now()
    state = {"cursor": None}

    def tick(second: float) -> dg.SensorResult:
        from datetime import timedelta

        monkeypatch.setattr(ledger, "now", lambda: start + timedelta(seconds=second))
        with (
            dg.DagsterInstance.ephemeral() as instance,
            dg.build_sensor_context(instance=instance, cursor=state["cursor"]) as context,
        ):
            result = sensors.changed_seeds(context)
        state["cursor"] = result.cursor or state["cursor"]
        return result

    return tick


def test_the_sensor_asks_for_one_run_of_seeds_that_changed(line: Line, sensor):
    assert [len(sensor(second).run_requests or []) for second in (0, 30, 61, 90)] == [0, 0, 1, 0]


def test_the_sensor_sees_a_folder_that_came(line: Line, sensor):
    """Its assets are not declared yet: the run waits for the code location to be loaded anew."""
    shutil.copytree(line.paths.seeds / SOURCE, line.paths.seeds / "sources" / "another")
    told = [sensor(second) for second in (0, 61, 122)]
    assert not any(result.run_requests for result in told)
    assert "Source folders changed (new: another): reload the code location" in told[2].skip_reason.skip_message
