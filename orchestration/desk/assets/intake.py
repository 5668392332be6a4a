"""Stage 1 as assets: every source folder, the code lists, the relations, the register of rules."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from orchestration import fingerprints, intake, settings, spark
from orchestration.artifacts import PASSED
from orchestration.desk import columns
from orchestration.desk.accidents import as_failures
from orchestration.desk.assets.resources import OWNERS, Result, Warehouse, refused, selected
from orchestration.desk.markdown import inline
from orchestration.desk.metadata import source_code, table
from orchestration.intake import formats
from orchestration.intake.seed_files import input_hash
from orchestration.paths import Paths
from orchestration.release import approval, candidates, recovery
from orchestration.transform import TransformError
from validations.faults import SHOWN, IntakeError

CODELISTS_KEY, RELATIONS_KEY = dg.AssetKey(["raw", "codelists"]), dg.AssetKey(["raw", "relations"])
RULES_KEY = dg.AssetKey(["raw", "rules"])
#: What stands beside the sources, by the kind of raw tables that it leaves.
SEED_KEYS = {"codelist": CODELISTS_KEY, "relation": RELATIONS_KEY, "rule": RULES_KEY}
#: Figures of a source that the UI shows.
PREVIEW_FIGURES = 10
PREVIEW = ("table_id", "row_no", "column_no", "row_label", "column_label", "printed_value", "printed_unit", "file")


class IntakeConfig(dg.Config):
    """What a person may say of a run before it begins."""

    launched_by: str = Field(
        default="",
        description="Who starts the run. Needed only where a second person approves releases (warehouse/approvers): it must be somebody else. Schedules and sensors name themselves.",
    )


def source_key(source_id: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", source_id])


def automation(tags: Mapping[str, str]) -> str:
    """The schedule or sensor that launched a run with these tags; empty if a person did."""
    kinds = ("schedule", "sensor")
    return next((f"{kind} {tags[f'dagster/{kind}_name']}" for kind in kinds if f"dagster/{kind}_name" in tags), "")


def intake_asset(paths: Paths, sources: list[str], meanings: Mapping[str, str]) -> dg.AssetsDefinition:
    """`meanings`: what a column name means, for the columns that sources share with published tables."""
    keys = {
        **{key.path[-1]: key for key in SEED_KEYS.values()},
        **{source: source_key(source) for source in sources},
    }
    code = fingerprints.of_readers()
    checks = {check_id: keys[check_id.split(".")[1]] for check_id in intake.declared_checks(sources)}

    # All seeds are read whatever is selected: files are held against each other. A selection says what is reported.
    @dg.multi_asset(
        name="intake",
        specs=[_spec(paths.seeds, name, key, meanings, code) for name, key in keys.items()],
        check_specs=[
            dg.AssetCheckSpec(
                _check_name(check_id),
                asset=key,
                blocking=True,
                description=f"Stage 1, {check_id}: read as text, every fault of every file reported.",
            )
            for check_id, key in checks.items()
        ],
        can_subset=True,
    )
    def intake_stage(context: dg.AssetExecutionContext, config: IntakeConfig, warehouse: Warehouse) -> Iterator[Any]:
        paths, candidate = warehouse.paths(), warehouse.candidate(context)
        with as_failures(candidate), paths.lock(context.log.info):
            launched_by = config.launched_by or automation(context.run.tags)
            if not launched_by and approval.approvers(paths) is not None:
                raise refused(
                    "Here a second person approves a release before it is published, so a run says who starts it: in the launchpad, `ops: {intake: {config: {launched_by: your name}}}`."
                )
            if settings.ENGINE.read() == "spark":
                try:
                    spark.demand()
                except TransformError as error:
                    # The seeds of a panel are read for minutes before anything asks for Spark.
                    raise refused(f"{error}\nNothing was published.") from error
            for sentence in recovery.recover(paths):
                context.log.info(f"recovery: {sentence}")
            candidates.begin(paths, candidate)
            result = intake.read(paths.seeds, candidate / "spill", context.log.info)
            if result.source_ids != sources:
                raise refused(
                    f"The seeds hold the sources {', '.join(result.source_ids)}; the code location was loaded with {', '.join(sources)}. Reload the definitions."
                )
            if not result.faults:
                intake.write(result, candidate / "raw", context.log.info)
                candidates.note_base(paths, candidate)
                candidates.note_launcher(candidate, launched_by)
        context.log.info(
            f"intake: {sum(s.figures for s in result.sources):,} figures of {len(result.source_ids)} source(s), {len(result.faults)} fault(s)"
        )
        yield from selected(context, _results(result, keys, checks, code))
        if result.faults:
            raise refused(str(IntakeError(result.faults)))

    return intake_stage


def _check_name(check_id: str) -> str:
    return check_id.split(".")[2]


def _spec(seeds: Path, name: str, key: dg.AssetKey, meanings: Mapping[str, str], code: str) -> dg.AssetSpec:
    """What a folder of the seeds holds, with its columns and a link to it."""
    if key == CODELISTS_KEY:
        kind, description = (
            "codelist",
            "Code lists: indicators, schemes, areas, units and the texts of units, as the seeds hold them.",
        )
    elif key == RELATIONS_KEY:
        kind, description = "relation", "What must hold between indicators; the rules read these."
    elif key == RULES_KEY:
        kind, description = "rule", "The register of rules: what each says, how grave it is, and its thresholds."
    else:
        kind, description = (
            "raw",
            f"The source {inline(f'seeds/sources/{name}')}: tables and prose figures as printed, and decisions about them, checked and laid down as Parquet.",
        )
    folder = _folder(seeds, name, key)
    files = [(path, path.name) for path in sorted(folder.glob("*")) if path.suffix in (".yaml", *formats.PAGES)]
    return dg.AssetSpec(
        key,
        code_version=code,
        group_name="intake",
        owners=OWNERS,
        kinds={"python", "csv", "pandera"},
        skippable=True,
        description=description,
        metadata={"dagster/column_schema": columns.raw(kind, meanings), **source_code(*files)},
    )


def _folder(seeds: Path, name: str, key: dg.AssetKey) -> Path:
    """Where what an asset stands for lies."""
    return seeds / name if key in SEED_KEYS.values() else seeds / "sources" / name


def _results(
    result: intake.Intake, keys: Mapping[str, dg.AssetKey], checks: Mapping[str, dg.AssetKey], code: str
) -> Iterator[Result]:
    """`code`: the version of what read the seeds; with the bytes that it read it is the version of what it left."""
    if not result.faults:
        for name, key in keys.items():
            version = dg.DataVersion(f"{input_hash(_folder(result.seeds, name, key))[:32]}-{code[:16]}")
            yield dg.MaterializeResult(key, metadata=_metadata(result, name), data_version=version)
    for check in result.checks():
        check_id = check["check_id"]
        faults = [fault.as_record() for fault in result.faults if fault.check == check_id]
        yield dg.AssetCheckResult(
            passed=check["verdict"] == PASSED,
            check_name=_check_name(check_id),
            asset_key=checks[check_id],
            metadata={
                "observed": check["observed"] or "not run: a fault elsewhere in the seeds came before it",
                **({"failing_rows": table(faults[:SHOWN])} if faults else {}),
            },
        )


def _metadata(result: intake.Intake, name: str) -> dict[str, Any]:
    beside = {"codelists": result.lists.records, "relations": result.relations, "rules": result.lists.rules}
    if tables := beside.get(name):
        rows = {name: len(records) for name, records in tables.items()}
        return {
            "dagster/row_count": sum(rows.values()),
            "tables": table([{"table": name, "rows": count} for name, count in rows.items()]),
        }
    source = next(source for source in result.sources if source.source_id == name)
    described = source.rows["source"][0]
    figures = source.rows["observation"][:PREVIEW_FIGURES]
    return {
        "dagster/row_count": source.figures,
        "decisions": len(source.rows["decision"]),
        "claims": len(source.rows["claim"]),
        "title": described["title"],
        "citation": described["citation"],
        **({"preview": table([{column: cell[column] for column in PREVIEW} for cell in figures])} if figures else {}),
    }
