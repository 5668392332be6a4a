"""Prepared tiny releases: they pass the real door to promotion with every check declared, and say their number."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE, PASSED, sha256
from orchestration.paths import Paths
from orchestration.release import ledger, recovery
from orchestration.release.assemble import content_hash, release_id_of
from orchestration.release.manifest import AUDIT, MANIFEST, Manifest, Seal, TableFacts, payload
from orchestration.release.promote import promote
from tests.conftest import Line

SOURCES = "parquet/core/source.parquet"
#: Rows of each table: enough that a query of it is no single read.
ROWS = 5_000


@pytest.fixture
def warehouse(built: Line, tmp_path: Path) -> Paths:
    """A warehouse of two tiny releases, published."""
    paths = empty_warehouse(built, tmp_path)
    for number in (1, 2):
        promote(paths, candidate(built, paths, number))
    return paths


def empty_warehouse(built: Line, folder: Path) -> Paths:
    """A warehouse without a release, in which dbt's project is parsed already."""
    paths = Paths(seeds=built.paths.seeds, warehouse=folder / "warehouse")
    shutil.copytree(built.paths.warehouse / "dbt", paths.warehouse / "dbt")
    return paths


def candidate(built: Line, paths: Paths, number: int, other: int | None = None) -> Path:
    """A whole candidate on what is current, in whose tables `number` stands; in one of them `other`, if given."""
    folder = paths.candidate(f"tiny-{number}")
    release = folder / "release"
    (release / SOURCES).parent.mkdir(parents=True)
    template = built.candidate / "release"
    shutil.copy(template / SOURCES, release / SOURCES)
    facts = {
        name: TableFacts(ROWS, f"{number:064x}") for name in ("core.observation", "marts.dibao", "release.promotion")
    }
    sequence, digest = ledger.highest_sequence(paths) + 1, content_hash(facts)
    release_id = release_id_of(sequence, digest)
    with duckdb.connect(str(release / DATABASE)) as connection:
        for schema, table, value in (
            ("core", "observation", number),
            ("marts", "dibao", number if other is None else other),
            ("release", "promotion", number),
        ):
            connection.execute(f"create schema {schema}")
            connection.execute(f"create table {schema}.{table} as select {value} as number from range({ROWS})")
        connection.execute(f"create table release.info as select '{release_id}' as release_id")
        connection.execute("checkpoint")
    manifest = replace(
        Manifest.read(template),
        release_id=release_id,
        sequence=sequence,
        base_release_id=ledger.current_release(paths),
        content_hash=digest,
        tables=facts,
        files=payload(release),
    )
    manifest.write(release)
    audit = json.loads((template / AUDIT).read_text(encoding="utf-8"))
    audit["manifest_sha256"] = sha256(release / "manifest.json")
    (release / AUDIT).write_text(json.dumps(audit), encoding="utf-8")
    return folder


def reseal(paths: Paths, release_id: str, **changes: object) -> None:
    """Have manifest, audit and ledger name what lies in a published folder now: a release that is whole, of other files.

    `changes`: fields of the manifest; what it declares for stage 4 has passed.
    """
    folder = paths.releases / release_id
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8")) | {"files": payload(folder), **changes}
    unlocked(folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    audit = json.loads((folder / AUDIT).read_text(encoding="utf-8"))
    audit["manifest_sha256"] = sha256(folder / MANIFEST)
    known = {verdict["check"] for verdict in audit["verdicts"]}
    audit["verdicts"] += [
        {"table": check["table"], "check": check["check"], "verdict": PASSED, "observed": "", "rows": []}
        for check in manifest["checks"]
        if check["stage"] == 4 and check["check"] not in known
    ]
    unlocked(folder / AUDIT).write_text(json.dumps(audit), encoding="utf-8")
    lines = [
        replace(line, **asdict(Seal.of(folder))) if line.release_id == release_id else line
        for line in ledger.promotions(paths)
    ]
    paths.ledger.write_text("".join(json.dumps(asdict(line)) + "\n" for line in lines), encoding="utf-8")


def unlocked(path: Path) -> Path:
    """A file of a sealed folder that may be written, as by its owner after chmod."""
    for part in (path.parent, path):
        if part.exists():
            part.chmod(part.stat().st_mode | 0o200)
    return path


def numbers(paths: Paths) -> list:
    """What a reader finds in the tables of the current release."""
    with duckdb.connect(str(paths.current / DATABASE), read_only=True) as connection:
        return connection.execute("select number from core.observation union select number from marts.dibao").fetchall()


def recovered(paths: Paths) -> list[str]:
    """What the begin of a run puts right."""
    with paths.lock():
        return recovery.recover(paths)


def fill_if_empty(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """One row of anything in a ledger that this release has nothing to write into."""
    if connection.execute(f"select count(*) from {table}").fetchone()[0] == 0:
        columns = connection.execute(f"describe {table}").fetchall()
        values = ", ".join(
            "'anything'" if data_type == "VARCHAR" else f"cast(1 as {data_type})" for _, data_type, *_ in columns
        )
        connection.execute(f"insert into {table} values ({values})")
