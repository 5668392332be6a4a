"""The five stages as assets. Each takes the lock of the warehouse and works in the run's own candidate."""

import dagster as dg

from orchestration.assets.intake import intake_asset, source_key
from orchestration.assets.publish import AUDIT_KEY, CANDIDATE_KEY, CURRENT_KEY, publish_assets
from orchestration.assets.resources import Auditor, Warehouse
from orchestration.assets.transform import transform_assets
from orchestration.intake import source_ids
from orchestration.paths import Paths

__all__ = ["AUDIT_KEY", "CANDIDATE_KEY", "CURRENT_KEY", "Auditor", "Warehouse", "all_assets", "source_key"]


def all_assets(paths: Paths) -> list[dg.AssetsDefinition]:
    """Assets of every source folder, every dbt model, and the publication."""
    sources = source_ids(paths.seeds)
    models = transform_assets(paths, sources)
    published = sorted(key for key in models.keys if key.path[0] in ("core", "marts", "quality", "release"))
    return [intake_asset(sources), models, *publish_assets(published)]
