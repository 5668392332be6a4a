"""The house: imports go one way, module by module and room by room; files are written as linters and editors are told."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from configparser import ConfigParser
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
import yaml

from orchestration.paths import ROOT

PACKAGES = ("orchestration", "validations", "bi", "proofs", "benchmarks", "tests")
#: What each room may import beside itself, with all that lies in it; a name of two rooms is of the inner one. What the
#: product is made of knows nothing of what proves or times it, what makes sources knows neither, and the second
#: reckoning takes from the house the shape of a cell and the code lists, and no arithmetic.
MAY_IMPORT = {
    "validations": (),
    "orchestration": ("validations",),
    "bi": ("orchestration", "validations"),
    "proofs.generators": ("orchestration.engine", "orchestration.paths"),
    "proofs.mutants.relations": ("orchestration.intake.mapping", "validations.code_lists"),
    "proofs.mutants.bounds": ("proofs.mutants.relations",),
    "proofs": ("orchestration", "validations"),
    "benchmarks": ("proofs.generators", "orchestration"),
    "tests": ("benchmarks", "proofs", "bi", "orchestration", "validations"),
}
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
    """The folder of `orchestration` or `proofs` that a module lies in, or the package; what Dagster loads is part of the desk."""
    if module == "orchestration.definitions":
        return "orchestration.desk"
    return ".".join(module.split(".")[: 2 if module.startswith(("orchestration.", "proofs.")) else 1])


def lies_in(module: str, *rooms: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in rooms)


def strays(graph: Graph) -> list[str]:
    """Imports that no room may have."""
    found = []
    for module, imported in graph.items():
        own = max((name for name in MAY_IMPORT if lies_in(module, name)), key=len)
        found += [f"{module} imports {other}" for other in imported if not lies_in(other, own, *MAY_IMPORT[own])]
    return sorted(found)


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


def put(root: Path, files: Mapping[str, str]) -> dict[str, set[str]]:
    """What the modules of a house import that is made of `files`."""
    for file, text in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, encoding="utf-8")
    return imports(root)


def test_a_circle_is_seen(tmp_path: Path):
    graph = put(
        tmp_path,
        {
            "orchestration/intake/a.py": "from orchestration.release import b\n",
            "orchestration/release/b.py": "def f():\n    from orchestration.intake.a import g\n",
        },
    )
    assert set(ring(graph)) == {"orchestration.intake.a", "orchestration.release.b"}
    assert set(ring(by(room, graph))) == {"orchestration.intake", "orchestration.release"}


def test_each_room_imports_what_it_may():
    assert strays(imports(ROOT)) == []


@pytest.mark.parametrize(
    ("importing", "imported"),
    [
        ("validations.rules", "orchestration.paths"),
        ("orchestration.desk.book", "bi.book"),
        ("orchestration.release.audit", "proofs.mutants.judge"),
        ("bi.book", "benchmarks.watch"),
        ("orchestration.intake.reader", "tests.reader"),
        ("proofs.generators.panel", "proofs.mutants.kinds"),
        ("proofs.generators.panel", "benchmarks.bulk"),
        ("proofs.chaos", "benchmarks.watch"),
        ("benchmarks.bulk", "proofs.mutants.measure"),
        ("proofs.mutants.relations", "orchestration.findings"),
        ("proofs.mutants.relations", "proofs.mutants.judge"),
    ],
)
def test_a_stray_import_is_seen(importing: str, imported: str, tmp_path: Path):
    """Where nothing goes in a circle, too."""
    texts = {importing: f"def f():\n    from {imported} import g\n", imported: ""}
    graph = put(tmp_path, {f"{module.replace('.', '/')}.py": text for module, text in texts.items()})
    assert ring(graph) == [] and strays(graph) == [f"{importing} imports {imported}"]


def test_what_everybody_may_import_imports_nobody():
    assert imports(ROOT)["orchestration.artifacts"] == set()


def test_linters_tell_all_at_once(tmp_path: Path):
    """A name that is never used and a line that is not in format: `make lint` names both files and fails."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "unused.py").write_text("import os\n", encoding="utf-8")
    (tmp_path / "format.py").write_text("x = {'a':1}\n", encoding="utf-8")
    # -o: the environment is there, that of the tests.
    command = ["make", "lint", f"BIN={Path(sys.executable).parent}", "-o", ".venv/test.stamp"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0 and "unused.py" in done.stdout and "format.py" in done.stdout, done.stderr


def test_linters_have_one_home():
    """A commit's hook and `make test` call `make lint`; no linter is named or fetched elsewhere."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert [(repo["repo"], hook["language"], hook["entry"]) for repo in hooks for hook in repo["hooks"]] == [
        ("local", "system", "make lint")
    ]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^test:.*\blint\b", makefile, re.M)
    own = re.search(r"^lint:.*\n(?:\t.*\n)+", makefile, re.M)[0]
    assert own.count("$(BIN)/ruff") == makefile.count("$(BIN)/ruff") == 2


WRITTEN = {".py", ".sql", ".yml", ".yaml", ".md", ".csv", ".toml", ".lock", ".html", ".css", ".js", ".txt", ""}
#: What a source prints is its own, spaces at the end of a line as well.
PRINTED = (ROOT / "seeds" / "sources", ROOT / "tests" / "sources")


def folders() -> set[str]:
    """The folders that the README shows a newcomer, but for what is built."""
    house = (ROOT / "README.md").read_text("utf-8").partition("## The house\n")[2]
    return set(re.findall(r"^    (\w+)/ ", house, re.M)) - {"warehouse"}


def test_the_readme_names_every_package():
    assert set(PACKAGES) <= folders()


def written() -> Iterator[Path]:
    """The texts of the repository, not what dbt or Python left beside them."""
    for path in [*ROOT.iterdir(), *(path for name in folders() for path in (ROOT / name).rglob("*"))]:
        left = {"target", "logs", "__pycache__", ".user.yml"} & set(path.relative_to(ROOT).parts)
        if path.is_file() and not left and path.suffix in WRITTEN:
            yield path


def misshapen(path: Path) -> list[str]:
    """What `.editorconfig` says of every file and this one does not keep."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ["charset"]
    faults = {
        "end_of_line": "\r" in text,
        "insert_final_newline": bool(text) and not text.endswith("\n"),
        "trim_trailing_whitespace": not any(map(path.is_relative_to, PRINTED))
        and re.search(r"[ \t]$", text, re.M) is not None,
        "indent_style": path.name != "Makefile" and re.search(r"^\t", text, re.M) is not None,
    }
    return [name for name, is_wrong in faults.items() if is_wrong]


def test_files_are_as_an_editor_is_told_to_write_them():
    files = list(written())
    assert len(files) > 200
    assert {str(path): faults for path in files if (faults := misshapen(path))} == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"x\r\n", "end_of_line"),
        (b"x", "insert_final_newline"),
        (b"x \ny\n", "trim_trailing_whitespace"),
        (b"\tx\n", "indent_style"),
        (b"\xff\n", "charset"),
    ],
)
def test_a_misshapen_file_is_seen(text: bytes, fault: str, tmp_path: Path):
    (tmp_path / "page.md").write_bytes(text)
    assert misshapen(tmp_path / "page.md") == [fault]


