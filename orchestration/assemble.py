"""Stage 3: complete the built file, hash it, export it, and say what it is."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import duckdb

from orchestration import candidates, content, intake, ledger, transform
from orchestration.content import HASHED_SCHEMAS, PublishedTable
from orchestration.manifest import AUDIT, DATABASE, MANIFEST, PASSED, WORK, Check, Manifest, TableFacts, payload
from orchestration.paths import ROOT, Paths
from validations import suites

TOOLS = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "pandera", "polars")
CODE = ("orchestration", "validations", "dbt_project/models", "dbt_project/macros", "dbt_project/tests")


#: What happened to each printed figure since the base: `whole` with its source, `source` on the page or in
#: its descriptor, `decision` about it.
TOUCHED = """
    create temp table touched as
    with decided as (
        select 'new' as side, observation_id, outcome, field, new_value
        from quality.decision_observation inner join quality.decision using (decision_id)
        union all
        select 'base', observation_id, outcome, field, new_value
        from base.quality.decision_observation inner join base.quality.decision using (decision_id)
    ),
    redecided as (
        select distinct observation_id
        from decided
        group by observation_id, outcome, field, new_value
        having count(distinct side) = 1
    )
    select
        coalesce(n.observation_id, o.observation_id) as observation_id,
        case
            when ns.source_id is null or os.source_id is null then 'whole'
            when n.observation_id is null or o.observation_id is null then 'source'
            when (n.printed_value, n.printed_unit, n.printed_obs_value, n.row_label, n.column_label, n.vintage, n.release_stage)
                is distinct from (o.printed_value, o.printed_unit, o.printed_obs_value, o.row_label, o.column_label, o.vintage, o.release_stage)
                then 'source'
            when r.observation_id is not null then 'decision'
            else 'source'
        end as reason
    from core.observation as n
    full join base.core.observation as o on o.observation_id = n.observation_id
    left join core.source as ns on ns.source_id = coalesce(n.source_id, o.source_id)
    left join base.core.source as os on os.source_id = coalesce(n.source_id, o.source_id)
    left join redecided as r on r.observation_id = coalesce(n.observation_id, o.observation_id)
    where r.observation_id is not null or n is distinct from o
"""


class AssembleError(Exception):
    """The candidate is not whole; the message says what is missing."""


def assemble(paths: Paths, candidate: Path) -> Manifest:
    """Make `candidate/release` complete and read-only. Raises AssembleError if stage 1 or 2 did not finish there."""
    release, raw = candidate / "release", candidate / "raw"
    outcome = _finished(candidate)
    tables = content.published_tables(outcome.manifest)
    checks = _verdicts(raw, outcome)
    ledger.restore_lost_line(paths)
    base, current = candidates.base(candidate), ledger.current_release(paths)
    if base != current:
        raise AssembleError(
            f"the candidate was begun on {base or 'nothing'}, but {current or 'nothing'} is current now: run `refresh` again"
        )
    sequence = ledger.highest_sequence(paths) + 1
    input_hash = (raw / "input_hash").read_text().strip()
    code, tools = code_version(), tool_versions()

    for name in (DATABASE, WORK):
        (release / name).chmod(0o644)  # read-only already, if this stage is run again
    with duckdb.connect(str(release / DATABASE)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        _fill_checks(connection, checks)
        facts = {
            table.full_name: content.table_facts(connection, "minsheng", table)
            for table in tables
            if table.schema in HASHED_SCHEMAS
        }
        digest = content_hash(facts)
        release_id = release_id_of(sequence, digest)
        connection.execute("delete from release.info")
        connection.execute(
            "insert into release.info values (?, ?, ?, ?, ?, ?, ?)",
            [
                release_id,
                base,
                sequence,
                digest,
                input_hash,
                code,
                "; ".join(f"{k} {v}" for k, v in tools.items()),
            ],
        )
        _fill_promotions(connection, paths)
        _fill_changes(connection, paths, tables, release_id, base)
        facts |= {
            table.full_name: content.table_facts(connection, "minsheng", table)
            for table in tables
            if table.schema not in HASHED_SCHEMAS
        }
        connection.execute("checkpoint")
        _export(connection, tables, release / "parquet")
    _closed(release)
    for stale in (release / AUDIT, release / MANIFEST):
        stale.unlink(missing_ok=True)
    for path in release.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    manifest = Manifest(
        release_id=release_id,
        sequence=sequence,
        base_release_id=base,
        content_hash=digest,
        input_hash=input_hash,
        code_version=code,
        tool_versions=tools,
        files=payload(release),
        tables=facts,
        checks=[*checks, *declared_audit()],
    )
    manifest.write(release)
    return manifest


def declared_audit() -> list[Check]:
    """Checks of stage 4, whose verdicts stand in `audit.json`."""
    return [Check(4, expectation.table, expectation.check) for expectation in suites.declared()]


def code_version() -> str:
    """sha256 over the names and bytes of the code that builds a release."""
    digest = hashlib.sha256()
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".sql", ".yml"):
                digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def tool_versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{tool: version(tool) for tool in TOOLS}}


def _finished(candidate: Path) -> transform.Outcome:
    """dbt's outcome, if every published model was built and nothing failed in this candidate."""
    release, raw = candidate / "release", candidate / "raw"
    missing = [
        path
        for path in (candidate / "base", raw / "input_hash", raw / "check.parquet", release / DATABASE, release / WORK)
        if not path.exists()
    ]
    if missing:
        names = ", ".join(path.relative_to(candidate).as_posix() for path in missing)
        raise AssembleError(
            f"stages 1 and 2 did not finish in this run: {candidate} has no {names}. Run the job `refresh`."
        )
    try:
        outcome = transform.Outcome.read(candidate / "dbt")
    except (OSError, ValueError, KeyError) as error:
        raise AssembleError(
            f"dbt left no whole result in {candidate / 'dbt'}: {error}. Run the job `refresh`."
        ) from error
    wrong = [check for check in outcome.checks() if check.verdict != PASSED]
    if wrong:
        lines = "\n".join(f"  {check.table}: {check.check} {check.verdict}" for check in wrong)
        raise AssembleError(f"{len(wrong)} of the checks that dbt declares did not pass in this run:\n{lines}")
    return outcome


