"""The rooms of dbt: a folder is a schema and a group, data walk through them one way, and a model says what it reads."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT
from tests.conftest import Line

MODELS = Path("dbt_project/models")
REF = re.compile(r"\bref\(\s*['\"](\w+)['\"]")


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|--[^\n]*", "", text, flags=re.S)


def rooms(root: Path) -> list[str]:
    """The groups, in the order in which data walk through them."""
    return [group["name"] for group in yaml.safe_load((root / MODELS / "groups.yml").read_text("utf-8"))["groups"]]


def models(root: Path) -> dict[str, Path]:
    return {path.stem: path for path in (root / MODELS).rglob("*.sql")}


def steps(root: Path) -> Iterator[tuple[str, str, str, str]]:
    """Every (model, its room, what it reads, the room of that)."""
    found = models(root)
    for name, path in found.items():
        for read in REF.findall(without_comments(path.read_text("utf-8"))):
            yield name, path.parent.name, read, found[read].parent.name


def back(root: Path) -> list[tuple[str, str, str, str]]:
    """Steps that lead from a room to one after it."""
    order = rooms(root)
    return [step for step in steps(root) if order.index(step[3]) > order.index(step[1])]


def hidden(root: Path) -> list[str]:
    """Macros that read a model which the caller does not name."""
    files = (root / "dbt_project/macros").glob("*.sql")
    return [path.name for path in files if REF.search(without_comments(path.read_text("utf-8")))]


def arrows(root: Path) -> list[str]:
    """The drawing of docs/architecture.md: an arrow from each room to each that reads it, in the order of the rooms."""
    order = rooms(root)
    walked = {(order.index(read), order.index(room)) for _, room, _, read in steps(root) if read != room}
    return [f"{order[read]} --> {order[room]}" for read, room in sorted(walked)]


def drawn(root: Path) -> list[str]:
    page = (root / "docs/architecture.md").read_text("utf-8")
    return [line.strip() for line in re.search(r"```mermaid\n(.*?)```", page, re.S)[1].splitlines() if "-->" in line]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "dbt_project", tmp_path / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    return tmp_path


def test_every_folder_is_a_room_and_none_is_empty():
    folders = {path.parent.name for path in models(ROOT).values()}
    assert folders == set(rooms(ROOT)) and len(folders) > 8


def test_data_walk_one_way():
    assert len(list(steps(ROOT))) > 200 and back(ROOT) == []


def test_a_step_back_is_seen(copy: Path):
    path = copy / MODELS / "rules/rule_label.sql"
    path.write_text(path.read_text("utf-8") + "\n-- and {{ ref('dibao') }}\n", "utf-8")
    assert back(copy) == []
    path.write_text(path.read_text("utf-8") + "\nunion all select * from {{ ref('dibao') }}\n", "utf-8")
    assert [step[::2] for step in back(copy)] == [("rule_label", "dibao")]


def test_the_drawing_shows_what_each_room_reads(copy: Path):
    assert drawn(ROOT) == arrows(ROOT)
    path = copy / MODELS / "rules/rule_label.sql"
    path.write_text(path.read_text("utf-8") + "\nunion all select * from {{ ref('dibao') }}\n", "utf-8")
    assert set(arrows(copy)) - set(drawn(ROOT)) == {"marts --> rules"}


def test_no_macro_hides_what_a_model_reads(copy: Path):
    assert hidden(ROOT) == []
    (copy / "dbt_project/macros/more.sql").write_text("{% macro m() %}select * from {{ ref('area') }}{% endmacro %}")
    assert hidden(copy) == ["more.sql"]


def undescribed(root: Path) -> list[str]:
    """Models that no yml of their folder describes, or that two do: dbt docs, Dagster and the file itself show that text."""
    told: dict[tuple[str, str], int] = {}
    for path in (root / MODELS).rglob("*.yml"):
        for model in yaml.safe_load(path.read_text("utf-8")).get("models", []):
            key = (path.parent.name, model["name"])
            told[key] = told.get(key, 0) + bool(model.get("description", "").strip())
    return [
        f"{p.parent.name}/{name}" for name, p in sorted(models(root).items()) if told.get((p.parent.name, name)) != 1
    ]


def test_every_model_says_what_it_is(copy: Path):
    assert undescribed(ROOT) == []
    path = copy / MODELS / "staging/staging.yml"
    path.write_text(path.read_text("utf-8").replace("description: One row an agency.", 'description: ""'), "utf-8")
    (copy / MODELS / "staging/stg_new.sql").write_text("select 1 as one")
    (copy / MODELS / "rules/more.yml").write_text("models: [{name: rule_area, description: Areas.}]")
    assert undescribed(copy) == ["rules/rule_area", "staging/stg_agency", "staging/stg_new"]


def test_a_model_lies_in_the_schema_of_its_folder(built: Line):
    """In the files of a release; what the interface demands elsewhere is configured so, and nothing else lies elsewhere."""
    release = built.paths.current.resolve()
    schemas: dict[str, str] = {}
    for name in (DATABASE, "work.duckdb"):
        with duckdb.connect(str(release / name), read_only=True) as connection:
            found = connection.execute("select table_name, table_schema from information_schema.tables").fetchall()
            schemas.update(dict(found))
    project = yaml.safe_load((ROOT / "dbt_project/dbt_project.yml").read_text("utf-8"))["models"]["minsheng"]
    elsewhere = {
        room: told["+schema"] for room, told in project.items() if "+schema" in (told or {}) and room[0] != "+"
    }
    assert elsewhere == {"lineage": "core"}
    expected = {name: elsewhere.get(path.parent.name, path.parent.name) for name, path in models(ROOT).items()}
    assert {name: schemas.get(name) for name in expected} == expected
