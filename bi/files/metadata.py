"""What is known of each published table, gathered once for every file that documents it.

Names, types, nullability and comments are read from the release's own DuckDB file, into which dbt wrote them from
the contracts (`dbt_project/models/**/*.yml`); key, statuses and inputs from dbt's manifest, checks from the
release's, both kept in the release. Nothing is stated here a second time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bi.release import Release, Table
from orchestration.artifacts import Check
from orchestration.release.manifest import DBT_MANIFEST
from validations import suites
from validations.expectations import Expectation
from validations.published import is_followed
from validations.published import unit_of as contract_unit


@dataclass(frozen=True)
class TableFacts:
    """A published table with all that its contract and its checks say of it.

    `key`: the columns of its grain; `status_of`: measure -> the column that holds its status; `findings`: column ->
    the rules that still find something in the cells that it follows from; `sources`: whose figures it shows.
    """

    table: Table
    rows: int
    key: tuple[str, ...]
    status_of: Mapping[str, str]
    checks: tuple[Check, ...]
    expectations: tuple[Expectation, ...]
    findings: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...]


def dbt_manifest(release: Release) -> dict[str, Any]:
    """dbt's account of the project that built the release. Raises OSError if the release keeps none."""
    return json.loads((release.folder / DBT_MANIFEST).read_text(encoding="utf-8"))


def published(release: Release) -> list[TableFacts]:
    """Every published table, in order of schema and name. Raises OSError, KeyError or duckdb.Error."""
    nodes = dbt_manifest(release)["nodes"].values()
    models = {f"{node['schema']}.{node['name']}": node for node in nodes if node["resource_type"] == "model"}
    findings, tidy = _findings(release), _tidy_sources(release)
    told = []
    for name, table in release.tables.items():
        model = models[name]
        checks = tuple(check for check in release.manifest.checks if check.table == name)
        ids = {check.check for check in checks}
        told.append(
            TableFacts(
                table=table,
                rows=release.manifest.tables[name].rows,
                key=tuple(model["config"]["meta"]["grain"]),
                status_of={
                    column["name"]: column["meta"]["status"]
                    for column in model["columns"].values()
                    if "status" in column["meta"]
                },
                checks=checks,
                # A release may be older than this code: only what it was audited with counts.
                expectations=tuple(e for e in suites.declared() if e.table == name and e.check in ids),
                findings={column: rules for (of, column), rules in findings.items() if of == name},
                sources=_sources(release, table, model, tidy),
            )
        )
    return told


def unit_of(column: str) -> str:
    """The unit that ends the name of a measure; empty for a column without one."""
    unit = contract_unit(column)
    return unit["says"] if unit else ""


def _findings(release: Release) -> dict[tuple[str, str], tuple[str, ...]]:
    rows = release.rows(
        """
        select l.table_name, l.column_name, list_sort(list_distinct(list(f.rule_id))) as rules
        from core.lineage as l
        inner join quality.finding_observation as x on x.observation_id = l.observation_id
        inner join quality.finding as f on f.finding_id = x.finding_id and f.pass = 'decided'
        group by l.table_name, l.column_name
        order by l.table_name, l.column_name
        """
    )
    return {(row["table_name"], row["column_name"]): tuple(row["rules"]) for row in rows}


def _tidy_sources(release: Release) -> dict[str, tuple[str, ...]]:
    """Indicator -> the bulk sources that state it: their figures have no rows in core.lineage."""
    rows = release.rows(
        f"""
        select i.indicator, list_sort(list_distinct(list(o.source_id))) as sources
        from core.observation as o
        inner join core.indicator as i on i.base_indicator = o.indicator and i.measure = o.measure
        where not {is_followed("o.layout")} group by i.indicator
        """
    )
    return {row["indicator"]: tuple(row["sources"]) for row in rows}


def _sources(
    release: Release, table: Table, model: Mapping[str, Any], tidy: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    if any(column.name == "source_id" for column in table.columns):
        rows = release.rows(f"select distinct source_id from {table.full_name} where source_id is not null")
        return tuple(sorted(row["source_id"] for row in rows))
    rows = release.rows(
        """
        select distinct o.source_id from core.lineage as l
        inner join core.observation as o on o.observation_id = l.observation_id
        where l.table_name = ?
        """,
        [table.full_name],
    )
    inputs = [put for column in model["columns"].values() for put in column["meta"].get("inputs", [])]
    bulk = {source for put in inputs for source in tidy.get(put.get("indicator", ""), ())}
    return tuple(sorted({row["source_id"] for row in rows} | bulk))
