"""The job `refresh` in this process, as `make run` starts it; it shows in the UI as any other run."""

from __future__ import annotations

import contextlib
import getpass
import io
import os
import re
import shutil
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from orchestration.paths import ROOT, Paths

#: `dagster dev` says that `dg dev` is newer; it does the same here and needs nothing more installed.
NOISE = ("Handling yaml-defined logging configuration", "Function `dev_command` is superseded")
#: A line of dbt's log about a model or a test, which may begin with the time.
NODE = re.compile(r"(?:\d\d:\d\d:\d\d\s+)?\d+ of (?P<total>\d+) (?P<status>[A-Z]+)\b")
#: Where Spark shows what it is at, which `name_sources` says.
PAGES = re.compile(r"Spark's own pages: ")
COLOUR = re.compile(r"\x1b\[[\d;]*m")


def environment(paths: Paths) -> None:
    """Dagster's home is this checkout, unless DAGSTER_HOME is set; what it writes goes under the warehouse.

    Nothing phones home.
    """
    os.environ["DAGSTER_HOME"] = os.environ.get("DAGSTER_HOME") or str(ROOT)
    os.environ["MINSHENG_STATE"] = os.environ.get("MINSHENG_STATE") or str(paths.warehouse / "dagster")
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "1"
    # dagster.yaml names the handler of the log by its module, which every process of Dagster must find.
    own = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(os.pathsep.join(own).split(os.pathsep)))
    # Not for users: what Dagster says of its own interfaces that are used here.
    for message in NOISE:
        warnings.filterwarnings("ignore", message=message)
    os.environ["PYTHONWARNINGS"] = ",".join(f"ignore:{message}" for message in NOISE)
    Path(os.environ["MINSHENG_STATE"]).mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def records() -> Iterator[Any]:
    """Dagster's instance. Raises OSError, in words, if DAGSTER_HOME leads to none."""
    import dagster as dg

    try:
        opened = dg.DagsterInstance.get()
    except dg.DagsterError as error:
        text = " ".join(str(error).split())
        raise OSError(f"Dagster cannot open its home, DAGSTER_HOME={os.environ.get('DAGSTER_HOME')}: {text}") from error
    with opened as instance:
        yield instance


def tidy_runs(paths: Paths, instance) -> None:
    """Close the runs that died, which would keep Dagster's queue waiting, and forget the oldest."""
    from orchestration.desk import runs

    for sentence in runs.close_dead(paths, instance):
        print(f"          {sentence}", file=sys.stderr)
    runs.purge(instance)


def refresh(paths: Paths, dry_run: bool = False, launched_by: str = "") -> int:
    """Run it; say what failed, or what waits. Returns an exit code: 130, 143 or 129 where a signal ended it."""
    from orchestration.desk import interrupts

    run = Refresh(paths, dry_run, launched_by or _user())
    with interrupts.gathered() as first:
        try:
            code = run.tried(first)
        except BaseException:
            # Also what a library makes of an interrupt; without one it is an error that nobody foresaw.
            if not first():
                raise
        if number := first():
            run.close_interrupted(interrupts.NAMES[number])
            return 128 + number
    return code


