"""What is asked of the records: the very same alone, and nothing where a stage is the subject."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration import transform
from orchestration.artifacts import DATABASE, sha256
from orchestration.paths import Paths
from orchestration.release.manifest import Manifest
from tests import recorded
from tests.conftest import Line

ARGUMENTS = ["build"]


@pytest.fixture
def built_by(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Records of their own, beside a dbt that leaves what it read; the candidates that it was called for."""
    called: list[str] = []

    def run(paths, candidate, arguments, lock):
        called.append(candidate.name)
        print(f"1 of 1 OK created {candidate.name}")
        (candidate / "release" / "file").write_bytes((candidate / "raw" / "cells").read_bytes())
        (candidate / "dbt" / "manifest.json").write_text(json.dumps({"of": f"{candidate}/release"}))
        (candidate / "dbt" / "run_results.json").write_text('{"results": []}')
        return transform.Outcome.read(candidate / "dbt")

    monkeypatch.setenv(recorded.FOLDER, str(tmp_path / "records"))
    monkeypatch.setattr(recorded, "_run", run)
    return called


def begun(folder: Path, raw: str) -> Path:
    for part in ("raw", "release/work", "dbt"):
        (folder / part).mkdir(parents=True)
    (folder / "raw" / "cells").write_text(raw)
    return folder


def ask(candidate: Path, arguments: list[str] = ARGUMENTS) -> transform.Outcome:
    return recorded.run(Paths(candidate, candidate), candidate, arguments, 0)


def test_the_same_is_built_once_and_left_whole(tmp_path: Path, built_by: list[str], capsys: pytest.CaptureFixture):
    ask(begun(tmp_path / "first", "451.1"))
    outcome = ask(begun(tmp_path / "second", "451.1"))
    assert built_by == ["first"]
    assert outcome.manifest == {"of": f"{tmp_path / 'second'}/release"}, "it names its own folder"
    assert (tmp_path / "second" / "release" / "file").read_text() == "451.1"
    assert capsys.readouterr().out == "1 of 1 OK created first\n" * 2, "the log is told again"


def test_another_input_is_built(tmp_path: Path, built_by: list[str], monkeypatch: pytest.MonkeyPatch):
    ask(begun(tmp_path / "first", "451.1"))
    ask(begun(tmp_path / "a cell", "451.2"))
    ask(begun(tmp_path / "arguments", "451.1"), ["run"])
    began = begun(tmp_path / "a file that lies there", "451.1")
    (began / "release" / "minsheng.duckdb").touch()
    ask(began)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    ask(begun(tmp_path / "surroundings", "451.1"))
    monkeypatch.delenv("TZ")
    ask(begun(tmp_path / "again", "451.1"))
    assert built_by == ["first", "a cell", "arguments", "a file that lies there", "surroundings"]


def test_what_did_not_end_is_not_kept(tmp_path: Path, built_by: list[str], monkeypatch: pytest.MonkeyPatch):
    def dies(*_):
        raise transform.TransformError("dbt ended with code -9")

    with monkeypatch.context() as patch:
        patch.setattr(recorded, "_run", dies)
        with pytest.raises(transform.TransformError):
            ask(begun(tmp_path / "first", "451.1"))
    ask(begun(tmp_path / "second", "451.1"))
    assert built_by == ["second"]


@pytest.mark.real_stages
def test_under_the_mark_there_are_no_records():
    assert recorded.FOLDER not in os.environ and transform.run is recorded.run


def test_an_audit_is_kept_of_a_whole_candidate_alone(line: Line):
    """For one content, wherever it lies; a file that is not the one of the manifest is for the real audit to refuse."""
    release = line.candidate / "release"
    kept = recorded._kept_audit(release)
    assert kept is not None and kept.with_name(f"{kept.name}.whole").exists(), "the line's own audit"
    (release / DATABASE).chmod(0o644)
    with duckdb.connect(str(release / DATABASE)) as connection:
        connection.execute("update marts.dibao set standard_yuan_per_month = 1 where year = 2016 and residence = 'U'")
    assert recorded._kept_audit(release) is None
    manifest = Manifest.read(release)
    (release / "manifest.json").chmod(0o644)
    replace(manifest, files=manifest.files | {DATABASE: sha256(release / DATABASE)}).write(release)
    assert recorded._kept_audit(release) not in (None, kept)
