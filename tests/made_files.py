"""The files of the built release, made once for the tests that read them and copied for those that damage them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from bi import files
from bi.release import Release, opened
from orchestration.artifacts import DATABASE
from tests.conftest import Line, published_state


@dataclass(frozen=True)
class Made:
    """The files of the built release, and the release's own folder."""

    folder: Path
    release: Path


@pytest.fixture(scope="module")
def made(built: Line, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("book")
    before = published_state(built.paths)
    with opened(built.paths.current) as release:
        files.write(release, folder)
        assert published_state(built.paths) == before, "the release is not touched"
        return Made(folder / "files", release.folder)


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Made:
    """A copy of both to damage."""
    for name, source in (("files", made.folder), ("release", made.release)):
        shutil.copytree(source, tmp_path / name)
        for path in (tmp_path / name).rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    return Made(tmp_path / "files", tmp_path / "release")


@pytest.fixture
def reading(made: Made) -> Iterator[Release]:
    with opened(made.release) as release:
        yield release


def change_database(made: Made, statement: str) -> None:
    with duckdb.connect(str(made.release / DATABASE)) as connection:
        connection.execute(statement)