class Refresh:
    """One `make run`. It waits for its turn, is tried again while Dagster's records are locked, and tells its end."""

    def __init__(self, paths: Paths, dry_run: bool, launched_by: str):
        self._paths, self._dry_run, self._launched_by = paths, dry_run, launched_by
        self._run_id, self._before, self._begun = "", None, False

    def tried(self, interrupted: Callable[[], int]) -> int:
        """Run the job; again from the start if it could not even begin. Returns an exit code.

        What failed because it was `interrupted` is told by `close_interrupted`.
        """
        from orchestration.release import ledger, marks

        for attempt in count(1):
            self._run_id = str(uuid4())
            try:
                self._before = ledger.current_release(self._paths)
                with self._paths.turn(self._run_id):
                    # What a stage of the UI, or the child of a run that died, still writes.
                    with self._paths.lock():
                        self._before = ledger.current_release(self._paths)
                    environment(self._paths)
                    result = self._executed()
            except Exception as error:
                from orchestration.desk.accidents import MACHINE, PAUSE, RETRIES, in_words, is_passing

                if interrupted() or not isinstance(error, MACHINE):
                    raise
                said = in_words(error, self._paths.warehouse)
                if attempt > RETRIES or not is_passing(error) or self._has_begun():
                    # Dagster could not even write down what happened: the next run closes this one.
                    marks.let_go(self._run_id)
                    print(f"\n{said}\n\n{self._outcome()}", file=sys.stderr)
                    return 1
                marks.unmark(self._paths, self._run_id)
                again = f"Nothing has begun; it is tried again in {PAUSE} s ({attempt} of {RETRIES})."
                print(f"{said}\n{again}", file=sys.stderr, flush=True)
                time.sleep(PAUSE)
                continue
            if not result.success and not interrupted():
                self._tell_failure(result)
            return 0 if result.success else 1

    def close_interrupted(self, by: str) -> None:
        """After a signal: nothing of the run goes on, Dagster knows, and one line says what came of it."""
        from orchestration.desk import alerts
        from orchestration.release import candidates, marks

        said = f"Interrupted by {by}. {self._outcome()}"
        # Imported already, unless the signal came before anything was written down.
        if "orchestration.desk.accidents" in sys.modules:
            from orchestration.desk.accidents import MACHINE

            with contextlib.suppress(*MACHINE), records() as instance:
                run = instance.get_run_by_id(self._run_id)
                if run is not None and not run.is_finished:
                    instance.report_run_canceled(run, said)
                marks.unmark(self._paths, self._run_id)
        candidate = self._paths.candidate(self._run_id)
        if self._run_id and not (candidate / candidates.WAITS).exists():
            shutil.rmtree(candidate, ignore_errors=True)
        print(f"\n{said}", file=sys.stderr)
        if by != "Ctrl-C" and alerts.is_configured():
            from orchestration.desk import runs

            alerts.send(runs.failure_alert("refresh", self._run_id, [said]), lambda text: None)

    def _has_begun(self) -> bool:
        """Whether its first stage began; the candidate goes when it is published."""
        self._begun = self._begun or self._paths.candidate(self._run_id).exists()
        return self._begun

    def _executed(self):
        """The job in Dagster's instance, between closing the runs that died and taking this one's mark away."""
        from orchestration.desk import runs
        from orchestration.desk.accidents import patience
        from orchestration.release import marks

        defs = _definitions()
        config: dict[str, Any] = {
            "loggers": {"progress": {}},
            "ops": {
                "intake": {"config": {"launched_by": self._launched_by}},
                "warehouse__current": {"config": {"dry_run": self._dry_run}},
            },
        }
        with records() as instance, DbtProgress.at_terminal() as progress, patience(self._has_begun):
            tidy_runs(self._paths, instance)
            # Before Dagster knows of it: wherever it ends, the next run sees by the mark that it died.
            marks.mark(self._paths, self._run_id)
            with contextlib.redirect_stdout(progress):
                result = defs.resolve_job_def("refresh").execute_in_process(
                    instance=instance,
                    raise_on_error=False,
                    run_id=self._run_id,
                    run_config=config,
                    tags=runs.tags(self._paths),
                )
            marks.unmark(self._paths, self._run_id)
        return result

    def _outcome(self) -> str:
        """What readers have: a run may fail after its promotion was done."""
        from orchestration.release import ledger

        with contextlib.suppress(OSError, ledger.LedgerError):
            if (current := ledger.current_release(self._paths)) != self._before and current:
                return f"{current} had been published before that, and is current."
        return "Nothing was published."

    def _tell_failure(self, result) -> None:
        """On the terminal, and to those whom the environment names: nobody watches the terminal of a nightly run."""
        from orchestration.desk import alerts, runs

        texts = [runs.failure_text(event) for event in result.all_events if event.is_step_failure]
        for text in texts:
            print(f"\n{text}", file=sys.stderr)
        candidate = self._paths.candidate(result.run_id)
        kept = f"; its candidate is kept in {candidate}" if candidate.exists() else ""
        print(f"\n{self._outcome()} The run is {result.run_id}{kept}", file=sys.stderr)
        if alerts.is_configured():
            for sentence in alerts.send(runs.failure_alert("refresh", result.run_id, texts), lambda text: None):
                print(sentence, file=sys.stderr)


def _definitions() -> Any:
    """What Dagster loads. Raises OSError, in words, for a setting that means nothing or a project that dbt refuses."""
    import dagster as dg

    from orchestration.transform import TransformError

    try:
        from orchestration.definitions import defs
    except (ValueError, TransformError, dg.DagsterInvalidDefinitionError) as error:
        raise OSError(str(error)) from error
    return defs


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


class DbtProgress(io.TextIOBase):
    """dbt's log as a counter on a terminal; models and tests that failed as lines of their own, and where Spark shows more."""

    def __init__(self, terminal: TextIO):
        self._terminal, self._done, self._is_open = terminal, 0, False

    @classmethod
    @contextlib.contextmanager
    def at_terminal(cls) -> Iterator[DbtProgress]:
        """On the standard error of now: within a stage Dagster puts a file in its place."""
        try:
            copy = os.dup(sys.stderr.fileno())
        except (OSError, ValueError):
            yield cls(sys.stderr)
            return
        with open(copy, "w", encoding=sys.stderr.encoding, errors="backslashreplace") as terminal:
            progress = cls(terminal)
            yield progress
            progress._close_counter()

    def write(self, text: str) -> int:
        # dbt numbers a node when it begins; they end in another order.
        found = NODE.match(COLOUR.sub("", text))
        # A terminal that went away stops nothing.
        with contextlib.suppress(OSError):
            if (found and found["status"] in ("ERROR", "FAIL")) or PAGES.match(text):
                self._close_counter()
                self._terminal.write(text.rstrip() + "\n")
                self._terminal.flush()
            if found and found["status"] != "START":
                self._count(int(found["total"]))
        return len(text)

    def _count(self, total: int) -> None:
        self._done = 1 if self._done == total else self._done + 1
        if self._terminal.isatty():
            self._terminal.write(f"\r          dbt: {self._done} of {total} models and tests")
            self._is_open = True
            if self._done == total:
                self._close_counter()
            self._terminal.flush()

    def _close_counter(self) -> None:
        """What follows stands on a line of its own."""
        with contextlib.suppress(OSError):
            if self._is_open:
                self._terminal.write("\n")
                self._terminal.flush()
        self._is_open = False
