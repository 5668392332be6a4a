"""Stages 3 to 5 as assets: the candidate, its audit, and the release that readers see."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration import audit, content
from orchestration.accidents import as_failures
from orchestration.assemble import AssembleError
from orchestration.assemble import assemble as assemble_candidate
from orchestration.assets.resources import OWNERS, Auditor, Warehouse
from orchestration.audit import AuditError
from orchestration.manifest import PASSED
from orchestration.metadata import table
from orchestration.promote import PromotionRefused, promote
from validations.suites import SUITES, declared

CANDIDATE_KEY, AUDIT_KEY, CURRENT_KEY = (dg.AssetKey(["warehouse", name]) for name in ("candidate", "audit", "current"))


def publish_assets(published: list[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    @dg.asset(
        key=CANDIDATE_KEY,
        deps=published,
        group_name="publish",
        owners=OWNERS,
        kinds={"duckdb", "parquet"},
        description="Stage 3: the built file completed with its checks and changes, hashed, exported and made read-only; `manifest.json` says what it is.",
    )
    def candidate(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        paths, folder = warehouse.paths(), warehouse.candidate(context)
        try:
            with as_failures(folder), paths.lock():
                manifest = assemble_candidate(paths, folder)
        except AssembleError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        context.log.info(
            f"assemble: {manifest.release_id}, {len(manifest.tables)} tables, {sum(c.stage < 4 for c in manifest.checks)} checks passed"
        )
        rows = [{"table": name, "rows": facts.rows} for name, facts in sorted(manifest.tables.items())]
        return dg.MaterializeResult(
            metadata={
                "release_id": manifest.release_id,
                "base_release_id": manifest.base_release_id or "none",
                "content_hash": manifest.content_hash,
                "tables": table(rows),
                "changes": manifest.tables["release.change"].rows,
                "folder": dg.MetadataValue.path(folder / "release"),
            }
        )

    @dg.multi_asset(
        name="audit",
        specs=[
            dg.AssetSpec(
                AUDIT_KEY,
                deps=[CANDIDATE_KEY],
                group_name="publish",
                owners=OWNERS,
                kinds={"greatexpectations"},
                skippable=True,
                description="Stage 4: Great Expectations on the very file that will be published, in a process of its own.",
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(
                table.replace(".", "_"),
                asset=AUDIT_KEY,
                blocking=True,
                description=f"Stage 4, {table}: " + ", ".join(name for name, _, _ in entries) + ".",
            )
            for table, entries in SUITES.items()
        ],
    )
    def audit_asset(context: dg.AssetExecutionContext, warehouse: Warehouse, auditor: Auditor) -> Iterator[Any]:
        folder = warehouse.candidate(context) / "release"
        if not (folder / "manifest.json").exists():
            raise dg.Failure(
                description=f"This run has no assembled candidate in {folder}. Run the job `refresh`.",
                allow_retries=False,
            )
        try:
            with as_failures(folder.parent), warehouse.paths().lock():
                verdicts = auditor.run(folder)
        except AuditError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        failed = [verdict for verdict in verdicts if verdict.verdict != PASSED]
        context.log.info(
            f"audit: {len(verdicts)} expectations of {len(list(declared()))} declared, {len(failed)} failed"
        )
        if not failed:
            yield dg.MaterializeResult(AUDIT_KEY, metadata={"expectations": len(verdicts)})
        for table_name in SUITES:
            of_table = [verdict for verdict in verdicts if verdict.table == table_name]
            wrong = [verdict for verdict in of_table if verdict.verdict != PASSED]
            rows = [
                {"check": v.check, "error": v.error, **row}
                for v in wrong
                for row in (v.rows or [{"observed": v.observed}])
            ]
            yield dg.AssetCheckResult(
                passed=bool(of_table) and not wrong,
                check_name=table_name.replace(".", "_"),
                asset_key=AUDIT_KEY,
                metadata={
                    "expectations": table(
                        [{"check": v.check, "verdict": v.verdict, "observed": v.observed} for v in of_table]
                    ),
                    **({"failing_rows": table(rows)} if rows else {}),
                },
            )
        if failed:
            lines = "\n".join(line for verdict in failed for line in audit.lines(verdict))
            raise dg.Failure(
                description=f"{len(failed)} expectation(s) failed on {folder}; nothing was published.\n{lines}",
                allow_retries=False,
            )

    @dg.asset(
        key=CURRENT_KEY,
        deps=[AUDIT_KEY],
        group_name="publish",
        owners=OWNERS,
        kinds={"duckdb"},
        description="Stage 5: the release that readers see, `warehouse/current`. Verifies every file and every declared check, then renames one symlink; refuses otherwise, however it is started.",
    )
    def current(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        paths = warehouse.paths()
        try:
            done = promote(paths, warehouse.candidate(context))
        except PromotionRefused as refused:
            raise dg.Failure(description=str(refused), allow_retries=False) from refused
        context.log.info(
            f"promote: {done.release_id} is current"
            + (f"; {done.note}" if done.note else "")
            + ("" if done.changed else "; the content is the same, nothing was promoted")
        )
        return dg.MaterializeResult(
            metadata={
                "release_id": done.release_id,
                "previous_release_id": done.previous_release_id or "none",
                "promoted": done.changed,
                "file": dg.MetadataValue.path(paths.current / "minsheng.duckdb"),
                **(
                    {"changes": table(content.latest_changes(paths.current / "minsheng.duckdb"))}
                    if done.changed
                    else {}
                ),
            }
        )

    return [candidate, audit_asset, current]
