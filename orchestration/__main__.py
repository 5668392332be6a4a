"""The command line: `python -m orchestration <command>`; `make help` lists the same."""

from __future__ import annotations

import argparse
import os
import shutil
import sys

from orchestration.paths import Paths


def refresh(paths: Paths, dry_run: bool = False, launched_by: str = "") -> int:
    """Build, check and publish a release; or, as a dry run, build and check one and leave it for inspection."""
    from orchestration.desk import launch

    return launch.refresh(paths, dry_run, launched_by) or status(paths)


def status(paths: Paths) -> int:
    """Say which release is current, what is in it and how to open it."""
    import duckdb

    from orchestration.release import ledger
    from orchestration.release.manifest import DATABASE, Manifest

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
    _print_affairs(paths)
    print("\nOpen it:  make book           the data book: pictures, tables, sources")
    print(f"          make sql            or  duckdb -readonly {shown}")
    print("          make ui             the Dagster UI, on 127.0.0.1")
    print(f"BI tools: {shown}, read-only")
    return 0


def _print_affairs(paths: Paths) -> None:
    """What a person may want to see to: figures that are late, candidates that wait."""
    from orchestration.desk import freshness, waiting

    found, day = freshness.read(paths), freshness.today()
    late = [source for source in found if source.is_stale(day)]
    print(f"  figures of {len(found)} sources: " + (f"{len(late)} late" if late else "none late"))
    for source in late:
        print(f"    {source.sentence(day)}")
    for line in waiting.lines(paths):
        print(f"\nCandidate {line}")


def rollback(paths: Paths, release_id: str | None, approved_by: str | None = None) -> int:
    """Make an earlier release current again, and its data book with it."""
    from orchestration.release import promote

    try:
        done = promote.rollback(paths, release_id, approved_by)
    except promote.PromotionRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"{done.release_id} is current" + ("" if done.changed else " already; nothing was changed"))
    if done.note:
        print(done.note, file=sys.stderr)
    _bring_book(paths)
    return 0


def _bring_book(paths: Paths) -> None:
    """The book of what readers see now; whatever happens to it, the release stands."""
    from orchestration.desk.book import bring_up_to_date

    print(f"book: {bring_up_to_date(paths).text}", file=sys.stderr)


def promote(paths: Paths, run_id: str) -> int:
    """Publish the candidate that a dry run left, through the sealed door."""
    from orchestration.release import candidates
    from orchestration.release.promote import PromotionRefused
    from orchestration.release.promote import promote as promote_candidate

    try:
        print(promote_candidate(paths, candidates.find(paths, run_id)).sentence())
    except (PromotionRefused, candidates.NoCandidate) as refused:
        print(refused, file=sys.stderr)
        return 1
    _bring_book(paths)
    return 0


def approve(paths: Paths, run_id: str, approved_by: str, note: str) -> int:
    """Approve the candidate that waits for a second person, and publish it."""
    from orchestration.release import candidates
    from orchestration.release.approval import ApprovalRefused
    from orchestration.release.promote import PromotionRefused
    from orchestration.release.promote import approve as approve_candidate

    try:
        approve_candidate(paths, candidates.find(paths, run_id), approved_by, note)
    except (PromotionRefused, ApprovalRefused, candidates.NoCandidate) as refused:
        print(refused, file=sys.stderr)
        return 1
    return promote(paths, run_id)


def changes(paths: Paths, release_id: str | None, candidate: str | None = None) -> int:
    """Say what the current release changed, or an earlier one, or a candidate, in words for a mail."""
    from orchestration.release import candidates, ledger, summary

    try:
        if candidate:
            print(summary.of_candidate(paths, candidates.find(paths, candidate)))
        else:
            print(summary.summary(paths, release_id))
    except (summary.NoRelease, candidates.NoCandidate, ledger.LedgerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def check(paths: Paths) -> int:
    """Read and check the seeds only; build nothing."""
    from orchestration import intake
    from validations.faults import IntakeError

    result = intake.read(paths.seeds, progress=lambda text: print(text, file=sys.stderr))
    if result.faults:
        print(IntakeError(result.faults), file=sys.stderr)
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

    from orchestration.release.manifest import DATABASE

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
    from orchestration.release.export import NoSuchTable, write_csv
    from orchestration.release.manifest import DATABASE

    if not (paths.current / DATABASE).exists():
        print("Nothing is published yet: make run", file=sys.stderr)
        return 1
    with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as out:
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
    """Open the Dagster UI, with its schedules and sensors, until Ctrl-C."""
    from orchestration.desk.ui import serve

    return serve(paths, port)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m orchestration", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("refresh", help=refresh.__doc__)
    run.add_argument("--dry-run", action="store_true", help="publish nothing; leave the candidate for inspection")
    run.add_argument("--launched-by", default="", help="who starts it, if not this machine's user")
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
    told.add_argument("--candidate", help="run whose unpublished candidate to tell of")
    publish = commands.add_parser("promote", help=promote.__doc__)
    second = commands.add_parser("approve", help=approve.__doc__)
    for parser_of_candidate in (publish, second):
        parser_of_candidate.add_argument("run_id", help="run whose candidate is meant, or the beginning of its id")
    second.add_argument("--by", required=True, help="who approves: somebody else than who launched the run")
    second.add_argument("--note", default="", help="what was looked at; it stands in the ledger")
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
    if options.command == "refresh":
        return refresh(paths, options.dry_run, options.launched_by)
    if options.command == "promote":
        return promote(paths, options.run_id)
    if options.command == "approve":
        return approve(paths, options.run_id, options.by, options.note)
    if options.command == "changes":
        return changes(paths, options.release_id, options.candidate)
    if options.command == "export":
        return export(paths, options.table)
    if options.command == "sql":
        return sql(paths, options.query)
    if options.command == "ui":
        return ui(paths, options.port)
    return {"status": status, "check": check}[options.command](paths)


if __name__ == "__main__":
    sys.exit(main())
