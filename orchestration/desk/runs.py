"""Dagster's records of runs: those of runs that died are closed, those that are old are forgotten.

Dagster takes a run that was killed for a running one for ever, and a queue of one place would wait for it.
"""

from __future__ import annotations

from contextlib import suppress

import dagster as dg

from orchestration.desk.alerts import Alert
from orchestration.paths import Paths
from orchestration.release import marks
from orchestration.release.ledger import now

#: Finished runs whose records are kept.
KEPT = 500
#: Seconds without news after which a run that began without a mark is taken for dead.
SILENCE = 120
BEGUN = [getattr(dg.DagsterRunStatus, name) for name in ("NOT_STARTED", "STARTING", "STARTED", "CANCELING")]
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


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
        # Whether the clock went forth or back since, an age is an age.
        silent = abs((now() - record.update_timestamp).total_seconds()) > SILENCE
        if silent and not (marks.folder(paths) / run_id).exists():
            told.append(_close(paths, instance, record.dagster_run, run_id))
    return told


def purge(instance: dg.DagsterInstance, kept: int = KEPT) -> int:
    """Forget the oldest finished runs but `kept`; returns how many. By number, since clocks may be wrong."""
    finished = dg.RunsFilter(statuses=FINISHED)
    old = instance.get_runs_count(finished) - kept
    if old <= 0:
        return 0
    for record in instance.get_run_records(finished, limit=old, ascending=True):
        instance.delete_run(record.dagster_run.run_id)
    return old


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
