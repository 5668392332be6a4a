"""The same seeds give the same release in every shell: what changes a result does not come in from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from orchestration import surroundings, transform
from orchestration.paths import ROOT, Paths
from tests.conftest import SEEDS, SOURCE, Line, edit

#: What a shell may hold that was made for another dbt project, or for another program that uses the same libraries.
HOSTILE = {
    "DBT_EMPTY": "1",
    "DBT_TARGET": "nowhere",
    "DBT_FULL_REFRESH": "1",
    "DBT_VARS": "{no: yaml",
    "DBT_EXCLUDE_RESOURCE_TYPES": "model",
    "DBT_PROFILES_DIR": "/nowhere",
    "DBT_PROJECT_DIR": "/nowhere",
    "DBT_TARGET_PATH": "/nowhere",
    "DBT_WARN_ERROR": "1",
    "DBT_ENGINE_EMPTY": "1",
    "dbt_empty": "1",
    "PANDERA_VALIDATION_ENABLED": "False",
    "POLARS_FMT_STR_LEN": "1",
    "GX_CLOUD_ACCESS_TOKEN": "none",
    "GX_ANALYTICS_ENABLED": "true",
}


def test_settings_of_the_libraries_are_left_outside(monkeypatch):
    kept = {"PATH": "/bin", "MINSHENG_MEMORY": "1GB", "DAGSTER_HOME": "/srv", "HOME": "/home/a"}
    assert surroundings.sealed({**HOSTILE, **kept}) == kept | surroundings.SILENT
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    given = transform.environment()
    assert {
        name: given[name] for name in given if name.startswith(surroundings.SETTINGS)
    }.items() <= surroundings.SILENT.items()


@pytest.mark.parametrize("module", ["orchestration.desk.launch", "orchestration.release.audit", "bi.book"])
def test_they_are_gone_before_a_library_reads_them(module):
    code = f"import {module}, os, pandera.config as p; print(sorted(os.environ)); print(p.CONFIG.validation_enabled)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **HOSTILE},
        capture_output=True,
        text=True,
        check=True,
    )
    names, checks = done.stdout.splitlines()
    assert (
        checks == "True"
        and "'GX_ANALYTICS_ENABLED'" in names
        and not [name for name in HOSTILE if f"'{name}'" in names and name not in surroundings.SILENT]
    )


def test_the_project_is_parsed_as_it_stands(tmp_path, monkeypatch):
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    assert transform.parsed_manifest(Paths(SEEDS, tmp_path / "warehouse")).exists()


@pytest.fixture
def nobody() -> list[str]:
    """The beginning of a command that runs it as a user id without a name, a home or an environment."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs the right to become another user")
    # It may read what root may: the interpreter may lie in root's own folder.
    able = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", *able, "env", "-i", "PATH=/usr/bin:/bin"]


def test_no_home_and_no_name(nobody, tmp_path):
    """What Great Expectations imports asks for a home, and so does the book."""
    code = "import orchestration, pathlib; print(pathlib.Path.home())"
    done = subprocess.run(
        [*nobody, f"MINSHENG_WAREHOUSE={tmp_path}", sys.executable, "-B", "-c", code],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == str(tmp_path / "home"), done.stderr
    code = "import orchestration.release.audit, great_expectations, altair"
    subprocess.run([*nobody, f"MINSHENG_WAREHOUSE={tmp_path}", sys.executable, "-B", "-c", code], cwd=ROOT, check=True)


def test_a_refresh_without_a_home_in_a_hostile_shell_gives_the_same_release(nobody, line: Line):
    """It finds the content that is current already."""
    edit(line.paths.seeds / SOURCE / "table_1.csv", "494.7", "494.6")
    folder = line.paths.warehouse.parent
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 12345, 12345, follow_symlinks=False)
    for path in folder.parents:
        if not path.stat().st_mode & 0o001:
            path.chmod(path.stat().st_mode | 0o005)
    where = {
        "MINSHENG_SEEDS": line.paths.seeds,
        "MINSHENG_WAREHOUSE": line.paths.warehouse,
        "MINSHENG_BOOK": "off",
        **HOSTILE,
    }
    done = subprocess.run(
        [*nobody, *(f"{name}={value}" for name, value in where.items())]
        + [sys.executable, "-B", "-m", "orchestration", "refresh"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "is current already, with the same content" in done.stderr