def _verdicts(raw: Path, outcome: transform.Outcome) -> list[Check]:
    """Verdicts of stages 1 and 2; a declared check without one did not run."""
    query = "select check_id, table_name, verdict, observed from read_parquet(?)"
    ran = {row[0]: row for row in duckdb.execute(query, [str(raw / "check.parquet")]).fetchall()}
    sources = sorted(path.stem for path in (raw / "source").glob("*.parquet"))
    checks = []
    for check_id in intake.declared_checks(sources):
        _, table, verdict, observed = ran.get(check_id, (check_id, "", "not_run", ""))
        checks.append(Check(1, table, check_id, verdict, observed))
    checks += outcome.checks()
    wrong = [check for check in checks if check.verdict != PASSED]
    if wrong:
        raise AssembleError(
            "declared checks without a passed verdict: " + ", ".join(f"{c.check} ({c.verdict})" for c in wrong)
        )
    return checks


def _fill_checks(connection: duckdb.DuckDBPyConnection, checks: list[Check]) -> None:
    connection.execute("delete from quality.check")
    connection.executemany(
        "insert into quality.check values (?, ?, ?, true, ?, ?)",
        [[check.stage, check.table, check.check, check.verdict, check.observed] for check in checks],
    )


def release_id_of(sequence: int, digest: str) -> str:
    """The id of a release: its number and the start of its content hash; no clock."""
    return f"r{sequence:06d}-{digest[:12]}"


