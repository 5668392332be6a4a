"""`make dbt`: dbt on tables of one's own, what is above the selection brought up first; nothing published is touched."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration import development, fingerprints, transform
from orchestration.artifacts import WORK_TABLES
from orchestration.paths import ROOT
from orchestration.release.manifest import DBT_MANIFEST
from tests.conftest import Line, command, edit, published_state

BY_NAME = "model.minsheng."


@pytest.fixture(scope="module")
def manifest(built: Line) -> dict:
    return json.loads((built.paths.current / DBT_MANIFEST).read_text("utf-8"))


@pytest.fixture(scope="module")
def raw(built: Line) -> Path:
    """The raw Parquet of a candidate: a release keeps none."""
    return built.candidate / "raw"


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert before.keys() == after.keys() and len(before) > 50
    return {uid.removeprefix(BY_NAME) for uid in before if before[uid] != after[uid]}


def below(manifest: dict, *names: str) -> set[str]:
    """The models of these names and all that read them."""
    found, waiting = set(), [BY_NAME + name for name in names]
    while waiting:
        uid = waiting.pop()
        if uid in manifest["nodes"] and manifest["nodes"][uid]["resource_type"] == "model" and uid not in found:
            found.add(uid)
            waiting += manifest["child_map"][uid]
    return {uid.removeprefix(BY_NAME) for uid in found}


def test_a_changed_model_changes_what_reads_it_and_nothing_else(manifest: dict, raw: Path):
    before, other = fingerprints.of_models(manifest, raw), copy.deepcopy(manifest)
    other["nodes"][BY_NAME + "rule_identity_sum"]["raw_code"] += " "
    assert changed(before, fingerprints.of_models(other, raw)) == below(manifest, "rule_identity_sum")


def test_a_changed_macro_changes_what_calls_it_through_another(manifest: dict, raw: Path):
    before, other = fingerprints.of_models(manifest, raw), copy.deepcopy(manifest)
    other["macros"]["macro.minsheng.divide"]["macro_sql"] += " "
    found = changed(before, fingerprints.of_models(other, raw))
    assert "dibao" in found and "stg_area" not in found


def test_a_changed_file_changes_what_reads_it(manifest: dict, raw: Path, tmp_path: Path):
    before = fingerprints.of_models(manifest, raw)
    copied = Path(shutil.copytree(raw, tmp_path / "raw"))
    shutil.copy(copied / "codelist" / "hedge.parquet", copied / "codelist" / "caveat.parquet")
    found = changed(before, fingerprints.of_models(manifest, copied))
    assert found == below(manifest, "stg_caveat") and "dibao" in found and "stg_area" not in found


def test_a_comment_or_a_contract_is_part_of_a_table(manifest: dict, raw: Path):
    before, other = fingerprints.of_models(manifest, raw), copy.deepcopy(manifest)
    other["nodes"][BY_NAME + "policy_register"]["description"] += "!"
    assert "policy_register" in changed(before, fingerprints.of_models(other, raw))


def test_what_is_read_is_built_before_it(manifest: dict):
    """A selection may hold what others above it stand upon; what changed and is read by nobody of it is left alone."""
    ids = {node["name"]: uid for uid, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    built = {ids["observation_pass"], ids["observation"]}
    read = development._above(built, manifest)
    every = set(ids.values())
    first = development.to_build(read, built, manifest, every)
    assert {ids["observation_pass"], ids["rule_jump"], ids["stg_area"]} <= first
    assert ids["observation"] not in first and ids["dibao"] not in first
    assert development.to_build(read, built, manifest, {ids["observation_pass"]}) == set()
    assert development.to_build(read, built, manifest, {ids["rule_jump"]}) == {ids["rule_jump"]}


def test_the_loop(line: Line):
    """Begun on the release; a changed seed reaches the selection; a fault ends it; nothing published changes."""
    state = published_state(line.paths)
    assert (line.paths.current / WORK_TABLES / fingerprints.FILE).exists()
    edit(line.paths.seeds / "sources/urban_rural_dibao/table_1.csv", "494.7", "494.6")

    first = command(line.paths, "dbt", "show -s dibao --limit 1")
    assert first.returncode == 0 and "Previewing node 'dibao'" in first.stdout, first.stdout + first.stderr
    # The seeds are those of the release again: its tables stand as they are.
    assert "Built first" not in first.stderr

    edit(line.paths.seeds / "sources/urban_rural_dibao/table_1.csv", "494.6", "494.8")
    query = "select count(*) + 41 as n from {{ ref('observation') }} where printed_value = '494.8'"
    second = command(line.paths, "dbt", f'show --inline "{query}"')
    assert second.returncode == 0 and "| 42 |" in second.stdout, second.stdout + second.stderr
    assert "Built first, since code or seeds changed" in second.stderr

    third = command(line.paths, "dbt", "test -s rule_identity_sum")
    assert third.returncode == 0 and "Built first" not in third.stderr, third.stdout + third.stderr

    with (line.paths.seeds / "relations/part.csv").open("a", encoding="utf-8") as file:
        file.write("broken,row\n")
    fourth = command(line.paths, "dbt", "build -s dibao")
    assert fourth.returncode == 1 and "relations/part.csv, row " in fourth.stderr
    assert published_state(line.paths) == state


def test_what_dbt_cannot_do_is_said(line: Line):
    """Another warehouse than the published one is no way out of the folder, and a command that is none ends with 2."""
    done = command(line.paths, "dbt", "biuld -s dibao")
    assert done.returncode == 2 and "biuld" in done.stderr
    done = command(line.paths, "dbt", 'show -s "dibao')
    assert done.returncode == 1 and "quotation" in done.stderr


def test_an_editor_calls_dbt_in_the_project_without_an_argument(tmp_path: Path):
    project = Path(shutil.copytree(ROOT / "dbt_project", tmp_path / "dbt_project"))
    before = {path for path in project.rglob("*") if not {"target", "logs"} & set(path.parts)}
    for word in ("parse", "compile", "ls"):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("MINSHENG_", "DBT_"))}
        done = subprocess.run([transform.DBT, word], cwd=project, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert {path for path in project.rglob("*") if not {"target", "logs"} & set(path.parts)} == before
