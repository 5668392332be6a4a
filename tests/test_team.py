"""The variant for a team: the very block of docs/team.md, with a real PostgreSQL server behind it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from orchestration.paths import ROOT
from orchestration.release import ledger
from tests.conftest import Line, command


def block() -> str:
    """The dagster.yaml of the page, as a person copies it."""
    text = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "team.md").read_text("utf-8"), re.S)[1]
    return "\n".join(line.removeprefix("   ") for line in text.splitlines()) + "\n"


def test_the_variant_differs_from_the_shipped_one_in_its_storage_alone():
    shipped = yaml.safe_load((ROOT / "dagster.yaml").read_text("utf-8"))
    variant = yaml.safe_load(block())
    assert set(shipped.pop("storage")) == {"custom"} and set(variant.pop("storage")) == {"postgres"}
    assert variant == shipped


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A server of its own on a free port, and how to reach it."""
    # Debian keeps what starts a server out of the PATH.
    where = os.pathsep.join([os.environ["PATH"], *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1])])
    initdb, postgres = (shutil.which(name, path=where) for name in ("initdb", "postgres"))
    if not (initdb and postgres):
        pytest.skip("no PostgreSQL server is installed here (initdb, postgres)")
    if importlib.util.find_spec("dagster_postgres") is None:
        pytest.skip("dagster-postgres is not installed here: make team")
    as_user: list[str] = []
    folder = tmp_path / "postgres"
    folder.mkdir()
    if os.geteuid() == 0:  # the server refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        if not shutil.which("runuser") or subprocess.run([*as_user, "true"], check=False).returncode:
            pytest.skip("the server does not run as root, and there is no user postgres")
        shutil.chown(folder, "postgres")
        for parent in folder.parents[:4]:
            if parent.stat().st_uid == 0 and parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret = folder / "password"
    secret.write_text("s3cr3t\n")
    secret.chmod(0o644)
    data, own = folder / "data", {"cwd": folder, "capture_output": True, "text": True}
    subprocess.run(
        [*as_user, initdb, "-D", data, "-U", "minsheng", "-A", "scram-sha-256", f"--pwfile={secret}"], check=True, **own
    )  # fmt: skip
    server = subprocess.Popen(
        [*as_user, postgres, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    reach = {"PGPASSWORD": "s3cr3t", **os.environ}
    psql = ["psql", "-h", "127.0.0.1", "-p", str(port), "-U", "minsheng"]
    try:
        for _ in range(600):
            done = subprocess.run([*psql, "-c", "create database minsheng", "postgres"], env=reach, check=False, **own)
            if done.returncode == 0:
                break
            assert server.poll() is None, "the server ended"
            subprocess.run(["sleep", "0.1"], check=True)
        assert done.returncode == 0, done.stderr
        yield {"port": str(port), "psql": " ".join(psql), "PGPASSWORD": "s3cr3t"}
    finally:
        server.terminate()
        server.wait(60)


def test_a_release_is_published_with_postgresql_behind(line: Line, postgres, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text(block().replace("port: 5432", f"port: {postgres['port']}"), encoding="utf-8")
    before = ledger.current_release(line.paths)
    shutil.rmtree(line.paths.warehouse / "dagster")
    done = command(
        line.paths,
        "refresh",
        DAGSTER_HOME=str(home),
        MINSHENG_PG_HOST="127.0.0.1",
        MINSHENG_PG_USER="minsheng",
        MINSHENG_PG_PASSWORD="s3cr3t",
        MINSHENG_PG_DB="minsheng",
    )
    assert done.returncode == 0, done.stderr
    assert ledger.current_release(line.paths) > before
    query = "select status, count(*) from runs group by status"
    found = subprocess.run(
        [*postgres["psql"].split(), "-At", "-c", query, "minsheng"],
        env={**os.environ, "PGPASSWORD": "s3cr3t"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == "SUCCESS|1"
    assert not list((line.paths.warehouse / "dagster").rglob("runs.db")), "nothing of it lies in SQLite"
