"""What follows a promotion and cannot take it back: the data book of the release."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.desk.assets.publish import CURRENT_KEY
from orchestration.desk.assets.resources import OWNERS, Warehouse
from orchestration.desk.book import bring_up_to_date
from orchestration.desk.metadata import source_code
from orchestration.paths import ROOT

KEY = dg.AssetKey(["warehouse", "book"])
CHECK = "book_did_not_fail"


@dg.multi_asset(
    name="book",
    specs=[
        dg.AssetSpec(
            KEY,
            deps=[CURRENT_KEY],
            group_name="publish",
            owners=OWNERS,
            kinds={"altair"},
            metadata=source_code(
                (ROOT / "orchestration" / "desk" / "book.py", "what starts it"), (ROOT / "bi", "the book")
            ),
            skippable=True,
            description="The data book of the current release, `warehouse/book/index.html`: pictures and tables, each figure with its caveat and its source. A failure here takes nothing back.",
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=KEY,
            description="No book that was asked for failed to be built. It warns and blocks nothing: the release is out.",
        )
    ],
)
def book(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
    outcome = bring_up_to_date(warehouse.paths())
    told = context.log.warning if outcome.built is False else context.log.info
    told(f"book: {outcome.text}")
    if outcome.built:
        yield dg.MaterializeResult(
            KEY, metadata={"index": dg.MetadataValue.path(warehouse.paths().warehouse / "book" / "index.html")}
        )
    yield dg.AssetCheckResult(
        passed=outcome.built is not False,
        check_name=CHECK,
        asset_key=KEY,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"outcome": outcome.text},
    )
