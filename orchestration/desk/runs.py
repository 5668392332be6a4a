"""Dagster's records of runs: those of runs that died are closed, those that are old are forgotten.

Dagster takes a run that was killed for a running one for ever, and a queue of one place would wait for it.

Where DAGSTER_HOME leads elsewhere, other projects keep their runs in the same records: a run is ours only if it bears
this warehouse's mark, or comes from this checkout's code location and bears none. All others are left alone.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import dagster as dg

from orchestration.desk.alerts import Alert
from orchestration.paths import ROOT, Paths
from orchestration.release import marks
from orchestration.release.ledger import now

#: Tag of every run: the warehouse that it works on.
MARK = "minsheng/warehouse"
#: The module that `dagster dev` loads (pyproject.toml).
CODE_LOCATION = "orchestration.definitions"
#: Finished runs whose records are kept.
KEPT = 500
#: Seconds without news after which a run that began without a mark is taken for dead.
SILENCE = 120
BEGUN = [getattr(dg.DagsterRunStatus, name) for name in ("NOT_STARTED", "STARTING", "STARTED", "CANCELING")]
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def tags(paths: Paths) -> dict[str, str]:
    """What marks a run as one of this warehouse."""
    return {MARK: str(paths.warehouse)}


def is_ours(paths: Paths, run: dg.DagsterRun) -> bool:
    """Whether `run` works on this warehouse.

    One that was launched in the UI for chosen assets has no mark until its first step; it tells which code it is of.
    One that tells neither is of another project, but in records that only this checkout writes.
    """
    if MARK in run.tags:
        return run.tags[MARK] == str(paths.warehouse)
    if run.job_code_origin or run.remote_job_origin:
        pointer = run.job_code_origin and run.job_code_origin.repository_origin.code_pointer
        loaded = getattr(pointer, "module", None), getattr(pointer, "working_directory", None)
        return loaded == (CODE_LOCATION, str(ROOT))
    return has_own_records()


def has_own_records() -> bool:
    """Whether Dagster's records are this checkout's own: `make` says where they lie, not the user."""
    home = os.environ.get("DAGSTER_HOME")
    return not home or Path(home).resolve() == ROOT


def of_others(paths: Paths, instance: dg.DagsterInstance) -> bool:
    """Whether another project launched one of the last runs in these records, from a UI or a daemon."""
    launched = [run for run in instance.get_runs(limit=KEPT) if run.remote_job_origin]
    return any(not is_ours(paths, run) for run in launched)


def close_dead(paths: Paths, instance: dg.DagsterInstance) -> list[str]:
    """Have Dagster know which runs died, so that its queue goes on; returns one sentence for each.

    Their candidates are marked as dead: the next run clears them away.
    """
    told = []
    for run_id in marks.dead(paths):
        run = instance.get_run_by_id(run_id)
        if run is None or not run.is_finished:
            told.append(_close(paths, instance, run, run_id))
        marks.unmark(paths, run_id)
    for record in instance.get_run_records(dg.RunsFilter(statuses=BEGUN)):
        run_id = record.dagster_run.run_id
        if not is_ours(paths, record.dagster_run):
            continue
        # Whether the clock went forth or back since, an age is an age.
        silent = abs((now() - record.update_timestamp).total_seconds()) > SILENCE
        if silent and not (marks.folder(paths) / run_id).exists():
            told.append(_close(paths, instance, record.dagster_run, run_id))
    return told


def purge(instance: dg.DagsterInstance, kept: int = KEPT) -> int:
    """Forget the oldest of our finished runs but `kept`; returns how many. By number, since clocks may be wrong.

    Where the user says where Dagster's records lie, how long they are kept is not for us to say.
    """
    finished = dg.RunsFilter(statuses=FINISHED)
    if not has_own_records() or instance.get_runs_count(finished) <= kept:
        return 0
    paths = Paths.from_environment()
    ours = [run.run_id for run in instance.get_runs(finished, ascending=True) if is_ours(paths, run)]
    old = ours[:-kept]
    for run_id in old:
        instance.delete_run(run_id)
    return len(old)


def failure_text(event: dg.DagsterEvent) -> str:
    """What a failed step says to people: its message with file, row and column, or the error where it has none."""
    failure = event.step_failure_data
    text = failure.user_failure_data.description if failure.user_failure_data else None
    return f"Stage {event.step_key} failed.\n{text or str(failure.error)}"


def failure_alert(job: str, run_id: str, texts: list[str]) -> Alert:
    """The message about a failed run."""
    body = "\n\n".join([*texts, f"Run {run_id} of the job {job}. Readers still have the release before."])
    return Alert("run_failed", f"Minsheng: {job} failed ({run_id[:8]})", body, run_id)


def _close(paths: Paths, instance: dg.DagsterInstance, run: dg.DagsterRun | None, run_id: str) -> str:
    text = (
        f"the run {run_id} died: its process was gone before its end. It is closed, and nothing that it left is used."
    )
    if run is not None and not run.is_finished:
        instance.report_run_failed(run, text)
    candidate = paths.candidate((run.root_run_id if run else None) or run_id)
    if candidate.is_dir():
        with suppress(OSError):
            (candidate / marks.DIED).write_text(run_id + "\n", encoding="utf-8")
    return text
