"""Real seeds, real warehouses: one line is run once for all workers, and copied for each test that damages it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration import intake, transform
from orchestration.paths import ROOT, Paths
from orchestration.release import candidates
from orchestration.release.assemble import assemble
from orchestration.release.audit import AuditProcess
from tests import recorded

# The book of a release has tests of its own: a refresh of the others leaves it out.
os.environ.setdefault("MINSHENG_BOOK", "off")
SEEDS = ROOT / "seeds"
SOURCE = "sources/urban_rural_dibao"
#: The panel of proofs/generators/panel.py as one long CSV.
BULK, BULK_DESCRIPTOR = "sources/county_panel/panel.csv", "sources/county_panel/datapackage.yaml"


#: Fixtures of the code location, of the files beside the book, and of tiny releases; what the end of a run tells.
pytest_plugins = ["tests.dagster_jobs", "tests.made_files", "tests.releases", "tests.tally"]


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests, the same for all of its workers; what is made in it is made once."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "common"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def records(common: Path) -> None:
    """What a stage left for one input is asked of the records the next time, here and in what `command` starts."""
    os.environ[recorded.FOLDER] = str(common)
    recorded.install()


@pytest.fixture(autouse=True)
def real_stages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the mark of this name dbt and Great Expectations work anew."""
    if request.node.get_closest_marker("real_stages"):
        monkeypatch.delenv(recorded.FOLDER)


def copy_of_seeds(folder: Path) -> Path:
    """The project's lists, relations and rules with one of its sources, `SOURCE`, to damage; as `folder`/seeds."""

    def others(path: str, names: list[str]) -> set[str]:
        return set(names) - {Path(SOURCE).name} if Path(path) == SEEDS / "sources" else set()

    return Path(shutil.copytree(SEEDS, folder / "seeds", ignore=others))


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seeds with one source: what is wrong with a page takes no other to be seen."""
    return copy_of_seeds(tmp_path)


@pytest.fixture
def all_seeds(tmp_path: Path) -> Path:
    """A copy of the seeds with all of their sources."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def edit(path: Path, old: str, new: str) -> None:
    """Replace `old`, which must stand there, once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} does not stand in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def put_cell(line: str, column: str, text: str) -> str:
    """A row of the long CSV with another text in one of its last six columns."""
    cells = line.split(",")
    cells[["area", "indicator", "residence", "value", "unit", "period"].index(column) - 6] = text
    return ",".join(cells)


def command(paths: Paths, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """`python -m orchestration ...` in a process of its own that knows the records, on these seeds and this warehouse."""
    return subprocess.run(
        [sys.executable, "-m", "tests.recorded", *arguments],
        cwd=ROOT,
        env={**os.environ, **paths.environment, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def write_example(seeds: Path) -> Path:
    """The example source of docs/add-a-source.md, word for word; returns its folder."""
    text = (ROOT / "docs" / "add-a-source.md").read_text("utf-8")
    folder = seeds / "sources" / "example_bulletin"
    folder.mkdir()
    for name, kind in (("table_1.csv", "csv"), ("datapackage.yaml", "yaml")):
        found = re.search(rf"`{re.escape(name)}`\n\n```{kind}\n(.*?)```", text, re.S)
        (folder / name).write_text(found[1], encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Line:
    """A warehouse with one published release, and one audited candidate that waits for promotion."""

    paths: Paths
    candidate: Path
    output: str


def build(paths: Paths, run_id: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stages 1 to 4 without Dagster; returns the candidate."""
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(paths.warehouse))
    candidate = paths.candidate(run_id)
    with paths.lock() as lock:
        candidates.begin(paths, candidate)
        intake.write(intake.read(paths.seeds), candidate / "raw")
        candidates.note_base(paths, candidate)
        transform.build(paths, candidate, lock)
        assemble(paths, candidate)
        AuditProcess().run(candidate / "release")
    return candidate


@pytest.fixture(scope="session")
def fresh(common: Path) -> Callable[[Path, Path], Paths]:
    """Makes a warehouse that is empty, but for the parsed project: what every test would wait for again."""
    parser = Paths(seeds=SEEDS, warehouse=common / "parsed")
    with recorded.made_once(parser.warehouse) as is_new:
        if is_new:
            transform.parsed_manifest(parser)

    def make(seeds: Path, warehouse: Path) -> Paths:
        shutil.copytree(parser.warehouse / "dbt", warehouse / "dbt")
        return Paths(seeds=seeds, warehouse=warehouse)

    return make


def once_built(folder: Path, seeds: Callable[[Path], object]) -> Line:
    """`refresh` as a user starts it on what `seeds` writes, then a second candidate in which one figure changed."""
    paths = Paths(seeds=folder / "seeds", warehouse=folder / "warehouse")
    with recorded.made_once(folder) as is_new:
        if is_new:
            seeds(folder)
            done = command(paths, "refresh")
            assert done.returncode == 0, done.stdout + done.stderr
            (folder / "output").write_text(done.stdout + done.stderr, encoding="utf-8")
            edit(paths.seeds / SOURCE / "table_1.csv", "494.6", "494.7")
            with pytest.MonkeyPatch.context() as monkeypatch:
                build(paths, "second", monkeypatch)
    return Line(paths, paths.candidate("second"), (folder / "output").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built(common: Path) -> Line:
    """What the project ships, built once: for tests of what is published."""
    return once_built(common / "line", lambda folder: shutil.copytree(SEEDS, folder / "seeds"))


@pytest.fixture(scope="session")
def built_of_one(common: Path) -> Line:
    """One source, built once: how a line runs takes no other to be seen, and costs each refresh a third less."""
    return once_built(common / "line_of_one", copy_of_seeds)


@pytest.fixture
def line(built_of_one: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """A copy of the line of one source to damage; the environment points to it."""
    return copied(built_of_one, tmp_path, monkeypatch)


@pytest.fixture
def line_of_all(built: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """A copy of the line of what the project ships; the environment points to it."""
    return copied(built, tmp_path, monkeypatch)


def copied(built: Line, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    for part in ("seeds", "warehouse"):
        shutil.copytree(getattr(built.paths, part), folder / part, symlinks=True)
    paths = Paths(seeds=folder / "seeds", warehouse=folder / "warehouse")
    monkeypatch.setenv("MINSHENG_SEEDS", str(paths.seeds))
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(paths.warehouse))
    return Line(paths, paths.candidate(built.candidate.name), built.output)


def published_state(paths: Paths) -> tuple[str | None, dict[str, str]]:
    """Where the symlink points, and the sha256 of every published file."""
    from orchestration.artifacts import sha256
    from orchestration.release import ledger

    files = {
        path.relative_to(paths.warehouse).as_posix(): sha256(path)
        for path in sorted(paths.releases.rglob("*"))
        if path.is_file()
    }
    return ledger.current_release(paths), files


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small panel without an error: 4 counties, 2 months."""
    from proofs.generators import panel

    folder = tmp_path_factory.mktemp("sound") / "seeds"
    panel.write(folder, 2, counties_count=4)
    return folder


@pytest.fixture(scope="session")
def long_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One month of one county as long CSV, without a ceiling."""
    from proofs.generators import panel

    seeds = tmp_path_factory.mktemp("long") / "seeds"
    panel.write(seeds, 1, counties_count=1, form="csv")
    edit(seeds / BULK_DESCRIPTOR, "quarantine_ceiling: 200\n", "")
    assert intake.read(seeds).faults == []
    return seeds
