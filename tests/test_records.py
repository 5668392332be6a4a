"""Dagster's records that stay open: the same rows, and the UI hears of each."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest

from orchestration.desk import launch
from orchestration.desk.records import EventLog
from orchestration.paths import Paths


@dg.job
def nothing():
    """A job without a step: it begins and ends."""


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    for name in ("DAGSTER_HOME", "MINSHENG_STATE"):
        monkeypatch.setenv(name, "")
    found = Paths(seeds=tmp_path / "seeds", warehouse=tmp_path / "warehouse")
    launch.environment(found)
    return found


def test_dagster_keeps_its_records_in_them(paths: Paths):
    """The file that is shipped leads to the class of this project, and Dagster's own reads what it wrote."""
    with launch.records() as instance:
        assert type(instance.event_log_storage) is EventLog
        run = nothing.execute_in_process(instance=instance).run_id
        written = [entry.dagster_event_type for entry in instance.all_logs(run) if entry.is_dagster_event]
    assert dg.DagsterEventType.RUN_SUCCESS in written
    own = "storage: {sqlite: {base_dir: {env: MINSHENG_STATE}}}"
    (paths.warehouse / "dagster.yaml").write_text(own, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(paths.warehouse)) as instance:
        read = [entry.dagster_event_type for entry in instance.all_logs(run) if entry.is_dagster_event]
    assert read == written


def test_who_watches_a_run_hears_of_each_event_and_reading_is_no_event(paths: Paths):
    heard, ended = [], threading.Event()

    def listen(entry: dg.EventLogEntry, cursor: str) -> None:
        heard.append(entry.dagster_event_type)
        if entry.dagster_event_type == dg.DagsterEventType.RUN_SUCCESS:
            ended.set()

    with launch.records() as instance, launch.records() as watching:
        run_id = str(uuid4())
        log = watching.event_log_storage
        log.watch(run_id, None, listen)
        file = Path(log.path_for_shard(run_id))
        nothing.execute_in_process(instance=instance, run_id=run_id)
        assert ended.wait(20)
        log.end_watch(run_id, listen)
        before = file.stat().st_mtime_ns
        assert len(watching.all_logs(run_id)) >= len(heard) > 2
        assert file.stat().st_mtime_ns == before
