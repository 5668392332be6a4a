"""Stage 3: complete the built file, hash it, export it, and say what it is."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars as pl

from orchestration import artifacts, engine, intake, transform
from orchestration.artifacts import DATABASE, PASSED, WORK, Check, sha256
from orchestration.paths import ROOT, Paths
from orchestration.release import (
    access,
    candidates,
    columns,
    comparison,
    content,
    ledger,
    package,
    verification,
    waivers,
    withheld,
)
from orchestration.release.content import HASHED_SCHEMAS, PublishedTable, content_hash, release_id_of
from orchestration.release.losses import Loss
from orchestration.release.manifest import APPROVAL, AUDIT, DBT_MANIFEST, MANIFEST, Manifest, payload
from validations.code_lists import CodeLists
from validations.forms import Forms
from validations.withdrawals import Withdrawals

TOOLS = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "pandera", "polars")
CODE = ("orchestration", "validations", "dbt_project/models", "dbt_project/macros", "dbt_project/tests")


class AssembleError(Exception):
    """The candidate is not whole; the message says what is missing."""


def assemble(paths: Paths, candidate: Path) -> Manifest:
    """Make `candidate/release` complete and read-only. Raises AssembleError if stage 1 or 2 did not finish there."""
    release, raw = candidate / "release", candidate / "raw"
    outcome = _finished(candidate)
    tables = content.published_tables(outcome.manifest)
    checks = _verdicts(raw, outcome)
    ledger.restore_lost_line(paths)
    begun, current = candidates.base(candidate), ledger.current_release(paths)
    if begun != current:
        raise AssembleError(
            f"the candidate was begun on {begun or 'nothing'}, but {current or 'nothing'} is current now: run `refresh` again"
        )
    # What it is measured against is verified first: the current release or, if that is damaged, the last whole one.
    measured = verification.base(paths)
    base = measured.release_id
    sequence = ledger.highest_sequence(paths) + 1
    input_hash = (raw / "input_hash").read_text().strip()
    code, tools = code_version(), tool_versions() | transform.tools_beside(candidate)

    artifacts.open_up(release)  # sealed already, if this stage is run again
    for name in (DATABASE, WORK):
        (release / name).chmod((release / name).stat().st_mode | 0o200)
    with duckdb.connect(str(release / DATABASE)) as connection:
        engine.limit(connection, candidate / "spill")
        _fill_checks(connection, checks)
        columns.fill(connection)
        withheld.fill(connection)
        columns.fill_due(connection)
        facts = {
            table.full_name: content.table_facts(connection, "minsheng", table)
            for table in tables
            if table.schema in HASHED_SCHEMAS
        }
        digest = content_hash(facts)
        release_id = release_id_of(sequence, digest)
        connection.execute("delete from release.info")
        connection.execute(
            "insert into release.info select ?, ?, ?, ?, ?, ?, ?, max(vintage) from core.source where vintage <> '_U'",
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
        folder = paths.releases / base if base else None
        before = Manifest.read(folder) if folder else None
        checked = [*checks, *declared(), *declared_audit()]
        lost = comparison.compare(connection, folder, before, tables, facts, checked, release_id, _forms(raw))
        checks.append(_nothing_lost(connection, raw, lost, before, release_id, measured.replaces))
        facts |= {
            table.full_name: content.table_facts(connection, "minsheng", table)
            for table in tables
            if table.schema not in HASHED_SCHEMAS
        }
        connection.execute("checkpoint")
        _export(connection, tables, release / "parquet")
    _closed(release)
    _keep_dbt_manifest(candidate)
    for stale in (release / AUDIT, release / APPROVAL, release / MANIFEST, release / package.PACKAGE):
        stale.unlink(missing_ok=True)
    files = payload(release)
    with duckdb.connect(str(release / DATABASE), read_only=True) as connection:
        described = package.write(release, package.describe(connection, release, tables, facts, files, release_id))
    for path in release.rglob("*"):
        if path.is_file():
            access.read_only(path)
    manifest = Manifest(
        release_id=release_id,
        sequence=sequence,
        base_release_id=base,
        content_hash=digest,
        input_hash=input_hash,
        code_version=code,
        tool_versions=tools,
        files={**files, package.PACKAGE: sha256(described)},
        tables=facts,
        checks=[*checks, *declared_audit()],
        launched_by=candidates.launcher(candidate),
        replaces=measured.replaces,
    )
    manifest.write(release)
    return manifest


def declared() -> list[Check]:
    """Checks of this stage."""
    return [Check(3, "warehouse", "losses.nothing_is_lost")]


def _nothing_lost(
    connection: duckdb.DuckDBPyConnection,
    raw: Path,
    lost: list[Loss],
    base: Manifest | None,
    release_id: str,
    damaged: str | None,
) -> Check:
    """The verdict on what the base published and this candidate does not. Raises AssembleError if it may not be lost."""
    (check,) = declared()
    if base is None and damaged:
        told = f"nothing to compare with: {damaged} is damaged, and no release before it is whole"
        return replace(check, verdict=PASSED, observed=told)
    if base is None:
        return replace(check, verdict=PASSED, observed="the first release: nothing to compare with")
    withdrawals = Withdrawals.model_validate_json((raw / "withdrawals.json").read_text(encoding="utf-8"))
    told, faults = waivers.judged(lost, base.release_id, withdrawals)
    if faults:
        raise AssembleError("\n".join(faults))
    waivers.record(connection, told, release_id, base.release_id)
    spent = [waiver for waiver in withdrawals.waivers if waiver.base != base.release_id]
    observed = [
        f"compared with {base.release_id}: {sum(facts.rows for facts in base.tables.values()):,} rows of {len(base.tables)} tables, {len(base.checks)} checks",
        *([f"{sum(loss.losses for loss in told):,} explained loss(es): release.loss"] if told else []),
        *([f"{len(spent)} waiver(s) of an earlier release are spent: take them out of the file"] if spent else []),
    ]
    return replace(check, verdict=PASSED, observed="; ".join(observed))


def declared_audit() -> list[Check]:
    """Checks of stage 4, whose verdicts stand in `audit.json`."""
    # The suites are made from all contracts: who asks for the state of the warehouse does not wait for them.
    from validations import suites

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


def _forms(raw: Path) -> Forms:
    """The forms that intake read as others."""
    return Forms(CodeLists(relations={"alias": pl.read_parquet(raw / "relation" / "alias.parquet").to_dicts()}))


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


def _fill_promotions(connection: duckdb.DuckDBPyConnection, paths: Paths) -> None:
    connection.execute("delete from release.promotion")
    rows = [
        [p.sequence, p.release_id, p.from_release_id, p.action, p.promoted_at, p.approved_by, p.approved_at, p.note]
        for p in ledger.promotions(paths)
    ]
    if rows:
        connection.executemany("insert into release.promotion values (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _export(connection: duckdb.DuckDBPyConnection, tables: list[PublishedTable], folder: Path) -> None:
    for table in tables:
        target = folder / table.schema / f"{table.name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        name = f"{table.schema}.{engine.quoted(table.name)}"
        connection.execute(f"copy {name} to {engine.literal(target.as_posix())} (format parquet)")


def _keep_dbt_manifest(candidate: Path) -> None:
    """What dbt says of the project goes with the release, so that its documentation never depends on later code."""
    kept = candidate / "release" / DBT_MANIFEST
    kept.parent.mkdir(exist_ok=True)
    kept.unlink(missing_ok=True)
    text = (candidate / "dbt" / "manifest.json").read_text(encoding="utf-8")
    # Readers of a release have no use for the path of a folder that is gone by then.
    kept.write_text(text.replace(f"{candidate}/", ""), encoding="utf-8")


def _closed(release: Path) -> None:
    left = sorted(path.name for path in release.glob("*.wal"))
    if left:
        raise AssembleError(f"write-ahead logs are left in {release}: {', '.join(left)}")
    for path in (release / DATABASE, release / WORK):
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
