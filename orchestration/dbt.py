"""dbt inside Dagster: the parsed project, its translator, and one build a run."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject

from orchestration import transform
from orchestration.paths import ROOT

DBT = Path(sys.executable).parent / "dbt"
PROJECT_FOLDER = ROOT / "dbt_project"
SHOWN_ROWS = 20


def parsed_manifest() -> Path:
    """`target/manifest.json`, parsed again if a file of the project changed since."""
    target = PROJECT_FOLDER / "target"
    manifest, mark = target / "manifest.json", target / "parsed.sha256"
    digest = hashlib.sha256()
    for path in sorted(p for p in PROJECT_FOLDER.rglob("*") if p.suffix in (".sql", ".yml")):
        if not path.is_relative_to(target):
            digest.update(path.relative_to(PROJECT_FOLDER).as_posix().encode() + path.read_bytes())
    if not manifest.exists() or not mark.exists() or mark.read_text() != digest.hexdigest():
        environment = {**os.environ, **transform.environment(target)}
        command = [DBT, "--quiet", "parse", "--project-dir", PROJECT_FOLDER, "--profiles-dir", PROJECT_FOLDER]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"dbt cannot parse {PROJECT_FOLDER}:\n{done.stdout}{done.stderr}")
        mark.write_text(digest.hexdigest())
    return manifest


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

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        group = dbt_resource_props.get("config", {}).get("group")
        return str(group) if group else None


def resource() -> DbtCliResource:
    return DbtCliResource(project_dir=str(PROJECT_FOLDER), profiles_dir=str(PROJECT_FOLDER), dbt_executable=str(DBT))


def build(context: dg.AssetExecutionContext, dbt: DbtCliResource, candidate: Path) -> Iterator[Any]:
    """Build and test the whole project in the candidate; failing rows stand in the checks' metadata.

    Raises dagster.Failure if a model or a test failed, naming each.
    """
    os.environ.update(transform.environment(candidate))
    (candidate / "release").mkdir(exist_ok=True)
    invocation = dbt.cli(transform.BUILD, context=context, target_path=candidate / "dbt", raise_on_error=False)
    events = list(invocation.stream())
    outcome = transform.Outcome.read(candidate / "dbt")
    with _reader(candidate) as connection:
        rows = {
            dg.AssetKey([node["schema"], node["name"]]): connection.execute(
                f'select count(*) from {node["database"]}.{node["schema"]}."{node["name"]}"').fetchone()[0]
            for unique_id, node in outcome.manifest["nodes"].items()
            if node["resource_type"] == "model" and outcome.status.get(unique_id) == "success"
        }
        failing = {
            node["name"]: failing_rows(connection, node["compiled_code"])
            for unique_id, node in _run_nodes(candidate).items()
            if node.get("resource_type") == "test" and outcome.status.get(unique_id) == "fail"
        }
    for event in events:
        if isinstance(event, dg.Output):
            key = context.asset_key_for_output(event.output_name)
            yield event.with_metadata({**event.metadata, **({"dagster/row_count": rows[key]} if key in rows else {})})
        elif isinstance(event, dg.AssetCheckResult) and event.check_name in failing:
            yield event._replace(metadata={**event.metadata, "failing_rows": table(failing[event.check_name])})
        else:
            yield event
    wrong = {uid: status for uid, status in outcome.status.items() if status in ("error", "fail", "runtime error")}
    if wrong or not invocation.is_successful():
        raise dg.Failure(description=_report(outcome, wrong, failing), allow_retries=False)


def failing_rows(connection: duckdb.DuckDBPyConnection, compiled_sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f"select * from ({compiled_sql}) limit {SHOWN_ROWS}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def table(rows: list[dict[str, Any]]) -> dg.TableMetadataValue:
    """Rows as a table in the UI; every value as text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    records = [dg.TableRecord({name: "" if row.get(name) is None else str(row[name]) for name in names}) for row in rows]
    schema = dg.TableSchema([dg.TableColumn(name, "string") for name in names])
    return dg.MetadataValue.table(records, schema=schema)


def _reader(candidate: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(candidate / "release" / "work.duckdb"), read_only=True)
    path = (candidate / "release" / "minsheng.duckdb").as_posix().replace("'", "''")
    connection.execute(f"attach '{path}' as minsheng (read_only)")
    return connection


def _run_nodes(candidate: Path) -> dict[str, Any]:
    return json.loads((candidate / "dbt" / "manifest.json").read_text(encoding="utf-8"))["nodes"]


def _report(outcome: transform.Outcome, wrong: dict[str, str], failing: dict[str, list[dict[str, Any]]]) -> str:
    lines = ["dbt build failed; nothing was published."]
    for unique_id, status in wrong.items():
        node = outcome.manifest["nodes"][unique_id]
        lines.append(f"  {node['resource_type']} {node['name']}: {status}. {outcome.messages[unique_id]}")
        lines += [f"    {row.get('message') or row}" for row in failing.get(node["name"], [])]
    return "\n".join(lines)
