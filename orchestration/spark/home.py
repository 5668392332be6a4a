"""Brings home what Spark built: its Parquet as the tables that DuckDB's own build would have made.

A published table is made by its contract: columns, their order, their types, NOT NULL, comments. What Spark cannot hold
to, NOT NULL, is held here: a table that breaks it is a model that failed. Work tables have the types that they have in
Spark, apart from the keys that each engine hashes in its own way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration import engine
from orchestration.artifacts import DATABASE, WORK, WORK_TABLES
from orchestration.engine import literal, quoted

Node = Mapping[str, Any]


def bring(candidate: Path, tables: Path, manifest: Mapping[str, Any], built: Collection[str]) -> dict[str, str]:
    """Copy the models of `built` into the databases of `candidate/release`; those that broke their contract, and how.

    `tables`: where Spark wrote, a folder a model. `manifest`: dbt's for DuckDB.
    """
    release = candidate / "release"
    broken = {}
    with duckdb.connect(str(release / WORK)) as connection:
        engine.limit(connection, candidate / "spill")
        connection.execute(f"set file_search_path = {literal(f'{candidate},{release}')}")
        connection.execute(f"attach {literal(str(release / DATABASE))} as minsheng")
        for uid in sorted(built):
            node = manifest["nodes"][uid]
            if node["resource_type"] != "model":
                continue
            try:
                for statement in _statements(candidate, rows_in(tables / node["name"]), node):
                    connection.execute(statement)
            except (duckdb.ConstraintException, duckdb.ConversionException) as error:
                broken[uid] = str(error)
    return broken


def _statements(candidate: Path, rows: str, node: Node) -> Iterator[str]:
    schema = f"{quoted(node['database'])}.{quoted(node['schema'])}"
    table = f"{schema}.{quoted(node['alias'])}"
    yield f"create schema if not exists {schema}"
    if node["config"]["materialized"] == "parquet":
        file = f"{WORK_TABLES}/{node['alias']}.parquet"
        yield f"copy (from {rows}) to {literal(str(candidate / 'release' / file))} (format parquet)"
        yield f"create view {table} as select * from read_parquet({literal(file)})"
    elif node["config"]["contract"]["enforced"]:
        columns = ", ".join(_column(column) for column in node["columns"].values())
        names = ", ".join(quoted(name) for name in node["columns"])
        yield f"create table {table} ({columns})"
        yield f"insert into {table} select {names} from {rows}"
    else:
        yield f"create table {table} as from {rows}"
    yield from _comments(node, table)


def rows_in(folder: Path) -> str:
    """What Spark wrote into a folder, as DuckDB reads it."""
    return f"read_parquet({literal(str(folder / '*.parquet'))})"


def version(tables: Path) -> str:
    """Spark's, as it wrote it down itself: of a cluster it may be another than the package's."""
    return duckdb.execute(f"select split_part(spark, ' ', 1) from {rows_in(tables / 'spark')}").fetchone()[0]


def _column(column: Node) -> str:
    is_never_null = any(constraint["type"] == "not_null" for constraint in column["constraints"])
    return f"{quoted(column['name'])} {column['data_type']}{' not null' if is_never_null else ''}"


def _comments(node: Node, table: str) -> Iterator[str]:
    kind = "view" if node["config"]["materialized"] == "parquet" else "table"
    if node["description"]:
        yield f"comment on {kind} {table} is {literal(node['description'])}"
    if kind == "table":
        for column in node["columns"].values():
            if column["description"]:
                yield f"comment on column {table}.{quoted(column['name'])} is {literal(column['description'])}"
