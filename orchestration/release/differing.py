"""What a candidate and its base, attached as `base`, do not have in common."""

from __future__ import annotations

import duckdb

from orchestration.engine import quoted
from orchestration.release import content
from orchestration.release.content import PublishedTable


def carry_over(connection: duckdb.DuckDBPyConnection, ledger: str) -> None:
    """What `release.<ledger>` of the base says of earlier releases, in the columns that both schemas have."""
    told = PublishedTable("release", ledger, (), ())
    before = content.columns_of(connection, "base", told)
    shared = [name for name in content.columns_of(connection, "minsheng", told) if name in before]
    if shared:
        names = ", ".join(shared)
        connection.execute(f"insert into release.{ledger} by name select {names} from base.release.{ledger}")


def rows(connection: duckdb.DuckDBPyConnection, table: PublishedTable, new: str, old: str) -> None:
    """Temp tables `new` and `old` of the rows that the other side does not have.

    Rows of a source that came or went are left out unless the other side has their key: they are one change.
    """
    in_base = content.columns_of(connection, "base", table)
    columns = tuple(column for column in table.columns if column in in_base)
    name = f"{table.schema}.{quoted(table.name)}"
    keys = " and ".join(f"k.{quoted(c)} is not distinct from t.{quoted(c)}" for c in table.grain if c in in_base)
    for catalog, other, target in (("minsheng", "base", new), ("base", "minsheng", old)):
        row = content.row_hash(columns, "t")
        left_out = (
            f"(t.source_id not in (select source_id from source_change) or exists (select 1 from {other}.{name} as k where {keys})) and"
            if "source_id" in columns
            else ""
        )
        connection.execute(
            f"""
            create temp table {target} as
            select * from {catalog}.{name} as t
            where {left_out} {row} not in (select {row} from {other}.{name} as t)
            """
        )
