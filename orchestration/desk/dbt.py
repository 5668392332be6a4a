"""dbt in Dagster's words: models as assets, tests as checks, one build as their results."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtProject, build_dbt_asset_specs

from orchestration import findings, fingerprints, settings, spark, transform
from orchestration.desk import columns, failed_tests
from orchestration.desk.failed_tests import FailedTest
from orchestration.desk.markdown import fenced
from orchestration.desk.metadata import preview, source_code, table
from orchestration.paths import Paths


class Translator(DagsterDbtTranslator):
    """dbt nodes as assets: keys are schema and table; raw Parquet leads back to the source assets."""

    def __init__(self, sources: Sequence[dg.AssetKey], seeds: Mapping[str, dg.AssetKey]):
        """`seeds`: the assets of what stands beside the sources, by the kind of raw tables that they leave."""
        super().__init__()
        self._code: dict[str, str] = {}
        self._upstream = {"raw": list(sources), **{kind: [key] for kind, key in seeds.items()}}

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """A model's key is where it lies; dagster-dbt would take a schema only from the model's own configuration."""
        node = dbt_resource_props
        return (
            dg.AssetKey([node["schema"], node["name"]])
            if node["resource_type"] == "model"
            else super().get_asset_key(node)
        )

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        self._code = self._code or fingerprints.of_code(manifest)
        spec = super().get_asset_spec(manifest, unique_id, project)
        keys: dict[dg.AssetKey, None] = {}
        for dep in spec.deps:
            for key in self.upstream(dep.asset_key.path[0]) or [dep.asset_key]:
                keys[key] = None
        return spec.replace_attributes(deps=list(keys))

    def upstream(self, kind: str) -> list[dg.AssetKey] | None:
        """The assets that stand for the raw tables of a kind: `raw`, `codelist`, `relation`, `rule`; None for any other."""
        return self._upstream.get(kind)

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Also the columns with their constraints, and links to the SQL and the contract."""
        node = dbt_resource_props
        files = [(node["original_file_path"], "model")]
        if node.get("patch_path"):
            files.append((node["patch_path"].partition("://")[2], "contract"))
        columns_of = columns.contracted(node)
        return {
            **super().get_metadata(node),
            **({"dagster/column_schema": columns_of} if columns_of else {}),
            **source_code(*((transform.PROJECT_FOLDER / path, label) for path, label in files)),
            "sql": dg.MetadataValue.md(fenced(node.get("raw_code") or "", "sql")),
        }

    def get_code_version(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """What the model's table is made by: its SQL, the macros that it calls, its yml."""
        return self._code.get(dbt_resource_props["unique_id"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """What the model's yml says that it is."""
        return dbt_resource_props.get("description") or super().get_description(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        group = dbt_resource_props.get("config", {}).get("group")
        return str(group) if group else None


def asset_specs(
    manifest: Mapping[str, Any], translator: DagsterDbtTranslator
) -> tuple[list[dg.AssetSpec], dict[str, dg.AssetCheckSpec]]:
    """An asset for each model, and a blocking check for each data test by its unique id."""
    specs = list(build_dbt_asset_specs(manifest=manifest, dagster_dbt_translator=translator))
    by_key = {spec.key: spec for spec in specs}
    checks = {}
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] == "test" and node.get("attached_node"):
            model = manifest["nodes"][node["attached_node"]]
            spec = by_key[dg.AssetKey([model["schema"], model["name"]])]
            check = translator.get_asset_check_spec(spec, manifest, unique_id, None)
            if check is not None:
                checks[unique_id] = check._replace(description=meaning(manifest, node))
    return specs, checks


def meaning(manifest: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    """What a failure of a test means: the comment that the test's file begins with."""
    (macro,) = (
        name
        for name in test["depends_on"]["macros"]
        if name.split(".")[1] == manifest["metadata"]["project_name"] and name.rpartition(".")[2].startswith("test_")
    )
    path = transform.PROJECT_FOLDER / manifest["macros"][macro]["original_file_path"]
    return leading_comment(path.read_text(encoding="utf-8"))


def build(
    paths: Paths,
    candidate: Path,
    lock: int,
    check_keys: Mapping[str, dg.AssetCheckKey],
    translator: Translator,
    when_built: Callable[[], None],
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build the project; yield what was built, with its rows and columns, and each test's verdict, with failing rows.

    `check_keys`: the check of each dbt test by unique id. `when_built` is called when dbt has ended and what it left
    is yet to be read. Raises dagster.Failure if anything failed, naming each.
    """
    try:
        outcome = (spark if settings.ENGINE.read() == "spark" else transform).build(paths, candidate, lock)
    except transform.TransformError as error:
        raise dg.Failure(description=f"{error}\nNothing was published.", allow_retries=False) from error
    when_built()
    failing: dict[str, FailedTest] = {}
    with findings.open_candidate(candidate) as connection:
        yield from _models(paths, connection, outcome, translator)
        for unique_id, status in outcome.status.items():
            if unique_id not in check_keys or status == "skipped":
                continue
            if status == "fail":
                failing[unique_id] = failed_tests.read(connection, outcome, unique_id)
            key = check_keys[unique_id]
            yield dg.AssetCheckResult(
                passed=status == "pass",
                asset_key=key.asset_key,
                check_name=key.name,
                metadata={
                    "status": outcome.messages[unique_id] or status,
                    "rows_failing": outcome.failures[unique_id],
                    **(failing[unique_id].metadata() if unique_id in failing else {}),
                },
            )
    wrong = {uid: status for uid, status in outcome.status.items() if status in ("error", "fail", "runtime error")}
    if wrong:
        raise dg.Failure(description=_report(outcome, wrong, failing), allow_retries=False)


def _models(
    paths: Paths, connection: duckdb.DuckDBPyConnection, outcome: transform.Outcome, translator: Translator
) -> Iterator[dg.MaterializeResult]:
    """Each model that was built, with what the UI shows of it."""
    meanings = columns.comments(outcome.manifest)
    schemas = columns.built(connection, meanings)
    lineage = columns.Lineage(outcome.manifest, schemas, translator.upstream, paths.warehouse / "dbt" / "lineage.json")
    for unique_id, status in outcome.status.items():
        node = outcome.manifest["nodes"][unique_id]
        if node["resource_type"] != "model" or status != "success":
            continue
        name = f'{node["database"]}.{node["schema"]}."{node["name"]}"'
        rows = connection.execute(f"select count(*) from {name}").fetchone()[0]
        is_published = node["config"]["contract"]["enforced"]
        behind = lineage.of(outcome.compiled[unique_id])
        shown: dict[str, Any] = {
            "dagster/row_count": rows,
            "dagster/column_schema": columns.contracted(node) or schemas[node["schema"], node["name"]],
            "preview": preview(connection, name, node["config"]["meta"].get("grain", []), rows)
            if is_published
            else None,
            "dagster/column_lineage": behind,
            # The open UI keeps what stands above and shows it in Dagster+ only: the same as a table.
            "column_lineage": table(columns.origins(behind)) if behind else None,
        }
        yield dg.MaterializeResult(
            dg.AssetKey([node["schema"], node["name"]]),
            metadata={label: value for label, value in shown.items() if value is not None},
            data_version=dg.DataVersion(outcome.made_of[unique_id]) if unique_id in outcome.made_of else None,
        )
    lineage.remember()


def leading_comment(sql: str) -> str:
    """The comment that SQL begins with: `{#- ... -#}` or lines of `--`; empty if there is none."""
    block = re.match(r"\s*\{#-?(.*?)-?#\}", sql, re.S)
    if block:
        return textwrap.dedent(block[1]).strip()
    lines = re.match(r"(?:--.*\n)*", sql)[0].splitlines()
    return " ".join(line.removeprefix("--").strip() for line in lines)


def _report(outcome: transform.Outcome, wrong: Mapping[str, str], failing: Mapping[str, FailedTest]) -> str:
    lines = ["dbt build failed; nothing was published."]
    for unique_id, status in wrong.items():
        node = outcome.manifest["nodes"][unique_id]
        lines.append(f"  {node['resource_type']} {node['name']}: {status}. {outcome.messages[unique_id]}")
        if unique_id in failing:
            lines += [f"    {row.get('message') or row}" for row in failing[unique_id].rows]
    help_texts = [failed.help_text for failed in failing.values() if failed.help_text]
    return "\n\n".join(["\n".join(lines), *help_texts])
