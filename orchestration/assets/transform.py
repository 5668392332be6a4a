"""Stage 2 as assets: every dbt model, built by one process."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration import dbt
from orchestration.accidents import as_failures
from orchestration.assets.intake import CODELISTS_KEY, RELATIONS_KEY, source_key
from orchestration.assets.resources import Warehouse
from orchestration.paths import Paths


def transform_assets(paths: Paths, sources: list[str]) -> dg.AssetsDefinition:
    translator = dbt.Translator([source_key(source) for source in sources], CODELISTS_KEY, RELATIONS_KEY)
    specs, checks = dbt.asset_specs(paths, translator)
    check_keys = {unique_id: check.key for unique_id, check in checks.items()}

    # One dbt build makes all models: a part of them could not be published.
    @dg.multi_asset(
        name="transform",
        specs=specs,
        check_specs=list(checks.values()),
        can_subset=False,
    )
    def transform_stage(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        paths, candidate = warehouse.paths(), warehouse.candidate(context)
        if not (candidate / "raw" / "input_hash").exists():
            raise dg.Failure(
                description=f"This run has no raw data in {candidate}: models are built from the intake of the same run. Run the job `refresh`.",
                allow_retries=False,
            )
        with as_failures(candidate), paths.lock() as lock:
            yield from dbt.build(paths, candidate, lock, check_keys)
        context.log.info("transform: models built, their contracts and tests passed")

    return transform_stage
