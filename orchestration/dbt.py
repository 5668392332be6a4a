"""dbt in Dagster's words: models as assets, tests as checks, one build as their results."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtProject, build_dbt_asset_specs

from orchestration import findings, transform
from orchestration.metadata import table
from orchestration.paths import Paths

SHOWN_ROWS = 20


class Translator(DagsterDbtTranslator):
    """dbt nodes as assets: keys are schema and table; raw Parquet leads back to the source assets."""

    def __init__(self, sources: Sequence[dg.AssetKey], codelists: dg.AssetKey, relations: dg.AssetKey):
        super().__init__()
        self._upstream = {"raw": list(sources), "codelist": [codelists], "relation": [relations]}

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        keys: dict[dg.AssetKey, None] = {}
        for dep in spec.deps:
            for key in self._upstream.get(dep.asset_key.path[0], [dep.asset_key]):
                keys[key] = None
        return spec.replace_attributes(deps=list(keys))

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The contract's description; for a work table, the comment that its SQL begins with."""
        description = dbt_resource_props.get("description") or leading_comment(dbt_resource_props.get("raw_code") or "")
        return super().get_description({**dbt_resource_props, "description": description})

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        group = dbt_resource_props.get("config", {}).get("group")
        return str(group) if group else None


def asset_specs(
    paths: Paths, translator: DagsterDbtTranslator
) -> tuple[list[dg.AssetSpec], dict[str, dg.AssetCheckSpec]]:
    """An asset for each model, and a blocking check for each data test by its unique id."""
    manifest = json.loads(transform.parsed_manifest(paths).read_text(encoding="utf-8"))
    specs = list(build_dbt_asset_specs(manifest=manifest, dagster_dbt_translator=translator))
    by_key = {spec.key: spec for spec in specs}
    checks = {}
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] == "test" and node.get("attached_node"):
            model = manifest["nodes"][node["attached_node"]]
            spec = by_key[dg.AssetKey([model["schema"], model["name"]])]
            check = translator.get_asset_check_spec(spec, manifest, unique_id, None)
            if check is not None:
                checks[unique_id] = check
    return specs, checks


def build(paths: Paths, candidate: Path, lock: int, check_keys: Mapping[str, dg.AssetCheckKey]) -> Iterator[Any]:
    """Build the project; yield what was built, with row counts, and each test's verdict, with failing rows.

    `check_keys`: the check of each dbt test by unique id. Raises dagster.Failure if anything
    failed, naming each.
    """
    try:
        outcome = transform.build(paths, candidate, lock)
    except transform.TransformError as error:
        raise dg.Failure(description=f"{error}\nNothing was published.", allow_retries=False) from error
    failing: dict[str, list[dict[str, Any]]] = {}
    help_text = ""
    with findings.open_candidate(candidate) as connection:
        for unique_id, status in outcome.status.items():
            node = outcome.manifest["nodes"][unique_id]
            if node["resource_type"] == "model" and status == "success":
                name = f'{node["database"]}.{node["schema"]}."{node["name"]}"'
                rows = connection.execute(f"select count(*) from {name}").fetchone()[0]
                yield dg.MaterializeResult(
                    dg.AssetKey([node["schema"], node["name"]]), metadata={"dagster/row_count": rows}
                )
            elif unique_id in check_keys and status != "skipped":
                if status == "fail":
                    failing[unique_id] = failing_rows(connection, outcome.compiled[unique_id])
                    if "no_error_is_unexplained" in unique_id:
                        help_text = "\n\n" + findings.help_for(findings.read(connection, standing="unexplained"))
                key = check_keys[unique_id]
                yield dg.AssetCheckResult(
                    passed=status == "pass",
                    asset_key=key.asset_key,
                    check_name=key.name,
                    metadata={
                        "status": outcome.messages[unique_id] or status,
                        **({"failing_rows": table(failing[unique_id])} if unique_id in failing else {}),
                    },
                )
    wrong = {uid: status for uid, status in outcome.status.items() if status in ("error", "fail", "runtime error")}
    if wrong:
        raise dg.Failure(description=_report(outcome, wrong, failing) + help_text, allow_retries=False)


def leading_comment(sql: str) -> str:
    """The comment that a model begins with: `{#- ... -#}` or lines of `--`; empty if there is none."""
    block = re.match(r"\s*\{#-?(.*?)-?#\}", sql, re.S)
    if block:
        return textwrap.dedent(block[1]).strip()
    lines = re.match(r"(?:--.*\n)*", sql)[0].splitlines()
    return " ".join(line.removeprefix("--").strip() for line in lines)


def failing_rows(connection: duckdb.DuckDBPyConnection, compiled_sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f"select * from ({compiled_sql}) limit {SHOWN_ROWS}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def _report(outcome: transform.Outcome, wrong: dict[str, str], failing: dict[str, list[dict[str, Any]]]) -> str:
    lines = ["dbt build failed; nothing was published."]
    for unique_id, status in wrong.items():
        node = outcome.manifest["nodes"][unique_id]
        lines.append(f"  {node['resource_type']} {node['name']}: {status}. {outcome.messages[unique_id]}")
        lines += [f"    {row.get('message') or row}" for row in failing.get(unique_id, [])]
    return "\n".join(lines)
