"""Stages 3 to 5 as assets: the candidate, its audit, and the release that readers see."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import duckdb
from pydantic import Field

from orchestration.artifacts import DATABASE, PASSED
from orchestration.desk import waiting
from orchestration.desk.accidents import as_failures
from orchestration.desk.assets import release_metadata
from orchestration.desk.assets.resources import OWNERS, Auditor, Result, Warehouse, refused, selected
from orchestration.desk.metadata import source_code, table
from orchestration.paths import ROOT, Paths
from orchestration.release import access, audit, candidates
from orchestration.release.assemble import AssembleError
from orchestration.release.assemble import assemble as assemble_candidate
from orchestration.release.audit import AuditError, Verdict
from orchestration.release.manifest import AUDIT
from orchestration.release.promote import ApprovalMissing, Promoted, PromotionRefused, promote
from validations.expectations import Expectation
from validations.suites import SUITES, declared

CANDIDATE_KEY, AUDIT_KEY, CURRENT_KEY = (dg.AssetKey(["warehouse", name]) for name in ("candidate", "audit", "current"))


class PublishConfig(dg.Config):
    """What a person may ask of the last stage."""

    dry_run: bool = Field(
        default=False,
        description="Build, check and audit, but publish nothing: the candidate is left in warehouse/candidate/<run> for inspection, and the job `promote_candidate` publishes it later.",
    )


def publish_assets(published: list[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    @dg.asset(
        key=CANDIDATE_KEY,
        deps=published,
        group_name="publish",
        owners=OWNERS,
        kinds={"duckdb", "parquet"},
        metadata=source_code((ROOT / "orchestration" / "release" / "assemble.py", "stage 3")),
        description="Stage 3: the built file completed with its checks and changes, hashed, exported and made read-only; `manifest.json` says what it is.",
    )
    def candidate(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        paths, folder = warehouse.paths(), warehouse.candidate(context)
        try:
            with as_failures(folder), paths.lock(context.log.info):
                manifest = assemble_candidate(paths, folder)
        except AssembleError as error:
            raise refused(str(error)) from error
        context.log.info(
            f"assemble: {manifest.release_id}, {len(manifest.tables)} tables, {sum(c.stage < 4 for c in manifest.checks)} checks passed"
        )
        for check in (check for check in manifest.checks if check.stage == 3):
            context.log.info(f"assemble: {check.observed}")
        return dg.MaterializeResult(metadata=release_metadata.of_release(paths, folder / "release"))

    @dg.multi_asset(
        name="audit",
        specs=[
            dg.AssetSpec(
                AUDIT_KEY,
                deps=[CANDIDATE_KEY],
                group_name="publish",
                owners=OWNERS,
                kinds={"greatexpectations"},
                metadata=source_code(
                    *(
                        (ROOT / "validations" / name, name)
                        for name in ("column_suites.py", "told_suites.py", "suites.py", "mart_suites.py")
                    )
                ),
                skippable=True,
                description="Stage 4: Great Expectations on the very file that will be published, in a process of its own.",
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(
                _check_name(name),
                asset=AUDIT_KEY,
                blocking=True,
                description=f"Stage 4, {name}: " + "; ".join(e.expected for e in expectations) + ".",
            )
            for name, expectations in _by_table().items()
        ],
        can_subset=True,
    )
    def audit_asset(context: dg.AssetExecutionContext, warehouse: Warehouse, auditor: Auditor) -> Iterator[Any]:
        folder = warehouse.candidate(context) / "release"
        if not (folder / "manifest.json").exists():
            raise refused(f"This run has no assembled candidate in {folder}. Run the job `refresh`.")
        try:
            with as_failures(folder.parent), warehouse.paths().lock(context.log.info):
                verdicts = auditor.run(folder)
        except AuditError as error:
            raise refused(str(error)) from error
        failed = [verdict for verdict in verdicts if verdict.verdict != PASSED]
        context.log.info(
            f"audit: {len(verdicts)} expectations of {len(list(declared()))} declared, {len(failed)} failed"
        )
        yield from selected(context, _audit_results(verdicts))
        if failed:
            lines = "\n".join(line for verdict in failed for line in audit.lines(verdict))
            raise refused(f"{len(failed)} expectation(s) failed on {folder}; nothing was published.\n{lines}")

    @dg.asset(
        key=CURRENT_KEY,
        deps=[AUDIT_KEY],
        group_name="publish",
        owners=OWNERS,
        kinds={"duckdb"},
        metadata=source_code((ROOT / "orchestration" / "release" / "promote.py", "stage 5")),
        description="Stage 5: the release that readers see, `warehouse/current`. Verifies every file and every declared check, then renames one symlink; refuses otherwise, however it is started. A dry run, and a release that waits for a second person's approval, end before it.",
        output_required=False,
    )
    def current(
        context: dg.AssetExecutionContext, config: PublishConfig, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult]:
        paths, folder = warehouse.paths(), warehouse.candidate(context)
        if config.dry_run:
            if not (folder / "release" / AUDIT).exists():
                raise refused(f"This run has no audited candidate in {folder}. Run the job `refresh`.")
            candidates.hold(folder, candidates.INSPECTION)
            context.log.info(f"dry run: nothing was published; {waiting.how_to_go_on(folder, candidates.INSPECTION)}")
            return
        try:
            done = promote(paths, folder)
        except ApprovalMissing as missing:
            waiting.hold_for_approval(folder, missing, context.run_id, context.log.info)
            return
        except PromotionRefused as refusal:
            raise refused(str(refusal)) from refusal
        context.log.info(f"promote: {done.sentence()}")
        yield dg.MaterializeResult(metadata={**publication(paths, done), **_seconds(context)})

    return [candidate, audit_asset, current]


def _by_table() -> dict[str, list[Expectation]]:
    """The declared expectations of each table, in their order."""
    found: dict[str, list[Expectation]] = {}
    for expectation in declared():
        found.setdefault(expectation.table, []).append(expectation)
    return found


def _check_name(table_name: str) -> str:
    return table_name.replace(".", "_")


def _audit_results(verdicts: Sequence[Verdict]) -> Iterator[Result]:
    """One check a table; the asset itself only if all of them passed."""
    expected = {expectation.check: expectation.expected for expectation in declared()}
    if all(verdict.verdict == PASSED for verdict in verdicts):
        yield dg.MaterializeResult(
            AUDIT_KEY, metadata={"expectations": len(verdicts), "expectations_passed": len(verdicts)}
        )
    for table_name in SUITES:
        of_table = [verdict for verdict in verdicts if verdict.table == table_name]
        wrong = [verdict for verdict in of_table if verdict.verdict != PASSED]
        rows = [row for verdict in wrong for row in _failing_rows(verdict, expected[verdict.check])]
        yield dg.AssetCheckResult(
            passed=bool(of_table) and not wrong,
            check_name=_check_name(table_name),
            asset_key=AUDIT_KEY,
            metadata={
                **({"failing_rows": table(rows)} if rows else {}),
                "observed": table(
                    [
                        {"expected": expected[v.check], "verdict": v.verdict, "observed": v.observed, "check": v.check}
                        for v in of_table
                    ]
                ),
            },
        )


def _failing_rows(verdict: Verdict, expected: str) -> Iterator[dict[str, Any]]:
    """Each failing row, once for each printed cell behind it."""
    for number, row in enumerate(verdict.rows or [{"observed": verdict.error or verdict.observed}]):
        own = {name: value for name, value in row.items() if name != "printed"}
        for cell in (verdict.cells[number] if verdict.cells else []) or [None]:
            place = {"file": cell.file, "row": cell.row, "column": cell.column, "read": cell.read} if cell else {}
            yield {**place, "expected": expected, "check": verdict.check, **own}


def publication(paths: Paths, done: Promoted) -> dict[str, Any]:
    """Metadata of `warehouse/current` after a promotion or a rollback, whichever job it came by."""
    return {
        **_told(paths, done),
        **({"damage": done.damage} if done.damage else {}),
        "previous_release_id": done.previous_release_id or "none",
        "promoted": done.changed,
        "file": dg.MetadataValue.path(paths.current / DATABASE),
    }


def _told(paths: Paths, done: Promoted) -> dict[str, Any]:
    """What is current now. Readers have it already: what cannot be told of it is no failure."""
    folder = paths.releases / done.release_id
    try:
        told = release_metadata.of_release(paths, folder, audit.read_verdicts(folder))
        if closed := access.keeps_out(paths, done.release_id):
            told["readers"] = closed
    except (OSError, ValueError, KeyError, TypeError, duckdb.Error) as error:
        return {"release_id": done.release_id, "not_told": str(error)}
    return told if done.changed else release_metadata.unchanged(told)


def _seconds(context: dg.AssetExecutionContext) -> dict[str, float]:
    """Seconds that each stage before this one took in this run; plotted over time."""
    stats = context.instance.get_run_step_stats(context.run_id)
    return {
        f"seconds_{step.step_key.removeprefix('warehouse__')}": round(step.end_time - step.start_time, 1)
        for step in stats
        if step.start_time and step.end_time
    }
