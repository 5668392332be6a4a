"""Other projects keep their runs in the same Dagster home: nothing of theirs is closed, forgotten, told of or waited for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.code_pointer import FileCodePointer, ModuleCodePointer
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin

from orchestration.desk import runs, ui
from orchestration.paths import ROOT, Paths
from orchestration.release import marks

STARTED, SUCCESS = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.SUCCESS
OURS = ModuleCodePointer(runs.CODE_LOCATION, "defs", str(ROOT))


@pytest.fixture
def paths(tmp_path, monkeypatch) -> Paths:
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(tmp_path / "warehouse"))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home_of_another_project"))
    return Paths.from_environment()


def silent(monkeypatch) -> None:
    """From now on no run has said anything for an hour."""
    late = runs.now() + timedelta(hours=1)
    monkeypatch.setattr(runs, "now", lambda: late)


def run(pointer=None, status=STARTED, **tags: str) -> dg.DagsterRun:
    origin = pointer and JobPythonOrigin("refresh", RepositoryPythonOrigin("python", pointer))
    return dg.DagsterRun("refresh", status=status, job_code_origin=origin, tags=tags)


def of(paths: Paths, status=STARTED) -> dg.DagsterRun:
    return run(status=status, **runs.tags(paths))


def test_a_silent_run_of_another_project_is_left_alone(paths, monkeypatch):
    """It may be at work for hours without a word; also one that lies in this folder, and one of another warehouse."""
    other = Paths(paths.seeds, paths.warehouse.with_name("other"))
    foreign = [
        run(),
        run(FileCodePointer("nightly.py", "nightly_load", str(ROOT))),
        run(ModuleCodePointer(runs.CODE_LOCATION, "defs", "/another/checkout")),
        run(OURS, **runs.tags(other)),
        of(other),
    ]
    own = [of(paths), run(OURS)]
    silent(monkeypatch)
    with dg.DagsterInstance.ephemeral() as instance:
        for each in [*foreign, *own]:
            instance.add_run(each)
        told = runs.close_dead(paths, instance)
        assert len(told) == len(own) and all(any(r.run_id in text for text in told) for r in own)
        assert {instance.get_run_by_id(r.run_id).status for r in foreign} == {STARTED}
        assert runs.close_dead(other, instance) != [] and runs.close_dead(paths, instance) == []


def test_by_its_mark_a_run_that_died_is_known_wherever_it_was_written_down(paths):
    with dg.DagsterInstance.ephemeral() as instance:
        died = instance.add_run(of(paths))
        marks.folder(paths).mkdir(parents=True)
        (marks.folder(paths) / died.run_id).write_text(died.run_id)
        assert len(runs.close_dead(paths, instance)) == 1


def test_where_the_user_says_where_records_lie_none_is_forgotten(paths, monkeypatch):
    with dg.DagsterInstance.ephemeral() as instance:
        for each in [run(status=SUCCESS) for _ in range(4)] + [of(paths, SUCCESS) for _ in range(4)]:
            instance.add_run(each)
        assert runs.purge(instance, kept=1) == 0 and instance.get_runs_count() == 8
        # In the home of this checkout only its own are counted, and go.
        monkeypatch.setenv("DAGSTER_HOME", str(ROOT))
        elsewhere = instance.add_run(run(FileCodePointer("a.py", "a", "/"), SUCCESS))
        assert runs.purge(instance, kept=3) == 5
        assert instance.get_run_by_id(elsewhere.run_id) is not None and instance.get_runs_count() == 4


def test_nobody_is_told_of_a_failure_of_another_project(paths, monkeypatch):
    from orchestration.desk import sensors

    told = []
    monkeypatch.setattr(sensors.alerts, "send", lambda alert, log: told.append(alert.run_id))

    @dg.op
    def fail():
        raise ValueError("a fault of its own")

    @dg.job
    def refresh():
        fail()

    with dg.DagsterInstance.ephemeral() as instance:
        for tags in ({}, runs.tags(paths)):
            failed = refresh.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
            context = dg.build_run_status_sensor_context(
                "failed_runs", failed.get_run_failure_event(), instance, failed.dagster_run, context=None
            )
            sensors.failed_runs(context.for_run_failure())
    assert told == [failed.run_id]


def test_a_run_of_another_project_delays_no_reload(paths, monkeypatch):
    from orchestration.desk import sensors

    monkeypatch.delenv("MINSHENG_UI", raising=False)
    with dg.DagsterInstance.ephemeral() as instance, dg.build_sensor_context(instance=instance) as context:
        instance.add_run(run())
        assert "reload the code location" in sensors._reloaded(context, ["another"])
        instance.add_run(of(paths))
        assert "when the run in progress has ended" in sensors._reloaded(context, ["another"])


def test_the_ui_starts_no_daemon_where_others_launch_runs(paths, monkeypatch, capsys):
    """It would take what they have queued, and fail it."""
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_run(of(paths))
        assert ui.programs(paths, instance) == ["dagster", "dev"]
        monkeypatch.setattr(runs, "of_others", lambda *_: True)
        assert ui.programs(paths, instance) == ["dagster-webserver"]
        assert "launch with `make run`" in capsys.readouterr().err
        monkeypatch.setenv("DAGSTER_HOME", str(ROOT))
        assert ui.programs(paths, instance) == ["dagster", "dev"]


def test_a_home_that_cannot_be_opened_is_one_line(paths, monkeypatch, capsys):
    from orchestration.desk import launch

    monkeypatch.setattr(launch, "environment", lambda paths: None)
    for home in ("relative/folder", str(Path(paths.warehouse) / "nowhere")):
        monkeypatch.setenv("DAGSTER_HOME", home)
        assert launch.refresh(paths) == 1
        said = capsys.readouterr().err
        assert f"DAGSTER_HOME={home}" in said and "Traceback" not in said and "Nothing was published" in said
