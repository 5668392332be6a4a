"""What is given to make arrives letter by letter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.paths import ROOT
from tests.commands import MAKE, environment
from tests.conftest import Line

WHOLE = """-x "two" 'one' $5 $$ $(HOME) ${HOME} $(shell touch made) `touch made` \\n \\ # % ; && | > made * ~ ! 民生 {a,b}
second line\t"""


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A folder whose `minsheng` says what reached it."""
    code = "import json, sys; print(json.dumps(sys.argv[1:]))"
    stub = tmp_path / "minsheng"
    stub.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$@"\n')
    stub.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("given", ["as an argument", "by the environment"])
@pytest.mark.parametrize(
    ("target", "names", "arguments"),
    [
        ("sql", "QUERY", ["sql", "--", WHOLE]),
        ("export", "TABLE", ["export", "--", WHOLE]),
        ("check-source", "SOURCE", ["check-source", "--", WHOLE]),
        ("changes", "RELEASE", ["changes", "--", WHOLE]),
        ("changes", "CANDIDATE", ["changes", f"--candidate={WHOLE}", "--"]),
        ("impact", "CANDIDATE", ["impact", f"--candidate={WHOLE}"]),
        ("promote", "CANDIDATE", ["promote", "--", WHOLE]),
        ("approve", "CANDIDATE BY NOTE", ["approve", f"--by={WHOLE}", f"--note={WHOLE}", "--", WHOLE]),
        ("rollback", "RELEASE BY", ["rollback", f"--approved-by={WHOLE}", "--", WHOLE]),
        ("run", "BY", ["refresh", f"--launched-by={WHOLE}"]),
        ("ui", "PORT", ["ui", f"--port={WHOLE}"]),
        ("dbt", "DO", ["dbt", "--", WHOLE]),
        ("why", "CELL", ["why", f"--cell={WHOLE}"]),
        ("why", "FIGURE", ["why", f"--figure={WHOLE}"]),
    ],
)
def test_what_is_given_to_make_arrives_whole(recorded: Path, given, target, names, arguments):
    values = {name: WHOLE for name in names.split()}
    words = [f"{name}={value}" for name, value in values.items()] if given == "as an argument" else []
    done = subprocess.run(
        [*MAKE, "-f", ROOT / "Makefile", target, *words], cwd=recorded,
        env={**os.environ, **({} if words else values)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == arguments
    assert not (recorded / "made").exists()


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["sql"], ["sql", "--", ""]),
        (["export"], ["export", "--", "marts.series"]),
        (["rollback"], ["rollback", "--"]),
        (["run", "DRY=1"], ["refresh", "--dry-run"]),
        (["impact"], ["impact"]),
        (["ui"], ["ui"]),
        (["check-source", "SOURCE=a", "ALL=1"], ["check-source", "--all", "--", "a"]),
    ],
)
def test_what_is_not_given_to_make_is_left_out(recorded: Path, words, arguments):
    line = [*MAKE, "-f", ROOT / "Makefile", *words]
    done = subprocess.run(line, cwd=recorded, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout) == arguments, done.stderr


@pytest.mark.parametrize(("words", "engine"), [(["ENGINE=spark"], "spark"), ([f"ENGINE={WHOLE}"], WHOLE), ([], "none")])
def test_the_engine_is_a_setting(tmp_path: Path, words, engine):
    (tmp_path / "minsheng").write_text('#!/bin/sh\nprintf "%s" "${MINSHENG_ENGINE-none}"\n')
    (tmp_path / "minsheng").chmod(0o755)
    line = [*MAKE, "-f", ROOT / "Makefile", "run", *words]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == engine and not (tmp_path / "made").exists(), done.stderr


def test_make_asks_what_it_was_given(built: Line):
    """From the words that a person types to the table that is shown."""
    query = "-- $5 `x`\nselect count(*) > 0 as \"are there rows?\", 'it''s $5' as note from marts.dibao -- # the end"
    done = subprocess.run(
        [*MAKE, "sql", f"QUERY={query}"],
        cwd=ROOT, env=environment(built.paths), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "are there rows?" in done.stdout and "it's $5" in done.stdout, done.stderr