def test_editors_and_linters_are_told_the_same():
    editor = ConfigParser()
    editor.read_string("[top]\n" + (ROOT / ".editorconfig").read_text("utf-8"))
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]
    assert int(editor["*.py"]["max_line_length"]) == ruff["line-length"]
    everywhere = {"charset", "end_of_line", "insert_final_newline", "trim_trailing_whitespace", "indent_style"}
    assert everywhere <= set(editor["*"])


#: What DuckDB and polars do with pyarrow or pandas, which `make run` does not install and `make test` does.
BY_ARROW = {"pl", "df", "arrow", "fetchdf", "fetch_df", "fetch_arrow_table", "to_arrow", "to_pandas", "to_arrow_table"}


def by_arrow(text: str) -> list[int]:
    """Lines that call for what is not installed where people run the product."""
    calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [f.lineno for f in calls if isinstance(f, ast.Attribute) and f.attr in BY_ARROW]


def test_the_product_calls_for_no_library_that_only_tests_install():
    files = [path for room in ("orchestration", "validations") for path in (ROOT / room).rglob("*.py")]
    assert (
        len(files) > 80 and {str(path): found for path in files if (found := by_arrow(path.read_text("utf-8")))} == {}
    )
    assert by_arrow("rows = (\n    duckdb.sql(query).pl()\n)") == [2]
