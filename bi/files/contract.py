"""An Open Data Contract (ODCS) for each mart: what its readers may rely on, in terms that tools can check.

Every expectation that the audit made of the mart stands in it as a rule that can be run on the published file by
itself, and every dbt test by name. A rule that is none of the standard's own is SQL that counts the offending rows.
Source of the format: Open Data Contract Standard v3.1.0 (Bitol, Linux Foundation).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bi.files.metadata import TableFacts, unit_of
from bi.release import Column, Release
from orchestration.artifacts import DATABASE
from orchestration.engine import quoted
from orchestration.release.package import TYPES
from validations import expectations as kinds
from validations.expectations import Expectation

VERSION = "v3.1.0"
STAGE_TRANSFORM = 2
LIMITATIONS = (
    "A measure may be null: its status column says so, and caveat_en and caveat_zh say why. Rows with is_total are"
    " totals and stay out of sums."
)
#: Names of ODCS where they differ from those of Table Schema.
LOGICAL = {"datetime": "timestamp"}


def write(release: Release, facts: TableFacts, path: Path) -> None:
    """The contract of one mart as YAML. Raises KeyError for a type or a kind of expectation that has no translation."""
    text = yaml.safe_dump(contract(release, facts), sort_keys=False, allow_unicode=True, width=110)
    path.write_text(text, encoding="utf-8")


def contract(release: Release, facts: TableFacts) -> dict[str, Any]:
    """The contract as data, as ODCS spells it."""
    table = facts.table
    return {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": f"minsheng.{table.full_name}",
        "name": table.full_name,
        "version": release.release_id,
        "status": "active",
        "domain": "social security",
        "dataProduct": "minsheng",
        "description": {
            "purpose": table.comment,
            "usage": (
                "Open the file read-only; a connection that stays open keeps the release that it opened. The unit of a"
                " measure ends its column's name."
            ),
            **({"limitations": LIMITATIONS} if facts.status_of else {}),
        },
        "servers": [
            {
                "server": "release",
                "type": "duckdb",
                "description": "The published file, for DuckDB 1.2 and later; below warehouse/current or warehouse/releases",
                "database": DATABASE,
                "schema": table.schema,
            }
        ],
        "schema": [
            {
                "name": table.name,
                "physicalName": table.full_name,
                "logicalType": "object",
                "physicalType": "table",
                "description": table.comment,
                "dataGranularityDescription": f"One row for each {', '.join(facts.key)}",
                "properties": [_property(facts, column) for column in table.columns],
                "quality": [_rule(facts, e) for e in facts.expectations] + _dbt_tests(facts),
            }
        ],
        "slaProperties": _service_level(release, facts),
        "team": {"name": "statistics"},
    }


def _property(facts: TableFacts, column: Column) -> dict[str, Any]:
    table_schema = TYPES[column.type.partition("(")[0]]
    told: dict[str, Any] = {
        "name": column.name,
        "logicalType": LOGICAL.get(table_schema, table_schema),
        "physicalType": column.type,
        "description": column.comment,
        "required": not column.is_nullable,
    }
    if column.name in facts.key:
        told |= {"primaryKey": True, "primaryKeyPosition": facts.key.index(column.name) + 1}
    more = {"unit": unit_of(column.name), "statusColumn": facts.status_of.get(column.name, "")}
    if any(more.values()):
        told["customProperties"] = [{"property": name, "value": value} for name, value in more.items() if value]
    return told


def _rule(facts: TableFacts, expectation: Expectation) -> dict[str, Any]:
    said = expectation.arguments
    named = {"name": expectation.check, "severity": "error"}
    if expectation.kind == kinds.ROW_COUNT:
        return {**named, "type": "library", "metric": "rowCount", "mustBeGreaterOrEqualTo": said["min_value"]}
    if expectation.kind in (kinds.UNIQUE, kinds.UNIQUE_COLUMN):
        columns = said.get("column_list") or [said["column"]]
        return {
            **named,
            "type": "library",
            "dimension": "uniqueness",
            "metric": "duplicateValues",
            "arguments": {"properties": columns},
            "mustBe": 0,
        }
    query = f"select count(*) from ({offending_rows(facts.table.full_name, expectation)}) as offending"
    return {**named, "type": "sql", "query": query, "mustBe": 0}


def offending_rows(table: str, expectation: Expectation) -> str:
    """SQL for the rows that an expectation of single rows rejects. Raises KeyError for a kind that it does not know."""
    said = expectation.arguments
    if expectation.kind == kinds.NO_ROWS:
        return said["unexpected_rows_query"].format(batch=table)
    where = {
        kinds.BETWEEN: lambda: f"{quoted(said['column'])} not between {said['min_value']} and {said['max_value']}",
        kinds.AFTER: lambda: f"{quoted(said['column_A'])} <= {quoted(said['column_B'])}",
    }[expectation.kind]()
    return f"select * from {table} where {where}"


def _dbt_tests(facts: TableFacts) -> list[dict[str, Any]]:
    return [
        {"name": check.check, "severity": "error", "type": "custom", "engine": "dbt", "implementation": check.check}
        for check in facts.checks
        if check.stage == STAGE_TRANSFORM
    ]


def _service_level(release: Release, facts: TableFacts) -> list[dict[str, Any]]:
    """How often each source of the mart is published anew, which is how often the mart can be."""
    rows = release.rows(
        """
        select s.source_id, s.cadence, s.vintage, lower(c.name_en) as words from core.source as s
        left join core.code as c on c.codelist = 'cadence' and c.code = s.cadence
        order by s.source_id
        """
    )
    return [
        {
            "property": "frequency",
            "value": row["cadence"],
            "element": facts.table.name,
            "description": f"Source {row['source_id']}, vintage {row['vintage']}: published {row['words'] or row['cadence']}",
        }
        for row in rows
        if row["source_id"] in facts.sources
    ]
