"""What the UI tells of a release: what changed, how many checks passed, how many rows; numbers are plotted over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration.artifacts import DATABASE, PASSED, Check
from orchestration.desk.metadata import query, table
from orchestration.paths import Paths
from orchestration.release.audit import Verdict
from orchestration.release.manifest import Manifest

#: Changed values that are listed; all of them stand in `release.change`.
LISTED = 50
STAGES = {1: "intake", 2: "transform", 3: "assemble", 4: "audit"}
#: Standings of a finding, worst first; each is a plot, also where there is none.
STANDINGS = ("unexplained", "noted", "accepted", "explained")
SUMMARY = """
    select table_name as "table", reason, count(*) as changes, count(*) filter (where before_value is null) as new,
        count(*) filter (where after_value is null) as withdrawn
    from release.change inner join release.info using (release_id)
    group by all order by all
"""
CHANGES = f"""
    select table_name as "table", row_key, column_name as "column", before_value as before, after_value as after, reason
    from release.change inner join release.info using (release_id)
    order by all limit {LISTED}
"""


def of_release(paths: Paths, folder: Path, verdicts: Sequence[Verdict] | None = None) -> dict[str, Any]:
    """Metadata of the release in `folder`, against its base. `verdicts`: of stage 4; None before it ran.

    Raises OSError or ValueError if the folder holds no whole release.
    """
    manifest = Manifest.read(folder)
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        summary, changes = query(connection, SUMMARY), query(connection, CHANGES)
        standing = dict(
            connection.execute("select standing, count(*) from quality.finding group by standing").fetchall()
        )
    checks = _checks(manifest.checks, verdicts)
    rows = _rows(paths, manifest)
    return {
        "release_id": manifest.release_id,
        "base_release_id": manifest.base_release_id or "none",
        **({"replaces": f"{manifest.replaces}, which was damaged"} if manifest.replaces else {}),
        "content_hash": manifest.content_hash,
        "changes": sum(row["changes"] for row in summary),
        **({"what_changed": table(summary), "first_changes": table(changes)} if summary else {}),
        "checks": table(checks),
        "checks_declared": sum(row["declared"] for row in checks),
        "checks_passed": sum(row["passed"] for row in checks),
        **{f"findings_{name}": standing.get(name, 0) for name in STANDINGS},
        "tables": table(rows),
        "rows": sum(row["rows"] for row in rows),
        "folder": dg.MetadataValue.path(folder),
    }


def unchanged(told: dict[str, Any]) -> dict[str, Any]:
    """Metadata of the current release where a run promoted nothing: what it once changed, this run did not."""
    return {k: v for k, v in told.items() if k not in ("what_changed", "first_changes")} | {"changes": 0}


def _checks(declared: Sequence[Check], verdicts: Sequence[Verdict] | None) -> list[dict[str, Any]]:
    """How many checks each stage that ran declared, and how many passed."""
    passed = Counter(check.stage for check in declared if check.verdict == PASSED)
    passed[4] = sum(verdict.verdict == PASSED for verdict in verdicts or ())
    of_stage = Counter(check.stage for check in declared)
    return [
        {"stage": f"{number} {name}", "declared": of_stage[number], "passed": passed[number]}
        for number, name in STAGES.items()
        if number != 4 or verdicts is not None
    ]


def _rows(paths: Paths, manifest: Manifest) -> list[dict[str, Any]]:
    """Rows of each table, beside those of the base where it is still kept."""
    base = paths.releases / manifest.base_release_id if manifest.base_release_id else None
    before = Manifest.read(base).tables if base and base.is_dir() else {}
    found = []
    for name, facts in sorted(manifest.tables.items()):
        was = before[name].rows if name in before else None
        difference = None if was is None else facts.rows - was
        found.append({"table": name, "rows": facts.rows, "rows_before": was, "difference": difference})
    return found
