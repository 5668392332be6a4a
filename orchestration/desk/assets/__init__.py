"""The five stages as assets. Each takes the lock of the warehouse and works in the run's own candidate."""

import json

import dagster as dg

from orchestration.desk import columns
from orchestration.desk.assets.book import book
from orchestration.desk.assets.intake import intake_asset
from orchestration.desk.assets.publish import AUDIT_KEY, CANDIDATE_KEY, CURRENT_KEY, publish_assets
from orchestration.desk.assets.resources import Auditor, Warehouse
from orchestration.desk.assets.transform import transform_assets
from orchestration.intake import source_ids
from orchestration.paths import Paths
from orchestration.transform import parsed_manifest

__all__ = ["AUDIT_KEY", "CANDIDATE_KEY", "CURRENT_KEY", "Auditor", "Warehouse", "all_assets"]


def all_assets(paths: Paths) -> list[dg.AssetsDefinition]:
    """Assets of every source folder, every dbt model, the publication, and its book."""
    sources = source_ids(paths.seeds)
    manifest = json.loads(parsed_manifest(paths).read_text(encoding="utf-8"))
    models = transform_assets(manifest, sources)
    published = sorted(key for key in models.keys if key.path[0] in ("core", "marts", "quality", "release"))
    return [intake_asset(paths, sources, columns.comments(manifest)), models, *publish_assets(published), book]
