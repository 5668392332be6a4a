"""The command line: `python -m orchestration <command>`; `make help` lists the same."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shutil
import signal
import sys
from pathlib import Path
from typing import TextIO

from orchestration.paths import ROOT, Paths


def environment(paths: Paths) -> None:
    """Dagster's home is this checkout; what it writes goes under the warehouse. Nothing phones home."""
    os.environ.setdefault("DAGSTER_HOME", str(ROOT))
    os.environ.setdefault("MINSHENG_STATE", str(paths.warehouse / "dagster"))
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "1"
    Path(os.environ["MINSHENG_STATE"]).mkdir(parents=True, exist_ok=True)


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


def refresh(paths: Paths) -> int:
    """Run the job `refresh` here, in this process; it shows in the UI as any other run."""
    from orchestration.accidents import MACHINE, in_words

    try:
        environment(paths)
        result = run_refresh(paths)
    except MACHINE as error:
        # Dagster could not even write down what happened: the next run closes this one.
        print(f"\n{in_words(error, paths.warehouse)}\n\nNothing was published.", file=sys.stderr)
        return 1
    if not result.success:
        for event in result.all_events:
            if event.is_step_failure:
                failure = event.step_failure_data
                text = failure.user_failure_data.description if failure.user_failure_data else str(failure.error)
                print(f"\nStage {event.step_key} failed.\n{text}", file=sys.stderr)
        candidate = paths.candidate(result.run_id)
        kept = f"; its candidate is kept in {candidate}" if candidate.exists() else ""
        print(f"\nNothing was published. The run is {result.run_id}{kept}", file=sys.stderr)
        return 1
    return status(paths)


def run_refresh(paths: Paths):
    """The job in Dagster's instance, between closing the runs that died and taking this one's mark away."""
    from uuid import uuid4

    import dagster as dg

    from orchestration import marks
    from orchestration.definitions import defs

    run_id = str(uuid4())
    with dg.DagsterInstance.get() as instance, contextlib.redirect_stdout(DbtProgress(sys.stderr)):
        tidy_runs(paths, instance)
        # Before Dagster knows of it: wherever it ends, the next run sees by the mark that it died.
        marks.mark(paths, run_id)
        result = defs.resolve_job_def("refresh").execute_in_process(
            instance=instance, raise_on_error=False, run_id=run_id, run_config={"loggers": {"progress": {}}}
        )
        marks.unmark(paths, run_id)
    return result


def tidy_runs(paths: Paths, instance) -> None:
    """Close the runs that died, which would keep Dagster's queue waiting, and forget the oldest."""
    from orchestration import runs

    for sentence in runs.close_dead(paths, instance):
        print(f"          {sentence}", file=sys.stderr)
    runs.purge(instance)


def status(paths: Paths) -> int:
    """Say which release is current, what is in it and how to open it."""
    import duckdb

    from orchestration import ledger
    from orchestration.manifest import DATABASE, Manifest

    current = ledger.current_release(paths)
    if current is None:
        print(f"Nothing is published in {paths.warehouse} yet: make run")
        return 1
    manifest = Manifest.read(paths.releases / current)
    database = paths.current / DATABASE
    print(f"\nRelease {current}, built on {manifest.base_release_id or 'nothing'}")
    for name, facts in sorted(manifest.tables.items()):
        print(f"  {name:32}{facts.rows:>8} rows")
    with duckdb.connect(str(database), read_only=True) as connection:
        findings = dict(
            connection.execute(
                "select standing, count(*) from quality.finding group by standing order by standing"
            ).fetchall()
        )
    print("  findings of the rules: " + ", ".join(f"{count} {standing}" for standing, count in findings.items()))
    shown = os.path.relpath(database)
    print("\nOpen it:  make book           the data book: pictures, tables, sources")
    print(f"          make sql            or  duckdb -readonly {shown}")
    print("          make ui             the Dagster UI, on 127.0.0.1")
    print(f"BI tools: {shown}, read-only")
    return 0


def rollback(paths: Paths, release_id: str | None, approved_by: str | None = None) -> int:
    """Make an earlier release current again, and its data book with it."""
    from orchestration import promote

    try:
        done = promote.rollback(paths, release_id, approved_by)
    except promote.PromotionRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"{done.release_id} is current" + ("" if done.changed else " already; nothing was changed"))
    if done.note:
        print(done.note, file=sys.stderr)
    from orchestration.book import bring_up_to_date

    print(f"book: {bring_up_to_date(paths).text}", file=sys.stderr)
    return 0


