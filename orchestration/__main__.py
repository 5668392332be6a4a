"""The command line: `python -m orchestration <command>`; `make help` lists the same."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from orchestration import endings, settings
from orchestration.paths import Paths


def refresh(paths: Paths, dry_run: bool = False, launched_by: str = "") -> int:
    """Build, check and publish a release; or, as a dry run, build and check one and leave it for inspection."""
    from orchestration.desk import launch

    code = launch.refresh(paths, dry_run, launched_by)
    if code or (dry_run and not paths.current.is_symlink()):
        # A first dry run publishes nothing, and has said how to: there is no release to tell of.
        return code
    return status(paths)


def status(paths: Paths) -> int:
    """Say which release is current, what is in it and how to open it."""
    import duckdb

    from orchestration.artifacts import DATABASE
    from orchestration.release import access, approval, ledger, verification
    from orchestration.release.manifest import Manifest

    try:
        current = ledger.published_file(paths).parent.name
        faults = verification.of_release(paths, current)
    except ledger.LedgerError as error:
        print(error)
        return 1
    if faults:
        # Said and not mended: a command that reads changes nothing. What is damaged is not told of as if it were whole.
        print(f"{current}, the current release, is damaged: {verification.named(faults)}.")
        print("`make run` builds it anew from the seeds and replaces it; `make rollback` goes back.")
        return 1
    manifest = Manifest.read(paths.releases / current)
    database = paths.current / DATABASE
    replaced = f"; it replaced {manifest.replaces}, which was damaged" if manifest.replaces else ""
    print(f"\nRelease {current}, built on {manifest.base_release_id or 'nothing'}{replaced}")
    if said := approval.told(paths.releases / current):
        print(f"  {said}")
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
    if closed := access.keeps_out(paths, current):
        print(f"\n{closed}")
    return 0


def _print_affairs(paths: Paths) -> None:
    """What a person may want to see to: figures that are late, candidates that wait."""
    from orchestration.desk import freshness, waiting

    try:
        # Who reads the warehouse need not have the seeds.
        settings.places((settings.SEEDS,))
        found, day = freshness.read(paths), freshness.today()
    except (OSError, ValueError) as error:
        print(f"  which figures are late is not known: {endings.in_words(error)}")
    else:
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


def dbt(paths: Paths, words: str) -> int:
    """Run a command of dbt on tables of one's own; what is above its selection is brought up first."""
    import shlex

    from orchestration.development import dbt
    from orchestration.transform import TransformError
    from validations.faults import IntakeError

    try:
        return dbt(paths, shlex.split(words))
    except (IntakeError, TransformError, ValueError) as failed:
        print(failed, file=sys.stderr)
        return 1


