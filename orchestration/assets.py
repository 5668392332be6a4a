"""The five stages as assets. Each takes the lock of the warehouse and works in the run's own candidate."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration import audit, candidates, content, dbt, intake, marks, recovery
from orchestration.accidents import as_failures
from orchestration.assemble import AssembleError
from orchestration.assemble import assemble as assemble_candidate
from orchestration.audit import AuditError, AuditProcess, Verdict
from orchestration.manifest import PASSED
from orchestration.paths import Paths
from orchestration.promote import PromotionRefused, promote
from validations.faults import IntakeError
from validations.suites import SUITES, declared

OWNERS = ["team:statistics"]
CODELISTS_KEY, RELATIONS_KEY = dg.AssetKey(["raw", "codelists"]), dg.AssetKey(["raw", "relations"])
CANDIDATE_KEY, AUDIT_KEY, CURRENT_KEY = (dg.AssetKey(["warehouse", name]) for name in ("candidate", "audit", "current"))


class Warehouse(dg.ConfigurableResource):
    """Seeds and warehouse of this checkout, or those that MINSHENG_SEEDS and MINSHENG_WAREHOUSE name."""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """The run is alive from here until its process ends."""
        if context.run:
            with as_failures():
                marks.mark(self.paths(), context.run.run_id, context.run.root_run_id)

    def paths(self) -> Paths:
        return Paths.from_environment()

    def candidate(self, context: dg.OpExecutionContext | dg.AssetExecutionContext) -> Path:
        """The candidate of this run's root: a re-execution goes on where the first one stopped."""
        return self.paths().candidate(context.run.root_run_id or context.run_id)


class Auditor(dg.ConfigurableResource):
    """The audit's process, started with the run so that it is ready when the file is."""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        self._process = AuditProcess()

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        self._process.close()

    def run(self, folder: Path) -> list[Verdict]:
        return self._process.run(folder)


