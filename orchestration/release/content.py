"""Content of a published file: its tables, their columns and keys, their hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from orchestration.engine import quoted
from orchestration.release.manifest import TableFacts

#: Schemas whose rows make a release what it is; `release` tells of it and is left out.
HASHED_SCHEMAS = ("core", "marts", "quality")


@dataclass(frozen=True)
class PublishedTable:
    """A published table as its contract states it. `grain`: the columns of its key.

    `indicators`: of each column that shows or follows from figures, the codes of their indicators.
    """

    schema: str
    name: str
    grain: tuple[str, ...]
    columns: tuple[str, ...]
    indicators: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"


def published_tables(dbt_manifest: dict[str, Any]) -> list[PublishedTable]:
    """The published tables that a dbt manifest declares, by name."""
    models = [node for node in dbt_manifest["nodes"].values() if node["resource_type"] == "model"]
    return sorted(
        (
            PublishedTable(
                schema=node["schema"],
                name=node["name"],
                grain=tuple(node["config"]["meta"]["grain"]),
                columns=tuple(node["columns"]),
                indicators={
                    name: found
                    for name, column in node["columns"].items()
                    if (found := _indicators(column.get("meta") or {}, node["config"]["meta"].get("series", {})))
                },
            )
            for node in models
            if node["config"]["contract"]["enforced"]
        ),
        key=lambda table: table.full_name,
    )


def _indicators(column: Mapping[str, Any], series: Mapping[str, Any]) -> tuple[str, ...]:
    """Those that the column names, and those of its table, if it shows whatever that does."""
    inputs = column.get("inputs", ())
    named = {figure["indicator"] for figure in inputs if "indicator" in figure}
    whatever = () if all("indicator" in figure for figure in inputs) else series.get("indicators", ())
    return tuple(sorted({*named, *whatever}))


def columns_of(connection: duckdb.DuckDBPyConnection, catalog: str, table: PublishedTable) -> dict[str, str]:
    """Type of each column that the table has in an attached file, by name; empty where there is no such table."""
    query = "select column_name, data_type from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ?"
    return dict(connection.execute(query, [catalog, table.schema, table.name]).fetchall())


def table_facts(connection: duckdb.DuckDBPyConnection, catalog: str, table: PublishedTable) -> TableFacts:
    """Rows, and a hash that depends on names and values of the rows and not on their order.

    The md5 of each row, their exclusive or, hashed again. Rows are told apart by their key, so none cancels
    another; nothing is sorted, so millions of rows need no memory.
    """
    name = f"{catalog}.{table.schema}.{quoted(table.name)}"
    rows, digest = connection.execute(
        f"select count(*), cast(coalesce(bit_xor({row_hash(table.columns)}), 0) as varchar) from {name}"
    ).fetchone()
    header = connection.execute(
        "select sha256(?)", [f"{table.full_name}({','.join(table.columns)}):{rows}:{digest}"]
    ).fetchone()
    return TableFacts(rows=rows, sha256=header[0])


def content_hash(facts: dict[str, TableFacts]) -> str:
    """sha256 over the rows and hashes of the tables that make a release what it is."""
    hashed = {name: fact for name, fact in facts.items() if name.partition(".")[0] in HASHED_SCHEMAS}
    text = "\n".join(f"{name} {fact.rows} {fact.sha256}" for name, fact in sorted(hashed.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def release_id_of(sequence: int, digest: str) -> str:
    """The id of a release: its number and the start of its content hash; no clock."""
    return f"r{sequence:06d}-{digest[:12]}"


def row_hash(columns: Iterable[str], alias: str = "") -> str:
    """SQL for 128 bits of md5 of a row's values, NULLs included, that no other values of these types give.

    DuckDB's sort key holds the values whole, a text with its end, a number with its bytes: half the cost of
    writing them all as text, where decimals are slow and a text could hold the mark that ends it.
    """
    prefix = f"{alias}." if alias else ""
    values = ", ".join(f"{prefix}{quoted(column)}, 'asc nulls last'" for column in columns)
    return f"md5_number(create_sort_key({values}))"