def why(paths: Paths, cell: str, figure: str) -> int:
    """Say what became of a printed cell, or what a value of a mart follows from, and why."""
    from orchestration import why
    from orchestration.release.ledger import LedgerError

    try:
        print(why.of_cell(paths, cell) if cell else why.of_figure(paths, figure))
    except (why.NotFound, LedgerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def sql(paths: Paths, query: str) -> int:
    """Run queries on the current release, read-only and confined to it; without any: a prompt, or standard input."""
    import duckdb

    from orchestration import prompt
    from orchestration.release import ledger

    try:
        database = ledger.published_file(paths)
    except ledger.LedgerError as error:
        print(error, file=sys.stderr)
        return 1
    with duckdb.connect(str(database), read_only=True, config={"enable_external_access": "false"}) as connection:
        return prompt.show(connection, query) if query.strip() else prompt.ask(connection)


def export(paths: Paths, table: str) -> int:
    """Write a table of the current release to standard output as CSV, safe to open in a spreadsheet."""
    from orchestration.release import ledger
    from orchestration.release.export import NoSuchTable, write_csv

    try:
        database = ledger.published_file(paths)
    except ledger.LedgerError as error:
        print(error, file=sys.stderr)
        return 1
    if not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    try:
        write_csv(database, table, sys.stdout)
    except NoSuchTable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def ui(paths: Paths, port: int) -> int:
    """Open the Dagster UI, with its schedules and sensors, until Ctrl-C."""
    from orchestration.desk.ui import serve

    return serve(paths, port)


def _parser() -> argparse.ArgumentParser:
    """Every command with what it takes; `act` does it, `needs` is what `settings.places` looks at before."""
    parser = argparse.ArgumentParser(prog="python -m orchestration", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="command")

    def command(name: str, deed: Callable, act: Callable, *needs: str) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=deed.__doc__, description=deed.__doc__)
        found.set_defaults(act=act, needs=needs)
        return found

    seeds, warehouse, dagster = settings.SEEDS, settings.WAREHOUSE, settings.DAGSTER
    run = command(
        "refresh", refresh, lambda paths, o: refresh(paths, o.dry_run, o.launched_by), seeds, warehouse, dagster
    )
    run.add_argument("--dry-run", action="store_true", help="publish nothing; leave the candidate for inspection")
    run.add_argument("--launched-by", default="", help="who starts it, if not this machine's user")
    command("status", status, lambda paths, o: status(paths), warehouse)
    command("check", check, lambda paths, o: check(paths), seeds)
    one = command(
        "check-source", check_source, lambda paths, o: check_source(paths, o.source_id, o.all), seeds, warehouse
    )
    one.add_argument("source_id", help="the folder under seeds/sources")
    one.add_argument("--all", action="store_true", help="also what decisions answer already")
    loop = command("dbt", dbt, lambda paths, o: dbt(paths, o.words), seeds, warehouse)
    loop.add_argument("words", help="the command as one would type it after `dbt`, such as 'build -s dibao+'")
    back = command("rollback", rollback, lambda paths, o: rollback(paths, o.release_id, o.approved_by), warehouse)
    back.add_argument("release_id", nargs="?", help="release to go back to; the one before if left out")
    back.add_argument("--approved-by", help="who approved it; written into the ledger")
    told = command("changes", changes, lambda paths, o: changes(paths, o.release_id, o.candidate), warehouse)
    told.add_argument("release_id", nargs="?", help="release to tell of; the current one if left out")
    told.add_argument("--candidate", help="run whose unpublished candidate to tell of")
    publish = command("promote", promote, lambda paths, o: promote(paths, o.run_id), warehouse)
    second = command("approve", approve, lambda paths, o: approve(paths, o.run_id, o.by, o.note), warehouse)
    for parser_of_candidate in (publish, second):
        parser_of_candidate.add_argument("run_id", help="run whose candidate is meant, or the beginning of its id")
    second.add_argument("--by", required=True, help="who approves: somebody else than who launched the run")
    second.add_argument("--note", default="", help="what was looked at; it stands in the ledger")
    query = command("sql", sql, lambda paths, o: sql(paths, o.query), warehouse)
    query.add_argument("query", nargs="?", default="", help="SQL of DuckDB; several statements with ; between")
    asked = command("why", why, lambda paths, o: why(paths, o.cell, o.figure), warehouse)
    one_of = asked.add_mutually_exclusive_group(required=True)
    one_of.add_argument("--cell", default="", help="source/table/row/column, such as urban_rural_dibao/table_2/4/3")
    one_of.add_argument(
        "--figure", default="", help='such as "marts.dibao time_period=2020 residence=R recipients_persons"'
    )
    table = command("export", export, lambda paths, o: export(paths, o.table), warehouse)
    table.add_argument("table", help="such as marts.dibao")
    web = command("ui", ui, lambda paths, o: ui(paths, o.port), seeds, warehouse, dagster)
    web.add_argument("--port", type=settings.port, default=3000, help="port of 127.0.0.1; 3000 if left out")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. Without one, say which there are."""
    parser = _parser()
    for given in sys.argv[1:] if arguments is None else arguments:
        if not given.isprintable() and any("\ud800" <= character <= "\udfff" for character in given):
            parser.error(f"{given!r} is no text in UTF-8")
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        paths = settings.places(options.needs)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return options.act(paths, options)


if __name__ == "__main__":
    sys.exit(endings.run(main))