def content_hash(facts: dict[str, TableFacts]) -> str:
    """sha256 over the rows and hashes of the tables that make a release what it is."""
    hashed = {name: fact for name, fact in facts.items() if name.partition(".")[0] in HASHED_SCHEMAS}
    text = "\n".join(f"{name} {fact.rows} {fact.sha256}" for name, fact in sorted(hashed.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def _fill_promotions(connection: duckdb.DuckDBPyConnection, paths: Paths) -> None:
    connection.execute("delete from release.promotion")
    rows = [
        [p.sequence, p.release_id, p.from_release_id, p.action, p.promoted_at, p.approved_by]
        for p in ledger.promotions(paths)
    ]
    if rows:
        connection.executemany("insert into release.promotion values (?, ?, ?, ?, ?, ?)", rows)


def _fill_changes(
    connection: duckdb.DuckDBPyConnection, paths: Paths, tables: list[PublishedTable], release_id: str, base: str | None
) -> None:
    """Every value of the marts, and every obs_value, that differs from the base; older changes are carried over."""
    connection.execute("delete from release.change")
    if base is None:
        connection.execute(
            "insert into release.change select ?, null, 'core.source', 'source_id=' || source_id, 'source_id', null, source_id, 'source' from core.source",
            [release_id],
        )
        return
    connection.execute(
        f"attach '{(paths.releases / base / DATABASE).as_posix().replace(chr(39), chr(39) * 2)}' as base (read_only)"
    )
    _carry_over(connection)
    connection.execute(
        """
        insert into release.change
        select ?, ?, 'core.source', 'source_id=' || coalesce(n.source_id, o.source_id), 'source_id', o.source_id, n.source_id, 'source'
        from core.source as n full join base.core.source as o on o.source_id = n.source_id
        where n.source_id is null or o.source_id is null
        """,
        [release_id, base],
    )
    try:
        connection.execute(TOUCHED)
    except (duckdb.BinderException, duckdb.CatalogException):
        # The base is of an older schema, in which this cannot be asked: what differs is put down to code.
        connection.execute("create temp table touched (observation_id varchar, reason varchar)")
    otherwise = _reason_without_trace(connection)
    for table in tables:
        compared = _compared_columns(table)
        in_base = _columns(connection, "base", table)
        if compared and not set(table.grain) <= in_base:
            row = [release_id, base, table.full_name, "", "", None, None, "code"]
            connection.execute("insert into release.change values (?, ?, ?, ?, ?, ?, ?, ?)", row)
            continue
        columns = tuple(column for column in compared if column in in_base)
        for key, column, before, after, both in content.changed_values(connection, table, columns, "minsheng", "base"):
            reason = _reason(connection, table, key) or otherwise
            # The rows of a source that came or went whole are one change; rows that stay and differ are their own.
            if reason != "whole" or both:
                connection.execute(
                    "insert into release.change values (?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        release_id,
                        base,
                        table.full_name,
                        key,
                        column,
                        before,
                        after,
                        "source" if reason == "whole" else reason,
                    ],
                )
    connection.execute("drop table touched")
    connection.execute("detach base")


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str, table: PublishedTable) -> set[str]:
    query = "select column_name from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ?"
    return {row[0] for row in connection.execute(query, [catalog, table.schema, table.name]).fetchall()}


def _carry_over(connection: duckdb.DuckDBPyConnection) -> None:
    """The ledger of changes of earlier releases, in the columns that both schemas have."""
    ledger_of_changes = PublishedTable("release", "change", (), ())
    shared = _columns(connection, "minsheng", ledger_of_changes) & _columns(connection, "base", ledger_of_changes)
    if shared:
        names = ", ".join(sorted(shared))
        connection.execute(f"insert into release.change by name select {names} from base.release.change")


def _reason_without_trace(connection: duckdb.DuckDBPyConnection) -> str:
    """Why a value changed that follows from no figure that did: code if the code did, else what did change."""
    built_by = connection.execute(
        "select count(distinct code_version) from (from release.info union all by name from base.release.info)"
    )
    if built_by.fetchone()[0] > 1:
        return "code"
    reasons = {row[0] for row in connection.execute("select distinct reason from touched").fetchall()}
    return "decision" if reasons == {"decision"} else "source"


def _compared_columns(table: PublishedTable) -> tuple[str, ...]:
    if table.schema == "marts":
        return tuple(column for column in table.columns if column not in table.grain)
    return ("obs_value",) if table.full_name == "core.observation" else ()


def _reason(connection: duckdb.DuckDBPyConnection, table: PublishedTable, key: str) -> str | None:
    """source, else decision, else whole: by what happened to the printed figures that the row follows from."""
    if table.full_name == "core.observation":
        query, arguments = "select reason from touched where 'observation_id=' || observation_id = ?", [key]
    else:
        query = """
            select reason from touched where observation_id in (
                select observation_id from core.lineage where table_name = ? and row_key = ?
                union all select observation_id from base.core.lineage where table_name = ? and row_key = ?)
        """
        arguments = [table.full_name, key, table.full_name, key]
    reasons = {row[0] for row in connection.execute(query, arguments).fetchall()}
    return next((reason for reason in ("source", "decision", "whole") if reason in reasons), None)


def _export(connection: duckdb.DuckDBPyConnection, tables: list[PublishedTable], folder: Path) -> None:
    for table in tables:
        target = folder / table.schema / f"{table.name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        order = ", ".join(content.quoted(column) for column in table.grain)
        name = f"{table.schema}.{content.quoted(table.name)}"
        connection.execute(
            f"copy (select * from {name} order by {order}) to '{target.as_posix().replace(chr(39), chr(39) * 2)}' (format parquet)"
        )


def _closed(release: Path) -> None:
    left = sorted(path.name for path in release.glob("*.wal"))
    if left:
        raise AssembleError(f"write-ahead logs are left in {release}: {', '.join(left)}")
    for path in (release / DATABASE, release / WORK):
        with path.open("rb") as handle:
            os.fsync(handle.fileno())


if __name__ == "__main__":
    sys.exit("stage 3 runs in the job `refresh`: make run")
