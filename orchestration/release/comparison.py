"""The candidate beside its base, table by table: what changed, and what is published no more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.artifacts import DATABASE, Check
from orchestration.engine import literal
from orchestration.release import changes, content, differing, losses
from orchestration.release.content import PublishedTable
from orchestration.release.losses import Loss
from orchestration.release.manifest import Manifest
from validations.forms import Forms


def compare(
    connection: duckdb.DuckDBPyConnection,
    folder: Path | None,
    base: Manifest | None,
    tables: list[PublishedTable],
    facts: Mapping[str, object],
    checks: list[Check],
    release_id: str,
    forms: Forms,
) -> list[Loss]:
    """Fill `release.change`; return what the base has and the candidate has no more, in groups.

    `folder`, `base`: the base's release folder and manifest, None for the first release. `facts`: of the candidate's
    tables, by name; a table whose facts are the base's is not read. `checks`: every one that is declared now.
    `forms`: what is read as what by now.
    """
    base_id = base.release_id if base else None
    if folder is not None:
        connection.execute(f"attach {literal((folder / DATABASE).as_posix())} as base (read_only)")
    changes.begin(connection, release_id, base_id)
    if folder is None or base is None:
        return []
    losses.begin(connection)
    by_name = {table.full_name: table for table in tables}
    changes.touched(connection, by_name[changes.OBSERVATION])
    otherwise = changes.reason_without_trace(connection)
    for name, table in by_name.items():
        told, guarded = bool(changes.compared_columns(table)), losses.guards(table)
        if (told or guarded) and facts[name] != base.tables.get(name):
            shares_a_key = any(column in table.grain for column in content.columns_of(connection, "base", table))
            if shares_a_key:
                differing.rows(connection, table, "new_rows", "old_rows")
            if told:
                changes.of_table(connection, table, release_id, base_id, otherwise)
            if guarded and shares_a_key:
                losses.of_table(connection, table, forms)
            for left in ("new_rows", "old_rows"):
                connection.execute(f"drop table if exists {left}")
    found = losses.explained(connection, base.checks, checks)
    losses.end(connection)
    changes.end(connection)
    connection.execute("detach base")
    return found