def changes(paths: Paths, release_id: str | None) -> int:
    """Say what the current release changed, or an earlier one, in words for a mail."""
    from orchestration import ledger, summary

    try:
        print(summary.summary(paths, release_id))
    except (summary.NoRelease, ledger.LedgerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def check(paths: Paths) -> int:
    """Read and check the seeds only; build nothing."""
    from orchestration import intake
    from validations.faults import report

    result = intake.read(paths.seeds, progress=lambda text: print(text, file=sys.stderr))
    if result.faults:
        print(report(sorted(set(result.faults))), file=sys.stderr)
        return 1
    for source in result.sources:
        counts = ", ".join(f"{len(source.rows[name])} {name}s" for name in ("decision", "claim"))
        print(f"{source.source_id}: {source.figures:,} figures, {counts}, no fault")
    return 0


def check_source(paths: Paths, source_id: str, everything: bool) -> int:
    """Run intake and rules on one source: what is wrong with its pages, and the decisions to write."""
    from orchestration.check_source import CheckFailed, check_source
    from orchestration.transform import TransformError
    from validations.faults import IntakeError

    try:
        print(check_source(paths, source_id, everything, lambda text: print(text, file=sys.stderr)))
    except (CheckFailed, IntakeError, TransformError) as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


def sql(paths: Paths, query: str) -> int:
    """Run one query on the current release, read-only and confined to it; a prompt if there is none."""
    import duckdb

    from orchestration.manifest import DATABASE

    database = paths.current / DATABASE
    if not database.exists():
        print("Nothing is published yet: make run", file=sys.stderr)
        return 1
    with duckdb.connect(
        str(database.resolve()), read_only=True, config={"enable_external_access": "false"}
    ) as connection:
        if query:
            return _show(connection, query)
        print("One query a line, `.quit` ends. Try: from marts.dibao_gap;")
        while (line := _prompt()) not in (None, ".quit", ".exit"):
            if line:
                _show(connection, line)
    return 0


def export(paths: Paths, table: str) -> int:
    """Write a table of the current release to standard output as CSV, safe to open in a spreadsheet."""
    from orchestration.export import NoSuchTable, write_csv
    from orchestration.manifest import DATABASE

    if not (paths.current / DATABASE).exists():
        print("Nothing is published yet: make run", file=sys.stderr)
        return 1
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    with open(sys.stdout.fileno(), "w", encoding="utf-8-sig", newline="", closefd=False) as out:
        try:
            write_csv((paths.current / DATABASE).resolve(), table, out)
        except NoSuchTable as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def _prompt() -> str | None:
    try:
        return input("minsheng> ").strip()
    except EOFError:
        return None


def _show(connection, query: str) -> int:
    import duckdb

    try:
        relation = connection.sql(query)
        if relation is not None:
            relation.show(max_width=shutil.get_terminal_size((120, 24)).columns, max_rows=60)
    except duckdb.Error as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def ui(paths: Paths, port: int) -> int:
    """Replace this process by the Dagster UI and its daemon."""
    environment(paths)
    os.chdir(ROOT)
    dagster = Path(sys.executable).parent / "dagster"
    print(f"The UI opens at http://127.0.0.1:{port}; Ctrl-C ends it.", flush=True)
    # A shell that starts us in the background has us ignore interrupts, and Dagster would then ignore TERM too.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # `dagster dev` says that `dg dev` is newer; it does the same here and needs nothing more installed.
    os.environ["PYTHONWARNINGS"] = "ignore:Function `dev_command` is superseded"
    os.execv(
        dagster,
        [str(dagster), "dev", "--host", "127.0.0.1", "--port", str(port)],
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m orchestration", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("refresh", help=refresh.__doc__)
    commands.add_parser("status", help=status.__doc__)
    commands.add_parser("check", help=check.__doc__)
    one = commands.add_parser("check-source", help=check_source.__doc__)
    one.add_argument("source_id", help="the folder under seeds/sources")
    one.add_argument("--all", action="store_true", help="also what decisions answer already")
    back = commands.add_parser("rollback", help=rollback.__doc__)
    back.add_argument("release_id", nargs="?", help="release to go back to; the one before if left out")
    back.add_argument("--approved-by", help="who approved it; written into the ledger")
    told = commands.add_parser("changes", help=changes.__doc__)
    told.add_argument("release_id", nargs="?", help="release to tell of; the current one if left out")
    query = commands.add_parser("sql", help=sql.__doc__)
    query.add_argument("query", nargs="?", default="")
    commands.add_parser("export", help=export.__doc__).add_argument("table", help="such as marts.dibao")
    web = commands.add_parser("ui", help=ui.__doc__)
    web.add_argument("--port", type=int, default=3000)
    options = parser.parse_args(arguments)
    try:
        paths = Paths.from_environment()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if options.command == "check-source":
        return check_source(paths, options.source_id, options.all)
    if options.command == "rollback":
        return rollback(paths, options.release_id, options.approved_by)
    if options.command == "changes":
        return changes(paths, options.release_id)
    if options.command == "export":
        return export(paths, options.table)
    if options.command == "sql":
        return sql(paths, options.query)
    if options.command == "ui":
        return ui(paths, options.port)
    return {"refresh": refresh, "status": status, "check": check}[options.command](paths)


if __name__ == "__main__":
    sys.exit(main())
