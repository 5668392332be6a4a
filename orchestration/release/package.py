"""`datapackage.json`: the release as a Frictionless Data Package (v2), so that any tool finds its way in.

It says of each published table what the contract says: meaning, grain and unit in the descriptions, types, key,
and the hash of its Parquet file. It is one of the release's files: the manifest names its sha256.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.artifacts import DATABASE
from orchestration.release.content import PublishedTable
from orchestration.release.manifest import TableFacts
from validations import published
from validations.column_suites import codes_of

PACKAGE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/{}.json"
#: Types of Table Schema by the beginning of DuckDB's.
TYPES = {
    "VARCHAR": "string",
    "DECIMAL": "number",
    "DOUBLE": "number",
    "DATE": "date",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "datetime",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "SMALLINT": "integer",
}
#: Types of DuckDB whose NULL pandas can only hold as NaN.
FLOATING_WHEN_NULL = {"INTEGER", "BIGINT", "SMALLINT", "DOUBLE"}
COLUMNS = """
    select column_name, data_type, is_nullable, comment from duckdb_columns()
    where database_name = current_database() and schema_name = ? and table_name = ?
    order by column_index
"""
TABLE = """
    select comment from duckdb_tables()
    where database_name = current_database() and schema_name = ? and table_name = ?
"""


def describe(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: list[PublishedTable],
    facts: Mapping[str, TableFacts],
    files: Mapping[str, str],
    release_id: str,
) -> dict[str, Any]:
    """The descriptor of the release in `folder`; `files`: sha256 by path. Raises KeyError for an unknown type."""
    return {
        "$schema": PROFILE.format("datapackage"),
        "name": "minsheng",
        "id": release_id,
        "version": release_id,
        "title": "Minsheng: China's social-security statistics",
        "description": (
            "Figures as they were printed, checked against each other and given in stated units; each leads back to a"
            " printed cell. The unit of a measure ends its column's name and stands in its description."
        ),
        "sources": _sources(connection),
        "resources": [_database(folder, files), *(_resource(connection, folder, t, facts, files) for t in tables)],
    }


def write(folder: Path, package: Mapping[str, Any]) -> Path:
    """Leave the descriptor in the release folder."""
    path = folder / PACKAGE
    path.unlink(missing_ok=True)
    path.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _sources(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    rows = connection.execute("select source_id, citation, licence from core.source order by source_id").fetchall()
    return [{"title": citation, "name": name, "licence": licence} for name, citation, licence in rows]


def _database(folder: Path, files: Mapping[str, str]) -> dict[str, Any]:
    return {
        "$schema": PROFILE.format("dataresource"),
        "name": "database",
        "path": DATABASE,
        "format": "duckdb",
        "mediatype": "application/vnd.duckdb",
        "description": "Every table below in one file, for DuckDB 1.2 and later; open it read-only.",
        "hash": f"sha256:{files[DATABASE]}",
    }


def _resource(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: PublishedTable,
    facts: Mapping[str, TableFacts],
    files: Mapping[str, str],
) -> dict[str, Any]:
    path = f"parquet/{table.schema}/{table.name}.parquet"
    columns = connection.execute(COLUMNS, [table.schema, table.name]).fetchall()
    return {
        "$schema": PROFILE.format("dataresource"),
        "name": table.full_name,
        "type": "table",
        "path": path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": connection.execute(TABLE, [table.schema, table.name]).fetchone()[0],
        "hash": f"sha256:{files[path]}",
        "rows": facts[table.full_name].rows,
        "schema": {
            "$schema": PROFILE.format("tableschema"),
            "fields": [_field(*column, _enum(connection, table, column[0])) for column in columns],
            "primaryKey": list(table.grain),
            **_foreign_keys(table),
        },
    }


def _enum(connection: duckdb.DuckDBPyConnection, table: PublishedTable, name: str) -> list[str]:
    """The codes that a column may have; none where it is of no list."""
    contract = published.tables().get(table.full_name)
    codes = contract.codes(name) if contract else None
    if codes is None:
        return []
    return [code for (code,) in connection.execute(f"{codes_of(codes)} order by code").fetchall()]


def _foreign_keys(table: PublishedTable) -> dict[str, Any]:
    """The keys of other tables that columns hold; Table Schema knows none that lead to several, or have other codes beside."""
    contract = published.tables().get(table.full_name)
    found = {name: contract.reference(name) for name in table.columns} if contract else {}
    keys = [
        {"fields": [name], "reference": {"resource": "" if full == table.full_name else full, "fields": [key]}}
        for name, reference in found.items()
        if reference and len(reference.tables) == 1 and not reference.other
        for full, key in reference.tables.items()
    ]
    return {"foreignKeys": keys} if keys else {}


def _field(name: str, data_type: str, is_nullable: bool, comment: str, enum: list[str]) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": TYPES[data_type.partition("(")[0]], "description": comment}
    constraints = {**({} if is_nullable else {"required": True}), **({"enum": enum} if enum else {})}
    if constraints:
        field["constraints"] = constraints
    # Tools that read Parquet by way of pandas see NaN where such a column is NULL.
    return {**field, "missingValues": ["", "nan"]} if is_nullable and data_type in FLOATING_WHEN_NULL else field
