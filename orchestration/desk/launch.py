"""The job `refresh` in this process, as `make run` starts it; it shows in the UI as any other run."""

from __future__ import annotations

import contextlib
import getpass
import io
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any, TextIO

from orchestration.paths import ROOT, Paths

#: `dagster dev` says that `dg dev` is newer; it does the same here and needs nothing more installed.
NOISE = ("Handling yaml-defined logging configuration", "Function `dev_command` is superseded")


def environment(paths: Paths) -> None:
    """Dagster's home is this checkout, unless DAGSTER_HOME is set; what it writes goes under the warehouse.

    Nothing phones home.
    """
    os.environ.setdefault("DAGSTER_HOME", str(ROOT))
    os.environ.setdefault("MINSHENG_STATE", str(paths.warehouse / "dagster"))
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "1"
    # dagster.yaml names the handler of the log by its module, which every process of Dagster must find.
    own = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(os.pathsep.join(own).split(os.pathsep)))
    # Not for users: what Dagster says of its own interfaces that are used here.
    for message in NOISE:
        warnings.filterwarnings("ignore", message=message)
    os.environ["PYTHONWARNINGS"] = ",".join(f"ignore:{message}" for message in NOISE)
    Path(os.environ["MINSHENG_STATE"]).mkdir(parents=True, exist_ok=True)


def tidy_runs(paths: Paths, instance) -> None:
    """Close the runs that died, which would keep Dagster's queue waiting, and forget the oldest."""
    from orchestration.desk import runs

    for sentence in runs.close_dead(paths, instance):
        print(f"          {sentence}", file=sys.stderr)
    runs.purge(instance)


def refresh(paths: Paths, dry_run: bool = False, launched_by: str = "") -> int:
    """Run it; say what failed, or what waits. Returns an exit code."""
    from orchestration.desk.accidents import MACHINE, in_words

    try:
        environment(paths)
        result = _run(paths, dry_run, launched_by or _user())
    except MACHINE as error:
        # Dagster could not even write down what happened: the next run closes this one.
        print(f"\n{in_words(error, paths.warehouse)}\n\nNothing was published.", file=sys.stderr)
        return 1
    if not result.success:
        _tell_failure(paths, result)
        return 1
    return 0


def _run(paths: Paths, dry_run: bool, launched_by: str):
    """The job in Dagster's instance, between closing the runs that died and taking this one's mark away."""
    from uuid import uuid4

    import dagster as dg

    from orchestration.definitions import defs
    from orchestration.release import marks

    run_id = str(uuid4())
    config: dict[str, Any] = {
        "loggers": {"progress": {}},
        "ops": {
            "intake": {"config": {"launched_by": launched_by}},
            "warehouse__current": {"config": {"dry_run": dry_run}},
        },
    }
    with dg.DagsterInstance.get() as instance, contextlib.redirect_stdout(DbtProgress(sys.stderr)):
        tidy_runs(paths, instance)
        # Before Dagster knows of it: wherever it ends, the next run sees by the mark that it died.
        marks.mark(paths, run_id)
        result = defs.resolve_job_def("refresh").execute_in_process(
            instance=instance, raise_on_error=False, run_id=run_id, run_config=config
        )
        marks.unmark(paths, run_id)
    return result


def _tell_failure(paths: Paths, result) -> None:
    """On the terminal, and to those whom the environment names: nobody watches the terminal of a nightly run."""
    from orchestration.desk import alerts, runs

    texts = [runs.failure_text(event) for event in result.all_events if event.is_step_failure]
    for text in texts:
        print(f"\n{text}", file=sys.stderr)
    candidate = paths.candidate(result.run_id)
    kept = f"; its candidate is kept in {candidate}" if candidate.exists() else ""
    print(f"\nNothing was published. The run is {result.run_id}{kept}", file=sys.stderr)
    if alerts.is_configured():
        for sentence in alerts.send(runs.failure_alert("refresh", result.run_id, texts), lambda text: None):
            print(sentence, file=sys.stderr)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


class DbtProgress(io.TextIOBase):
    """dbt's log as a counter on a terminal; models and tests that failed as lines of their own."""

    def __init__(self, terminal: TextIO):
        self._terminal = terminal

    def write(self, text: str) -> int:
        found = re.match(r"(\d+) of (\d+) (\S+)", re.sub(r"\x1b\[\d*m", "", text))
        if found and found[3] in ("ERROR", "FAIL"):
            self._terminal.write(text.rstrip() + "\n")
        elif found and found[3] != "START" and self._terminal.isatty():
            self._terminal.write(
                f"\r          dbt: {found[1]} of {found[2]} models and tests" + ("\n" if found[1] == found[2] else "")
            )
            self._terminal.flush()
        return len(text)
