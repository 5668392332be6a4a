"""What a change will touch, and what it touched: `make impact`, and `make impact CANDIDATE=...`.

Before a build: the code and the seeds as they lie there against those of the current release, model by model
(`fingerprints`), and from what changed along the lineage of columns to every published table. After a dry run: the
candidate's file against the release that it is measured against, column by column and row by row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration import development, findings, fingerprints
from orchestration.artifacts import DATABASE, WORK_TABLES
from orchestration.desk import columns
from orchestration.engine import literal, quoted
from orchestration.paths import Paths
from orchestration.release import content, ledger
from orchestration.release.content import PublishedTable
from orchestration.release.manifest import DBT_MANIFEST, MANIFEST, Manifest
from validations import row_keys

#: Rows of one table that are named, and names in one line; of more it is said that there are.
LISTED = 12
#: How the names of raw files begin among the fingerprints.
RAW = "raw/"


class NothingToCompare(Exception):
    """There is no release, or no assembled candidate; the message says what to do."""


@dataclass(frozen=True)
class Reach:
    """What a change reaches.

    `code`: models that say something else themselves, by unique id; `files`: raw files that hold something else, came
    or went; `gone`: models that the release has and the code has no more. `models`: all models that are reached, with
    the columns that follow from what changed; their other columns change only as their rows do.
    """

    code: frozenset[str]
    files: list[str]
    gone: list[str]
    models: Mapping[str, list[str]]


def before_a_build(paths: Paths) -> str:
    """What the code and the seeds would change of the current release, in words.

    Raises NothingToCompare without a release that can say what it was made of; IntakeError and TransformError as
    `development.read_anew`; LedgerError.
    """
    release = ledger.published_file(paths).parent
    file = release / WORK_TABLES / fingerprints.FILE
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if not any(name.startswith(RAW) for name in before):
        raise NothingToCompare(f"{release.name} does not say what it was made of: `make run` publishes one that does")
    old = json.loads((release / DBT_MANIFEST).read_text(encoding="utf-8"))
    with findings.open_release(release) as connection:
        schemas = columns.built(connection, {})
    with development.read_anew(paths) as project:
        found = reach(project, old, before, schemas)
        return "\n".join([f"Measured against {release.name}, the current release.", *_told(found, project.manifest)])


def reach(
    project: development.Project,
    old: Mapping[str, Any],
    before: Mapping[str, str],
    schemas: Mapping[tuple[str, str], dg.TableSchema],
) -> Reach:
    """What differs between the project and a release, and what follows from it, by models and columns.

    `old`, `before`: the release's dbt manifest and fingerprints; `schemas`: the columns of its tables.
    """
    manifest, after = project.manifest, fingerprints.of_all(project.manifest, project.raw)
    said, said_before = fingerprints.own(manifest), fingerprints.own(old)
    code = frozenset(uid for uid in said if said[uid] != said_before.get(uid))
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    models = [uid for uid in _in_order(manifest) if uid in changed]
    sql = {uid: old["nodes"][uid]["compiled_code"] for uid in models if uid not in code}
    sql |= project.compiled([manifest["nodes"][uid] for uid in code])
    lineage = columns.Lineage(manifest, schemas, lambda kind: None)
    touched = {
        (source["source_name"], source["name"], column)
        for uid, source in manifest["sources"].items()
        if uid in changed
        for column in columns.RAW[source["source_name"]].get(source["name"], ())
    }
    found: dict[str, list[str]] = {}
    for uid in models:
        place = (manifest["nodes"][uid]["schema"], manifest["nodes"][uid]["name"])
        behind = lineage.of(sql[uid])
        if uid in code and behind:
            lineage.know(*place, behind.deps_by_column)
        # Of SQL that cannot be followed, and of code that says something else, nothing is known to stand.
        every = (
            [*behind.deps_by_column] if behind else [c.name for c in schemas[place].columns] if place in schemas else []
        )
        is_whole = uid in code or behind is None
        found[uid] = [
            column
            for column in every
            if is_whole
            or any((*dep.asset_key.path, dep.column_name) in touched for dep in behind.deps_by_column[column])
        ]
        touched |= {(*place, column) for column in found[uid]}
    return Reach(
        code=code,
        files=sorted(name for name in changed if name.startswith(RAW)),
        gone=sorted(old["nodes"][uid]["name"] for uid in said_before.keys() - said.keys()),
        models=found,
    )


def _in_order(manifest: Mapping[str, Any]) -> list[str]:
    """The unique ids of the models, each behind those that it reads."""
    nodes = {uid: node for uid, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    return [
        uid
        for uid in TopologicalSorter({u: n["depends_on"]["nodes"] for u, n in nodes.items()}).static_order()
        if uid in nodes
    ]


def _told(found: Reach, manifest: Mapping[str, Any]) -> Iterator[str]:
    nodes = manifest["nodes"]
    if not (found.code or found.files or found.gone or found.models):
        yield "Code and seeds say what they said when it was built: nothing is touched."
        return
    for what, names in (
        ("Code changed", sorted(nodes[uid]["name"] for uid in found.code)),
        ("Seeds changed", found.files),
        ("Models that are no more", found.gone),
    ):
        if names:
            yield f"{what}: {_some(names)}"
    of = sum(node["resource_type"] == "model" for node in nodes.values())
    published = {uid: names for uid, names in found.models.items() if nodes[uid]["config"]["contract"]["enforced"]}
    yield f"Reached: {len(found.models)} of {of} models, {len(published)} of them published tables."
    for uid, names in sorted(published.items(), key=lambda entry: _table(nodes[entry[0]])):
        every = [*nodes[uid]["columns"]]
        following = [name for name in every if name in names]
        if not following:
            said = "its rows, by what selects and joins them; no column follows from what changed"
        elif following == every:
            said = f"all of its {len(every)} columns"
        else:
            said = f"{len(following)} of {len(every)} columns: {', '.join(following)}"
        yield f"  {_table(nodes[uid])}: {said}"


def _table(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['name']}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def after_a_dry_run(candidate: Path, releases: Path) -> str:
    """How much of each published column a candidate leaves as it was, and which rows differ, in words.

    `releases`: the folder of the published ones. Raises NothingToCompare if it was not assembled, or has no base.
    """
    if not (candidate / "release" / MANIFEST).exists():
        raise NothingToCompare(f"{candidate} was not assembled: there is nothing to compare")
    manifest = Manifest.read(candidate / "release")
    base = releases / (manifest.base_release_id or "") / DATABASE
    if manifest.base_release_id is None or not base.exists():
        raise NothingToCompare("there is no release that it could be compared with")
    before = Manifest.read(base.parent)
    dbt_manifest = json.loads((candidate / "release" / DBT_MANIFEST).read_text(encoding="utf-8"))
    tables = [t for t in content.published_tables(dbt_manifest) if t.schema in content.HASHED_SCHEMAS]
    lines = [f"Candidate {candidate.name}, measured against {before.release_id}."]
    with duckdb.connect() as connection:
        for name, file in (("minsheng", candidate / "release" / DATABASE), ("base", base)):
            connection.execute(f"attach {literal(file.as_posix())} as {name} (read_only)")
        same = [t for t in tables if manifest.tables[t.full_name] == before.tables.get(t.full_name)]
        for table in tables:
            if table not in same:
                lines += ["", *_of_table(connection, table)]
    gone = sorted(name for name in before.tables.keys() - manifest.tables.keys())
    return "\n".join(
        [
            *lines,
            *(f"\n{name}: published no more" for name in gone),
            "",
            f"{len(same)} of {len(tables)} tables are equal.",
        ]
    )


def _of_table(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> Iterator[str]:
    """The rows and columns of a table that differ; only rows that the other side does not have are looked at twice."""
    in_base = content.columns_of(connection, "base", table)
    if not {*table.grain} <= in_base.keys():
        yield f"{table.full_name}: new, or with another key: nothing to compare it with"
        return
    shared = [column for column in table.columns if column in in_base]
    name, row = f"{table.schema}.{quoted(table.name)}", content.row_hash(shared, "t")
    for here, there, made in (("minsheng", "base", "new_rows"), ("base", "minsheng", "old_rows")):
        connection.execute(
            f"create or replace temp table {made} as select true as is_there, t.* from {here}.{name} as t"
            f" where {row} not in (select {row} from {there}.{name} as t)"
        )
    keys = " and ".join(f"n.{quoted(c)} is not distinct from o.{quoted(c)}" for c in table.grain)
    both = "n.is_there and o.is_there"
    compared = [column for column in shared if column not in table.grain]
    differ = "".join(f", count(*) filter ({both} and n.{quoted(c)} is distinct from o.{quoted(c)})" for c in compared)
    joined = f"from new_rows as n full join old_rows as o on {keys}"
    new, gone, *counts = connection.execute(
        f"select count(*) filter (o.is_there is null), count(*) filter (n.is_there is null) {differ} {joined}"
    ).fetchone()
    rows = connection.execute(f"select count(*) from minsheng.{name}").fetchone()[0] - new
    yield f"{table.full_name}: {rows:,} rows on both sides, {new:,} new, {gone:,} gone"
    for column, count in zip(compared, counts):
        if count:
            yield f"  {column}: {100 * (rows - count) / rows:.1f} % equal, {count:,} of {rows:,} rows differ"
    for columns_of, what in (
        ([c for c in table.columns if c not in in_base], "new"),
        ([c for c in in_base if c not in table.columns], "gone"),
    ):
        if columns_of:
            yield f"  columns {what}: {', '.join(columns_of)}"
    key = f"case when n.is_there then {row_keys.sql(table.grain, 'n')} else {row_keys.sql(table.grain, 'o')} end"
    side = f"case when {both} then '' when n.is_there then ' (new)' else ' (gone)' end"
    found = connection.execute(f"select {key} || {side} {joined} order by 1 limit {LISTED + 1}").fetchall()
    yield from (f"    {text}" for (text,) in found[:LISTED])
    if len(found) > LISTED:
        yield "    and more"