def _source_key(source_id: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", source_id])


def _intake_asset(sources: list[str]) -> dg.AssetsDefinition:
    keys = {
        "codelists": CODELISTS_KEY,
        "relations": RELATIONS_KEY,
        **{source: _source_key(source) for source in sources},
    }
    describe = {
        "codelists": "Code lists: indicators, schemes, areas, units and the texts of units, as the seeds hold them.",
        "relations": "What must hold between indicators; the rules read these.",
    }
    specs = [
        dg.AssetSpec(
            key,
            group_name="intake",
            owners=OWNERS,
            kinds={"python", "csv", "pandera"},
            skippable=True,
            description=describe.get(
                name,
                f"The source `seeds/sources/{name}`: tables and prose figures as printed, and decisions about them, checked and laid down as Parquet.",
            ),
        )
        for name, key in keys.items()
    ]
    checks = {check_id: keys[check_id.split(".")[1]] for check_id in intake.declared_checks(sources)}

    def check_name(check_id: str) -> str:
        return check_id.split(".")[2]

    @dg.multi_asset(
        name="intake",
        specs=specs,
        check_specs=[
            dg.AssetCheckSpec(
                check_name(check_id),
                asset=key,
                blocking=True,
                description=f"Stage 1, {check_id}: read as text, every fault of every file reported.",
            )
            for check_id, key in checks.items()
        ],
    )
    def intake_asset(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        paths, candidate = warehouse.paths(), warehouse.candidate(context)
        with as_failures(candidate), paths.lock():
            for sentence in recovery.recover(paths):
                context.log.info(f"recovery: {sentence}")
            candidates.begin(paths, candidate)
            result = intake.read(paths.seeds, candidate / "spill", context.log.info)
            if result.source_ids != sources:
                raise dg.Failure(
                    description=f"The seeds hold the sources {', '.join(result.source_ids)}; the code location was loaded with {', '.join(sources)}. Reload the definitions.",
                    allow_retries=False,
                )
            if not result.faults:
                intake.write(result, candidate / "raw", context.log.info)
                candidates.note_base(paths, candidate)
        context.log.info(
            f"intake: {sum(s.figures for s in result.sources):,} figures of {len(result.source_ids)} source(s), {len(result.faults)} fault(s)"
        )
        if not result.faults:
            for name, key in keys.items():
                yield dg.MaterializeResult(key, metadata=_intake_metadata(result, name))
        for check in result.checks():
            faults = [fault.as_record() for fault in result.faults if fault.check == check["check_id"]]
            if check["check_id"] in checks:
                yield dg.AssetCheckResult(
                    passed=check["verdict"] == PASSED,
                    check_name=check_name(check["check_id"]),
                    asset_key=checks[check["check_id"]],
                    metadata={
                        "observed": check["observed"] or check["verdict"],
                        **({"faults": dbt.table(faults)} if faults else {}),
                    },
                )
        if result.faults:
            raise dg.Failure(description=str(IntakeError(result.faults)), allow_retries=False)

    return intake_asset


def _intake_metadata(result: intake.Intake, name: str) -> dict[str, Any]:
    if name in ("codelists", "relations"):
        tables = result.lists.records if name == "codelists" else result.relations
        return {f"{table}": len(records) for table, records in tables.items()} | {
            "dagster/row_count": sum(map(len, tables.values()))
        }
    source = next(source for source in result.sources if source.source_id == name)
    figures = source.rows["observation"]
    preview = [
        {
            key: cell[key]
            for key in ("table_id", "row_no", "column_no", "row_label", "column_label", "printed_value", "printed_unit")
        }
        for cell in figures[:10]
    ]
    return {
        "dagster/row_count": source.figures,
        "decisions": len(source.rows["decision"]),
        "claims": len(source.rows["claim"]),
        "citation": source.rows["source"][0]["citation"],
        "preview": dbt.table(preview),
    }


def _transform_assets(paths: Paths, sources: list[str]) -> dg.AssetsDefinition:
    translator = dbt.Translator([_source_key(source) for source in sources], CODELISTS_KEY, RELATIONS_KEY)
    specs, checks = dbt.asset_specs(paths, translator)
    check_keys = {unique_id: check.key for unique_id, check in checks.items()}

    # One dbt build makes all models: a part of them could not be published.
    @dg.multi_asset(
        name="transform",
        specs=specs,
        check_specs=list(checks.values()),
        can_subset=False,
    )
    def transform_assets(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        paths, candidate = warehouse.paths(), warehouse.candidate(context)
        if not (candidate / "raw" / "input_hash").exists():
            raise dg.Failure(
                description=f"This run has no raw data in {candidate}: models are built from the intake of the same run. Run the job `refresh`.",
                allow_retries=False,
            )
        with as_failures(candidate), paths.lock() as lock:
            yield from dbt.build(paths, candidate, lock, check_keys)
        context.log.info("transform: models built, their contracts and tests passed")

    return transform_assets


def _published_keys(transform_assets: dg.AssetsDefinition) -> list[dg.AssetKey]:
    return sorted(key for key in transform_assets.keys if key.path[0] in ("core", "marts", "quality", "release"))


def _publish_assets(published: list[dg.AssetKey]) -> list[dg.AssetsDefinition]:
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
                "tables": dbt.table(rows),
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
                    "expectations": dbt.table(
                        [{"check": v.check, "verdict": v.verdict, "observed": v.observed} for v in of_table]
                    ),
                    **({"failing_rows": dbt.table(rows)} if rows else {}),
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
                    {"changes": dbt.table(content.latest_changes(paths.current / "minsheng.duckdb"))}
                    if done.changed
                    else {}
                ),
            }
        )

    return [candidate, audit_asset, current]


def all_assets(paths: Paths) -> list[dg.AssetsDefinition]:
    """Assets of every source folder, every dbt model, and the publication."""
    sources = intake.source_ids(paths.seeds)
    transform_assets = _transform_assets(paths, sources)
    return [_intake_asset(sources), transform_assets, *_publish_assets(_published_keys(transform_assets))]
