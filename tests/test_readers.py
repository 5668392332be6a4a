"""Promise 2: readers of the file are never blocked and never see two releases in one connection.

Other processes read through `current/` while 200 releases pass the real door.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT, Paths
from orchestration.release import ledger, retention
from orchestration.release.promote import promote
from tests import releases
from tests.conftest import Line, command

PROMOTIONS = 200
KINDS = ("plain", "held", "pooled", "attached")


@contextmanager
def reading(paths: Paths, *kinds: str) -> Iterator[dict[str, dict]]:
    """A process for each kind of reader, while the block runs; afterwards the dict holds what each saw."""
    stop, seen = paths.warehouse / "stop", {}
    processes = {
        kind: subprocess.Popen(
            [sys.executable, "-m", "tests.reader", kind, str(paths.current), str(stop)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for kind in kinds
    }
    try:
        for process in processes.values():
            assert process.stdout.readline() == "ready\n", process.stderr.read()
        yield seen
        stop.touch()
        for kind, process in processes.items():
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
            seen[kind] = json.loads(output)
    finally:
        for process in processes.values():
            process.kill()
            process.communicate()


def publish(built: Line, paths: Paths, number: int, other: int | None = None) -> None:
    assert promote(paths, releases.candidate(built, paths, number, other)).changed


def test_readers_never_notice_200_promotions(built: Line, tmp_path):
    paths = releases.empty_warehouse(built, tmp_path)
    publish(built, paths, 1)
    with reading(paths, *KINDS) as seen:
        for number in range(2, PROMOTIONS + 1):
            publish(built, paths, number)
    print({kind: (of_kind["connections"], of_kind["reads"]) for kind, of_kind in seen.items()})
    assert len(ledger.promotions(paths)) == PROMOTIONS
    for kind in KINDS:
        of_kind = seen[kind]
        assert (of_kind["errors"], of_kind["torn"], of_kind["stale"]) == ([], 0, 0), (kind, of_kind)
        assert of_kind["reads"] > PROMOTIONS / 4, f"{kind} read too seldom to notice anything"
        # The last connection of each was opened when all was promoted.
        assert of_kind["newest"] == PROMOTIONS, kind
    assert seen["held"]["connections"] == 2, "one connection was held from the first release to the last"
    assert len(list(paths.releases.iterdir())) == retention.KEPT


def test_the_readers_would_notice(built: Line, tmp_path):
    """Planted: a release that is two, a symlink whose file is an older release, a file that is not there."""
    paths = releases.empty_warehouse(built, tmp_path)
    publish(built, paths, 1, other=7)
    with reading(paths, "plain", "attached") as seen:
        pass
    assert all(seen[kind]["torn"] == seen[kind]["connections"] > 0 for kind in seen)
    newer = paths.releases / "r000009-abcdefabcdef"
    paths.current.resolve().rename(newer)
    paths.current.unlink()
    paths.current.symlink_to(newer)
    (paths.warehouse / "stop").unlink()
    with reading(paths, "plain") as seen:
        pass
    assert seen["plain"]["stale"] == seen["plain"]["connections"] > 0
    (newer / DATABASE).unlink()
    (paths.warehouse / "stop").unlink()
    with reading(paths, "pooled") as seen:
        pass
    assert seen["pooled"]["errors"] and seen["pooled"]["connections"] == 0


def test_a_refresh_succeeds_while_readers_hold_the_file(line: Line):
    """A whole refresh, from intake to promotion, beside a process that holds the file open."""
    first = ledger.current_release(line.paths)
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print('ready', flush=True);"
        " sys.stdin.readline(); print(c.execute('from release.info').fetchone()[0])"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(line.paths.current / DATABASE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "ready\n"
        done = command(line.paths, "refresh")
        assert done.returncode == 0, done.stdout + done.stderr
        second = ledger.current_release(line.paths)
        held, _ = holder.communicate("\n", timeout=60)
    finally:
        holder.kill()
        holder.communicate()
    assert held.strip() == first != second
    with duckdb.connect(str(line.paths.current / DATABASE), read_only=True) as fresh:
        assert fresh.execute("select release_id from release.info").fetchone() == (second,)


def test_two_releases_can_be_opened_side_by_side(built: Line, tmp_path):
    paths = releases.empty_warehouse(built, tmp_path)
    for number in (1, 2):
        publish(built, paths, number)
    files = [folder / DATABASE for folder in sorted(paths.releases.iterdir())]
    with duckdb.connect() as connection:
        for name, file in zip(("before", "now"), files):
            connection.execute(f"attach '{Path(file)}' as {name} (read_only)")
        query = (
            "select distinct b.number, n.number from before.marts.dibao as b cross join now.marts.dibao as n limit 9"
        )
        assert connection.execute(query).fetchall() == [(1, 2)]
