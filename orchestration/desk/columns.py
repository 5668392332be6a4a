"""The columns of a table: type, comment and constraints as its contract states them, and what each follows from."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from sqlglot import MappingSchema, exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage

from orchestration import intake
from validations.list_contracts import CODELISTS
from validations.relations import RELATIONS
from validations.rules import RULES

DIALECT = "duckdb"
#: By column: schema, table and name of each column that it follows from.
Leaves = dict[str, list[Sequence[str]]]
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
        memory: Path | None = None,
    ):
        """`upstream`: the assets that stand for a kind of raw tables (`raw`, `codelist`, `relation`, `rule`), else None.

        `memory`: a file that remembers, from run to run, what SQL was followed to over the same columns; see `remember`.
        """
        self._upstream = upstream
        self._raw = {
            source["relation_name"]: f"{source['source_name']}.{source['name']}"
            for source in manifest["sources"].values()
        }
        self._columns: dict[tuple[str, str], dict[str, str]] = {
            (kind, table): dict.fromkeys(names, "varchar")
            for kind, tables in RAW.items()
            for table, names in tables.items()
        }
        for place, schema in schemas.items():
            self._columns[place] = {column.name: column.type for column in schema.columns}
        self._memory = memory
        # A letter that differs in any column's name or type, or another parser: nothing is known.
        over = sorted((*place, *names.items()) for place, names in self._columns.items())
        self._over = hashlib.sha256(f"{version('sqlglot')} {self._raw} {over}".encode()).hexdigest()
        self._followed: dict[str, Leaves | None] = {}
        if memory is not None:
            with suppress(FileNotFoundError, ValueError, KeyError):
                known = json.loads(memory.read_text(encoding="utf-8"))
                self._followed = known["followed"] if known["over"] == self._over else {}
        self._asked: set[str] = set()

    def know(self, schema: str, table: str, names: Iterable[str]) -> None:
        """The columns of a table that is not, or not yet, as it was built."""
        self._columns[schema, table] = dict.fromkeys(names, "varchar")
        self.__dict__.pop("_schema", None)
        self._followed, self._memory = {}, None

    def remember(self) -> None:
        """Write what was asked for into the memory, if there is one."""
        if self._memory is not None:
            asked = {key: self._followed[key] for key in sorted(self._asked)}
            self._memory.write_text(json.dumps({"over": self._over, "followed": asked}), encoding="utf-8")

    def of(self, compiled_sql: str) -> dg.TableColumnLineage | None:
        """None where the SQL cannot be followed: lineage is shown where it is known, and stops nothing."""
        key = hashlib.sha256(compiled_sql.encode()).hexdigest()
        if key not in self._followed:
            self._followed[key] = self._leaves(compiled_sql)
        self._asked.add(key)
        leaves = self._followed[key]
        if leaves is None:
            return None
        return dg.TableColumnLineage({column: self._behind(found) for column, found in leaves.items()})

    @cached_property
    def _schema(self) -> MappingSchema:
        schema = MappingSchema(dialect=DIALECT)
        for (place, table), names in self._columns.items():
            schema.add_table(exp.table_(table, place, quoted=True), names, match_depth=False)
        return schema

    def _leaves(self, compiled_sql: str) -> Leaves | None:
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
        return {column: sorted(set(self._tables(node))) for column, node in found.items()}

    @staticmethod
    def _tables(node: Any) -> Iterator[tuple[str, str, str]]:
        for leaf in node.walk():
            table = leaf.expression.find(exp.Table) if not leaf.downstream else None
            if table is not None and table.db:
                yield table.db, table.name, exp.to_column(leaf.name).name

    def _behind(self, leaves: Iterable[Sequence[str]]) -> list[dg.TableColumnDep]:
        found: set[tuple[dg.AssetKey, str]] = set()
        for schema, table, name in leaves:
            keys = self._upstream(schema)
            for key in keys or [dg.AssetKey([schema, table])]:
                found.add((key, f"{table}.{name}" if keys else name))
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
