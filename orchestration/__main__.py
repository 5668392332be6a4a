"""The command line of Minsheng: `./minsheng <command>`; `make` calls the same, and brings up the environment first."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from orchestration import endings
from orchestration.command_line import Port, cli, command
from orchestration.paths import Paths
from orchestration.settings import DAGSTER, SEEDS, WAREHOUSE

#: Not understood: a command or an option that there is not.
USAGE = 2


@command(SEEDS, WAREHOUSE, DAGSTER)
@click.option("--dry-run", is_flag=True, help="Publish nothing; leave the candidate for inspection.")
@click.option("--launched-by", default="", metavar="NAME", help="Who starts it, if not this machine's user.")
def refresh(paths: Paths, dry_run: bool = False, launched_by: str = "") -> int:
    """Build, check and publish a release. As a dry run, build and check one, and leave it for inspection."""
    from orchestration.desk import launch

    code = launch.refresh(paths, dry_run, launched_by)
    if code or (dry_run and not paths.current.is_symlink()):
        # A first dry run publishes nothing, and has said how to: there is no release to tell of.
        return code
    return status(paths)


@command(WAREHOUSE)
def status(paths: Paths) -> int:
    """Say which release is current, and what is in it. Also how to open it, and what a person may want to see to."""
    from orchestration import status

    return status.tell(paths)


@command(WAREHOUSE)
@click.argument("release_id", metavar="[RELEASE]", required=False)
@click.option("--approved-by", metavar="NAME", help="Who said so; it stands in the ledger.")
def rollback(paths: Paths, release_id: str | None, approved_by: str | None = None) -> int:
    """Make an earlier release current again. RELEASE: the one before, unless named; its data book comes with it."""
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


@command(WAREHOUSE)
@click.argument("run_id", metavar="RUN")
def promote(paths: Paths, run_id: str) -> int:
    """Publish the candidate that a dry run left. It passes the sealed door; RUN: its id, or the beginning of it."""
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


@command(WAREHOUSE)
@click.argument("run_id", metavar="RUN")
@click.option(
    "--by", "approved_by", metavar="NAME", required=True, help="Who approves: somebody else than who launched the run."
)
@click.option("--note", default="", metavar="TEXT", help="What was looked at; it stands in the ledger.")
def approve(paths: Paths, run_id: str, approved_by: str, note: str) -> int:
    """Approve the candidate that waits, and publish it. RUN: its id, or the beginning of it."""
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


@command(WAREHOUSE)
@click.argument("release_id", metavar="[RELEASE]", required=False)
@click.option("--candidate", metavar="RUN", help="The run whose unpublished candidate to tell of.")
def changes(paths: Paths, release_id: str | None, candidate: str | None = None) -> int:
    """Say what a release changed, in words for a mail. RELEASE: the current one, unless another or a candidate is named."""
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


@command(SEEDS)
def check(paths: Paths) -> int:
    """Read and check the seeds; build nothing."""
    from orchestration import intake
    from validations.faults import IntakeError

    result = intake.read(paths.seeds, progress=lambda text: print(text, file=sys.stderr))
    if result.faults:
        print(IntakeError(result.faults), file=sys.stderr)
        return 1
    for source in result.sources:
        counts = ", ".join(f"{len(source.rows[name])} {name}s" for name in ("decision", "claim"))
        print(f"{source.source_id}: {source.figures:,} figures, {counts}, no fault")
        for remark in source.remarks:
            print(f"  {remark}")
    return 0


@command(SEEDS, WAREHOUSE)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--name", default="", metavar="SOURCE", help="Of the source; made of the file's name if left out.")
def new_source(paths: Paths, file: Path, name: str) -> int:
    """Draft the descriptor of a file that an office sent. FILE: as it came; also what was read, and what is to be decided."""
    from orchestration.drafting import CannotDraft, new_source
    from validations.faults import IntakeError

    try:
        draft = new_source(paths, file, name)
    except (CannotDraft, IntakeError) as failed:
        print(failed, file=sys.stderr)
        return 1
    print(draft.report())
    return 0


@command(SEEDS, WAREHOUSE)
@click.argument("source_id", metavar="SOURCE")
@click.option("--all", "everything", is_flag=True, help="Also what decisions answer already.")
def check_source(paths: Paths, source_id: str, everything: bool) -> int:
    """Read and check one source, its rules as well. SOURCE: a folder of seeds/sources; also the decisions to write."""
    from orchestration.check_source import CheckFailed, check_source
    from orchestration.transform import TransformError
    from validations.faults import IntakeError

    try:
        print(check_source(paths, source_id, everything, lambda text: print(text, file=sys.stderr)))
    except (CheckFailed, IntakeError, TransformError) as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


@command(SEEDS, WAREHOUSE)
@click.argument("words", metavar="WORDS")
def dbt(paths: Paths, words: str) -> int:
    """Run a command of dbt on tables of one's own. What is above its selection is brought up first.

    WORDS: what one would type after `dbt`, as one word: 'build -s dibao+'
    """
    import shlex

    from orchestration.development import dbt
    from orchestration.transform import TransformError
    from validations.faults import IntakeError

    try:
        return dbt(paths, shlex.split(words))
    except (IntakeError, TransformError, ValueError) as failed:
        print(failed, file=sys.stderr)
        return 1


@command(SEEDS, WAREHOUSE)
@click.option("--candidate", metavar="RUN", help="The run whose unpublished candidate to compare with its base.")
def impact(paths: Paths, candidate: str | None = None) -> int:
    """Say what a change of code or seeds will touch. Of a candidate: what it changes, column by column, row by row."""
    from orchestration.desk import impact
    from orchestration.release import candidates
    from orchestration.release.ledger import LedgerError
    from orchestration.transform import TransformError
    from validations.faults import IntakeError

    try:
        if candidate:
            print(impact.after_a_dry_run(candidates.find(paths, candidate), paths.releases))
        else:
            print(impact.before_a_build(paths))
    except (impact.NothingToCompare, candidates.NoCandidate, LedgerError, IntakeError, TransformError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@command(WAREHOUSE)
@click.option("--cell", default="", help="source/table/row/column, such as urban_rural_dibao/table_2/4/3.")
@click.option("--figure", default="", help='Such as "marts.dibao time_period=2020 residence=R recipients_persons".')
def why(paths: Paths, cell: str, figure: str) -> int:
    """Say what became of a cell, or what a figure follows from. And why; --cell or --figure names it."""
    from orchestration import why
    from orchestration.release.ledger import LedgerError

    if bool(cell) == bool(figure):
        raise click.UsageError("name a cell or a figure: --cell or --figure")

    try:
        print(why.of_cell(paths, cell) if cell else why.of_figure(paths, figure))
    except (why.NotFound, LedgerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@command(WAREHOUSE)
@click.argument("query", default="", metavar="[QUERY]")
def sql(paths: Paths, query: str) -> int:
    """Ask the current release, read-only and confined to it. QUERY: SQL of DuckDB, several statements with ; between;
    without it, a prompt, or standard input."""
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


@command(WAREHOUSE)
@click.argument("table", metavar="TABLE")
def export(paths: Paths, table: str) -> int:
    """Write a table of the current release as CSV. TABLE: such as marts.dibao; safe to open in a spreadsheet."""
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


@command(SEEDS, WAREHOUSE, DAGSTER)
@click.option("--port", type=Port(), default=3000, show_default=True, help="Port of 127.0.0.1.")
def ui(paths: Paths, port: int) -> int:
    """Open the Dagster UI, until Ctrl-C. Its schedules and sensors with it."""
    from orchestration.desk.ui import serve

    return serve(paths, port)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code, that of USAGE for what is not understood. Signals are for `endings`."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        for word in given:
            if not word.isprintable() and any("\ud800" <= character <= "\udfff" for character in word):
                raise click.UsageError(f"{word!r} is no text in UTF-8")
        with cli.make_context("minsheng", list(given)) as context:
            return cli.invoke(context)
    except click.exceptions.Exit as shown:
        return shown.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE


if __name__ == "__main__":
    sys.exit(endings.run(main))
