"""The printed cells that a row of a published table follows from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from validations import row_keys
from validations.dimensions import SERIES_ID

#: The cells behind a row of a published table, and behind its failing column where that is known: printed ones
#: by lineage, those of bulk files by the series of the row's place. Each branch needs the tables that it names: of a
#: candidate that failed, not all were built.
BRANCHES = {
    ("core.lineage",): """
        select column_name, observation_id from core.lineage where table_name = $table and row_key = $key""",
    (): """
        select 'obs_value' as column_name, observation_id from core.observation
        where $table = 'core.observation' and 'observation_id=' || observation_id = $key""",
    ("marts.series",): """
        select 'obs_value' as column_name, s.observation_id from marts.series as s
        where $table like 'marts.%' and not {is_traced}
            and s.ref_area = $place['ref_area'] and s.time_period = $place['time_period']
            and coalesce($place['series_id'], s.series_id) = s.series_id
            and coalesce($place['residence'], s.residence) in (s.residence, '_T')""",
}
IS_TRACED = "exists (select 1 from core.lineage where table_name = $table and row_key = $key)"
BEHIND = """
    with behind as ({branches})
    select distinct o.file, o.row_no, o.column_no, o.printed_value
    from behind inner join core.observation as o using (observation_id)
    where list_contains($columns, column_name) or not exists (select 1 from behind where list_contains($columns, column_name))
    order by all
    limit 10
"""


@dataclass(frozen=True)
class PrintedCell:
    """One cell: the file under `seeds`, the row and column as printed, and what is read there."""

    file: str
    row: int
    column: int
    read: str | None

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column {self.column}: {self.read}"


def row_key(grain: Sequence[str], row: Mapping[str, Any]) -> str | None:
    """The key of a row as `core.lineage` writes it; None if `row` has not all of it."""
    if not grain or not set(grain) <= row.keys():
        return None
    return row_keys.text(grain, row)


def behind(connection: duckdb.DuckDBPyConnection, table: str, key: str, row: Mapping[str, Any]) -> list[PrintedCell]:
    """Some cells behind the row `key` of the published `table`.

    `row`: columns that are shown of it, which narrow the cells down to those behind them. The catalog of
    `connection` is the published file, or what was built of one: without core.observation nothing is found.
    """
    built = _built(connection)
    if "core.observation" not in built:
        return []
    columns = [row["column_name"]] if row.get("column_name") else list(row)
    branches = " union all ".join(text for tables, text in BRANCHES.items() if built.issuperset(tables))
    query = BEHIND.format(branches=branches.format(is_traced=IS_TRACED if "core.lineage" in built else "false"))
    values = {"table": table, "key": key, "columns": columns, "place": _place(row)}
    found = connection.execute(query, {name: value for name, value in values.items() if f"${name}" in query})
    return [PrintedCell(*cell) for cell in found.fetchall()]


def _built(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The tables of the catalog that `connection` uses, as schema.table."""
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database()"
    )
    return {name for (name,) in rows.fetchall()}


def _place(row: dict[str, Any]) -> dict[str, str | None]:
    """What a row of a mart is found by among the series; a series names its place in its key."""
    names = ("ref_area", "time_period", "residence", "series_id")
    place = {name: None if row.get(name) is None else str(row[name]) for name in names}
    if place["series_id"] and not place["ref_area"]:
        place["ref_area"] = place["series_id"].split(".")[SERIES_ID.index("ref_area")]
    return place
