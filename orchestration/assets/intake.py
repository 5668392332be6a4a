"""Stage 1 as assets: every source folder, the code lists, the relations."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration import candidates, intake, recovery
from orchestration.accidents import as_failures
from orchestration.assets.resources import OWNERS, Warehouse
from orchestration.manifest import PASSED
from orchestration.metadata import table
from validations.faults import IntakeError

CODELISTS_KEY, RELATIONS_KEY = dg.AssetKey(["raw", "codelists"]), dg.AssetKey(["raw", "relations"])


def source_key(source_id: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", source_id])


def intake_asset(sources: list[str]) -> dg.AssetsDefinition:
    keys = {
        "codelists": CODELISTS_KEY,
        "relations": RELATIONS_KEY,
        **{source: source_key(source) for source in sources},
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
    def intake_stage(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
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
                        **({"faults": table(faults)} if faults else {}),
                    },
                )
        if result.faults:
            raise dg.Failure(description=str(IntakeError(result.faults)), allow_retries=False)

    return intake_stage


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
        "preview": table(preview),
    }
