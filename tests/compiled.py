"""The SQL that dbt made of the models for a release, read with sqlglot: macros and stars are written out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

from sqlglot import exp, parse_one

from orchestration.desk.columns import RAW
from orchestration.release.manifest import DBT_MANIFEST

Columns = Mapping[str, list[str]]


def outputs(query: exp.Expression, known: Columns, twice: list[str]) -> list[str]:
    """The columns of a query, stars written out; `known`: those of tables. What it names twice is added to `twice`."""
    known = {**known}
    for cte in query.ctes:
        known[cte.alias] = outputs(cte.this, known, twice)
    if isinstance(query, exp.Subquery):
        return outputs(query.this, known, twice)
    if isinstance(query, exp.SetOperation):
        # The first side names the columns; what the others call theirs is not read.
        outputs(query.right, known, [])
        return outputs(query.left, known, twice)
    sources = [part.this for part in [query.args.get("from_"), *query.args.get("joins", [])] if part]
    within = {}
    for s in sources:
        if isinstance(s, exp.Values):
            within[s.alias] = s.alias_column_names
        else:
            within[s.alias_or_name] = outputs(s.this, known, twice) if isinstance(s, exp.Subquery) else known[s.name]
    names: list[str] = []
    for column in query.expressions:
        if isinstance(column, exp.Star):
            names += [name for found in within.values() for name in found]
        elif isinstance(column, exp.Column) and isinstance(column.this, exp.Star):
            names += within[column.table]
        elif isinstance(column, (exp.Alias, exp.Column)):
            names.append(column.alias_or_name)
    twice += sorted({name for name in names if names.count(name) > 1})
    return names


def named_twice(query: exp.Expression, known: Columns) -> list[str]:
    """The columns to which a query, or one that it reads, gives one name: DuckDB takes the first in silence, Spark none."""
    twice: list[str] = []
    outputs(query, known, twice)
    return twice


def compiled(release: Path) -> Iterator[tuple[str, exp.Expression, Columns]]:
    """Each model as dbt compiled it for a release, with the columns of all that it may read, in the order of the walk."""
    manifest = json.loads((release / DBT_MANIFEST).read_text("utf-8"))
    raw = {s["relation_name"]: f"{s['source_name']}__{s['name']}" for s in manifest["sources"].values()}
    known = {f"{kind}__{table}": list(names) for kind, tables in RAW.items() for table, names in tables.items()}
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    upstream = {key: [k for k in node["depends_on"]["nodes"] if k in models] for key, node in models.items()}
    for key in TopologicalSorter(upstream).static_order():
        sql = models[key]["compiled_code"]
        for relation, name in raw.items():
            sql = sql.replace(relation, name)
        query = parse_one(sql, dialect="duckdb")
        yield models[key]["name"], query, known
        known[models[key]["name"]] = outputs(query, known, [])
