"""The rooms of the house: who imports whom goes one way, module by module and room by room."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from orchestration.paths import ROOT

PACKAGES = ("orchestration", "validations", "bi", "benchmarks")
Graph = Mapping[str, set[str]]


def imports(root: Path) -> dict[str, set[str]]:
    """The modules of ours that each module imports, at its top or within a function."""
    files = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for package in PACKAGES
        for path in (root / package).rglob("*.py")
    }
    found: dict[str, set[str]] = {name: set() for name in files}
    for name, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names} & files.keys()
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found[name] |= (inner & files.keys()) or ({node.module} & files.keys())
        found[name] -= {name}
    return found


def room(module: str) -> str:
    """The folder of `orchestration` that a module lies in, or the package; what Dagster loads is part of the desk."""
    if module == "orchestration.definitions":
        return "orchestration.desk"
    return ".".join(module.split(".")[:2]) if module.startswith("orchestration.") else module.split(".")[0]


def by(name: Callable[[str], str], graph: Graph) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for module, imported in graph.items():
        grouped.setdefault(name(module), set()).update({name(other) for other in imported} - {name(module)})
    return grouped


def ring(graph: Graph) -> list[str]:
    """The modules or rooms of one circle; none if everything goes one way."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@pytest.mark.parametrize("name", [str, room], ids=["modules", "rooms"])
def test_nobody_imports_in_a_circle(name: Callable[[str], str]):
    graph = by(name, imports(ROOT))
    assert len(graph) > 10 and ring(graph) == []


def test_a_circle_is_seen(tmp_path: Path):
    for file, text in (
        ("orchestration/intake/a.py", "from orchestration.release import b\n"),
        ("orchestration/release/b.py", "def f():\n    from orchestration.intake.a import g\n"),
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    graph = imports(tmp_path)
    assert set(ring(graph)) == {"orchestration.intake.a", "orchestration.release.b"}
    assert set(ring(by(room, graph))) == {"orchestration.intake", "orchestration.release"}


def test_what_everybody_may_import_imports_nobody():
    assert imports(ROOT)["orchestration.artifacts"] == set()
