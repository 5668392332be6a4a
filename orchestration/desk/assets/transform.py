"""Stage 2 as assets: every dbt model, built by one process."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.desk import dbt
from orchestration.desk.accidents import as_failures
from orchestration.desk.assets.intake import SEED_KEYS, source_key
from orchestration.desk.assets.resources import Auditor, Warehouse, refused, selected
from orchestration.intake.seed_files import input_hash
from orchestration.paths import Paths


def transform_assets(manifest: Mapping[str, Any], sources: list[str]) -> dg.AssetsDefinition:
    translator = dbt.Translator([source_key(source) for source in sources], SEED_KEYS)
    specs, checks = dbt.asset_specs(manifest, translator)
    check_keys = {unique_id: check.key for unique_id, check in checks.items()}

    # One dbt build makes all models, whatever is selected: a part of them could not be published. A selection
    # says what is reported.
    @dg.multi_asset(
        name="transform",
        specs=specs,
        check_specs=list(checks.values()),
        can_subset=True,
    )
    def transform_stage(context: dg.AssetExecutionContext, warehouse: Warehouse, auditor: Auditor) -> Iterator[Any]:
        paths, candidate = warehouse.paths(), warehouse.candidate(context)
        with as_failures(candidate), paths.lock(context.log.info) as lock:
            _refuse_what_is_not_of_this_run(paths, candidate, again=context.run.parent_run_id is not None)
            # dbt takes every core; reading what it left takes one.
            yield from selected(context, dbt.build(paths, candidate, lock, check_keys, translator, auditor.start))
        context.log.info("transform: models built, their contracts and tests passed")

    return transform_stage


def _refuse_what_is_not_of_this_run(paths: Paths, candidate: Path, again: bool) -> None:
    """Models follow from what the run's own intake laid down; in a re-execution that must be the seeds of now."""
    laid_down = candidate / "raw" / "input_hash"
    if not laid_down.exists():
        raise refused(
            f"This run has no raw data in {candidate}: models are built, and their checks made, from the intake of "
            "the same run. Launch the job `refresh`, or select the group `intake` as well."
        )
    if again and laid_down.read_text(encoding="utf-8").strip() != input_hash(paths.seeds):
        raise refused(
            "The seeds were changed since the intake of this run, and a re-execution from failure would build them "
            "as they were. Launch the job `refresh`: it reads them anew."
        )
