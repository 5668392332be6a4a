"""The check `is_fresh` of every source: it warns, and stops nothing. The sensor `freshness` evaluates it every day."""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from orchestration import intake
from orchestration.desk import freshness
from orchestration.desk.accidents import as_failures
from orchestration.desk.assets import Warehouse
from orchestration.desk.assets.intake import source_key
from orchestration.desk.freshness import Freshness
from orchestration.paths import Paths

IS_FRESH = "is_fresh"


def keys(paths: Paths) -> list[dg.AssetCheckKey]:
    """The checks of the sources whose folders are there now."""
    return [_key(source) for source in intake.source_ids(paths.seeds)]


def checks(paths: Paths) -> list[dg.AssetChecksDefinition]:
    """One definition for all sources, to be run from the UI as well; none where there is no source."""
    specs = [
        dg.AssetCheckSpec(
            IS_FRESH,
            asset=key.asset_key,
            blocking=False,
            description="Whether the figures that are due by the source's `release_calendar` are there; a source without one, such as a paper, never goes stale. It warns and stops nothing.",
        )
        for key in keys(paths)
    ]

    @dg.multi_asset_check(name="freshness_of_sources", specs=specs, can_subset=True)
    def freshness_of_sources(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        selected = context.selected_asset_check_keys
        with as_failures():
            read = freshness.read(warehouse.paths())
        for found in read:
            if _key(found.source_id) in selected:
                yield dg.AssetCheckResult(
                    asset_key=source_key(found.source_id), check_name=IS_FRESH, **_verdict(found, freshness.today())
                )

    return [freshness_of_sources] if specs else []


def evaluations(found: list[Freshness], day: date) -> list[dg.AssetCheckEvaluation]:
    """The verdicts as events that need no run."""
    return [
        dg.AssetCheckEvaluation(asset_key=source_key(f.source_id), check_name=IS_FRESH, **_verdict(f, day))
        for f in found
    ]


def _key(source: str) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(source_key(source), IS_FRESH)


def _verdict(found: Freshness, day: date) -> dict:
    return {
        "passed": not found.is_stale(day),
        "severity": dg.AssetCheckSeverity.WARN,
        "metadata": {
            "says": found.sentence(day),
            "stated_until": str(found.stated_until or "no period"),
            "due": str(found.due or "never"),
            "on": str(day),
        },
    }
