"""The columns of a table: type, comment and constraints as its contract states them, and what each follows from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import dagster as dg
import duckdb
from sqlglot import MappingSchema, exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage

from orchestration import intake
from validations.contracts import CODELISTS
from validations.relations import RELATIONS
from validations.rules import RULES

DIALECT = "duckdb"
#: What stage 1 leaves, table by table, and the names of its columns.
RAW = {
    "raw": {name: list(columns) for name, columns in intake.SCHEMAS.items()},
    "codelist": CODELISTS,
    "relation": RELATIONS,
    "rule": RULES,
}


def contracted(node: Mapping[str, Any]) -> dg.TableSchema | None:
    """The columns of a dbt model as its contract states them; None if it has none."""
    columns = node.get("columns") or {}
    grain = node["config"].get("meta", {}).get("grain", [])
    if not columns:
        return None
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name,
                column.get("data_type") or "?",
                column.get("description"),
                dg.TableColumnConstraints(
                    nullable=not any(c["type"] == "not_null" for c in column.get("constraints") or []),
                    other=["key"] if name in grain else [],
                ),
            )
            for name, column in columns.items()
        ],
        constraints=dg.TableConstraints(other=[f"one row for each {', '.join(grain)}"]) if grain else None,
    )


def comments(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What columns mean: by `table.column` as the contract says, and by name alone where all contracts agree."""
    found = defaultdict(set)
    for node in manifest["nodes"].values():
        for name, column in (node.get("columns") or {}).items():
            text = column.get("description") or ""
            found[f"{node['name']}.{name}"] = {text}
            found[name].add(text)
    return {name: texts.pop() for name, texts in found.items() if len(texts) == 1}


def raw(kind: str, meanings: Mapping[str, str]) -> dg.TableSchema:
    """The columns of what stage 1 leaves of a source (`raw`), of code lists, relations or rules: `table.column`, all text."""
    return dg.TableSchema(
        [
            dg.TableColumn(f"{table}.{name}", "text", meanings.get(f"{table}.{name}") or meanings.get(name))
            for table, names in RAW[kind].items()
            for name in names
        ]
    )


def built(connection: duckdb.DuckDBPyConnection, meanings: Mapping[str, str]) -> dict[tuple[str, str], dg.TableSchema]:
    """The columns of every table of a candidate, by schema and table, as DuckDB has them."""
    rows = connection.execute(
        "select schema_name, table_name, column_name, data_type, is_nullable, comment from duckdb_columns() "
        "where not internal order by schema_name, table_name, column_index"
    ).fetchall()
    found: dict[tuple[str, str], list[dg.TableColumn]] = defaultdict(list)
    for schema, table, name, kind, nullable, comment in rows:
        constraints = dg.TableColumnConstraints(nullable=nullable)
        column = dg.TableColumn(name, kind.lower(), comment or meanings.get(name), constraints)
        found[schema, table].append(column)
    return {key: dg.TableSchema(columns) for key, columns in found.items()}


class Lineage:
    """Which columns the columns of a model follow from, read from its compiled SQL."""

    def __init__(
        self,
        manifest: Mapping[str, Any],
        schemas: Mapping[tuple[str, str], dg.TableSchema],
        upstream: Callable[[str], Iterable[dg.AssetKey] | None],
    ):
        """`upstream`: the assets that stand for a kind of raw tables (`raw`, `codelist`, `relation`, `rule`), else None."""
        self._upstream = upstream
        self._raw = {
            source["relation_name"]: f"{source['source_name']}.{source['name']}"
            for source in manifest["sources"].values()
        }
        self._schema = MappingSchema(dialect=DIALECT)
        for kind, tables in RAW.items():
            for table, names in tables.items():
                self._schema.add_table(exp.to_table(f"{kind}.{table}"), dict.fromkeys(names, "varchar"))
        for (schema, table), columns in schemas.items():
            name = exp.table_(table, schema, quoted=True)
            self._schema.add_table(name, {column.name: column.type for column in columns.columns}, match_depth=False)

    def know(self, schema: str, table: str, names: Iterable[str]) -> None:
        """The columns of a table that is not, or not yet, as it was built."""
        name = exp.table_(table, schema, quoted=True)
        self._schema.add_table(name, dict.fromkeys(names, "varchar"), match_depth=False)

    def of(self, compiled_sql: str) -> dg.TableColumnLineage | None:
        """None where the SQL cannot be followed: lineage is shown where it is known, and stops nothing."""
        for relation, name in self._raw.items():
            compiled_sql = compiled_sql.replace(relation, name)
        try:
            query = parse_one(compiled_sql, dialect=DIALECT)
            for table in query.find_all(exp.Table):
                # Two files are one here: no two of them hold a schema of the same name.
                table.set("catalog", None)
            found = lineage(None, query, self._schema, dialect=DIALECT, trim_selects=False, copy=False)
        except (SqlglotError, ValueError, KeyError, RecursionError):
            return None
        return dg.TableColumnLineage({column: self._behind(node) for column, node in found.items()})

    def _behind(self, node: Any) -> list[dg.TableColumnDep]:
        found: set[tuple[dg.AssetKey, str]] = set()
        for leaf in node.walk():
            table = leaf.expression.find(exp.Table) if not leaf.downstream else None
            if table is None or not table.db:
                continue
            name = exp.to_column(leaf.name).name
            keys = self._upstream(table.db)
            for key in keys or [dg.AssetKey([table.db, table.name])]:
                found.add((key, f"{table.name}.{name}" if keys else name))
        return [dg.TableColumnDep(key, name) for key, name in sorted(found)]


def origins(lineage: dg.TableColumnLineage) -> list[dict[str, str]]:
    """The lineage as rows for people: each column, and the columns that it follows from."""
    return [
        {
            "column": column,
            "follows_from": ", ".join(f"{dep.asset_key.to_user_string()}: {dep.column_name}" for dep in deps),
        }
        for column, deps in lineage.deps_by_column.items()
    ]
