"""`make ui` for real: its daemon ticks, seeds that change become a release by themselves, and nothing stays behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT, Paths
from orchestration.release import candidates, ledger
from orchestration.release.manifest import Manifest
from proofs import chaos
from tests import sinks
from tests.conftest import SOURCE, Line, command, edit, write_example

TABLE = f"{SOURCE}/table_1.csv"
#: Seconds after which a thing that should have come by itself is given up.
PATIENCE = 900


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what: Callable[[], object], server: subprocess.Popen, log: Path) -> object:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := what():
            return found
        assert server.poll() is None, f"the UI ended:\n{log.read_text()[-4000:]}"
        time.sleep(1)
    raise AssertionError(f"it did not come:\n{log.read_text()[-6000:]}")


def family(pid: int) -> set[int]:
    """Living processes that descend from `pid`, itself included, by the kernel's tables."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(entry.parent.name)] = int(parent)
    found = {pid} & parents.keys()
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if family(pid)}


def ask(port: int, query: str) -> dict:
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return json.loads(answer.read())["data"]


def is_up(port: int) -> bool:
    try:
        return bool(ask(port, "{ version }"))
    except OSError:
        return False


@contextmanager
def ui(paths: Paths, log: Path, **settings: str) -> Iterator[tuple[subprocess.Popen, int]]:
    """The server as `make ui` starts it, when it answers."""
    port = free_port()
    own = {**paths.environment, "NO_PROXY": "127.0.0.1"}
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "ui", "--port", str(port)],
            cwd=ROOT, env={**os.environ, **own, **settings}, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        wait_for(lambda: is_up(port), server, log)
        yield server, port
    finally:
        server.terminate()
        server.wait(120)


def ended(server: subprocess.Popen, by: int) -> tuple[int, set[int]]:
    """Exit code after the signal, and what is left of all that it had started."""
    started = family(server.pid)
    assert len(started) >= 4, "the server, the UI, the daemon, the code location"
    server.send_signal(by)
    return server.wait(120), alive(started)


def ticks(port: int, name: str, kind: str) -> list[dict]:
    """What the ticks of a schedule or sensor came to, newest first."""
    found = ask(
        port,
        f'{{ instigationStateOrError(instigationSelector: {{repositoryLocationName: "minsheng", repositoryName: "__repository__", name: "{name}"}}) '
        "{ ... on InstigationState { ticks(limit: 200) { status runIds skipReason error { message } } } } }",
    )["instigationStateOrError"]["ticks"]
    assert [tick["error"] for tick in found if tick["error"]] == [], kind
    return found


def about_runs(taken: list[dict]) -> list[dict]:
    """The alerts but for sources that are late, which may come at any time."""
    return [alert for alert in taken if alert["event"] != "sources_stale"]


def test_seeds_that_change_become_a_release_by_themselves(line: Line, tmp_path):
    """A figure changes and a source folder comes; with approvers named, a second person approves in the UI. A fault
    that follows reaches the webhook. Then TERM: no process is left."""
    (line.paths.warehouse / "approvers").write_text("Li Ming\n", encoding="utf-8")
    edit(line.paths.seeds / TABLE, "494.7", "494.6")  # as in the current release
    log = tmp_path / "ui.log"
    first = ledger.current_release(line.paths)
    with sinks.webhook() as (address, taken):
        settings = {
            "MINSHENG_AUTOMATION": "on",
            "MINSHENG_QUIET_SECONDS": "5",
            "MINSHENG_ALERT_WEBHOOK": address,
        }
        with ui(line.paths, log, **settings) as (server, port):
            write_example(line.paths.seeds)
            edit(line.paths.seeds / TABLE, "494.6", "494.8")
            (waits,) = wait_for(lambda: candidates.waiting(line.paths), server, log)
            assert ledger.current_release(line.paths) == first
            assert waits.manifest.launched_by == "sensor changed_seeds"
            (asked, *_) = wait_for(lambda: about_runs(taken), server, log)
            assert asked["event"] == "approval_needed" and "Li Ming" in asked["text"]
            launch(port, "approve", approve_the_candidate={"run_id": waits.candidate.name, "approved_by": "Li Ming"})
            wait_for(lambda: ledger.current_release(line.paths) != first, server, log)
            assert ledger.promotions(line.paths)[-1].approved_by == "Li Ming"
            with duckdb.connect(line.paths.current / DATABASE, read_only=True) as release:
                assert ("example_bulletin",) in release.sql("select source_id from core.source").fetchall()
            assert sum(len(tick["runIds"]) for tick in ticks(port, "changed_seeds", "sensor")) == 1
            edit(line.paths.seeds / SOURCE / "table_2.csv", "719.3", "7l9.3")
            wait_for(lambda: len(about_runs(taken)) > 1, server, log)
            failed = about_runs(taken)[1]
            assert failed["event"] == "run_failed" and "row 2, column 2 (2015): read '7l9.3'" in failed["text"]
            code, left = ended(server, signal.SIGTERM)
    assert (code, left) == (0, set())


def launch(port: int, job: str, **ops: dict) -> None:
    """What the launchpad does."""
    config = json.dumps({"ops": {name: {"config": found} for name, found in ops.items()}})
    told = ask(
        port,
        "mutation { launchRun(executionParams: {selector: {jobName: "
        f'"{job}", repositoryLocationName: "minsheng", repositoryName: "__repository__"}}, runConfigData: {json.dumps(config)}}}) '
        "{ __typename ... on PythonError { message } } }",
    )
    assert told["launchRun"]["__typename"] == "LaunchRunSuccess", told


def test_a_schedule_ticks_and_an_interrupt_in_the_middle_of_its_run_leaves_nothing(line: Line, tmp_path):
    """Every minute, for the test; Ctrl-C comes while dbt builds. The next refresh simply works."""
    before = ledger.current_release(line.paths)
    log = tmp_path / "ui.log"
    with ui(line.paths, log, MINSHENG_AUTOMATION="on", MINSHENG_QUARTERLY_REFRESH="* * * * *") as (server, port):
        wait_for(lambda: set(line.paths.warehouse.glob("candidate/*/dbt")) - {line.candidate / "dbt"}, server, log)
        found = ticks(port, "quarterly_refresh", "schedule")
        assert "SUCCESS" in {tick["status"] for tick in found} and any(tick["runIds"] for tick in found)
        assert len(family(server.pid)) >= 5, "the run as well"
        code, left = ended(server, signal.SIGINT)
    assert (code, left) == (0, set())
    assert ledger.current_release(line.paths) == before
    done = command(line.paths, "refresh")
    assert done.returncode == 0, done.stderr
    assert chaos.unfinished_runs(line.paths) == 0, "Dagster takes no run for one that goes on"
    assert Manifest.read(line.paths.current.resolve()).base_release_id == before
    assert (line.paths.current / DATABASE).exists()


def test_a_port_in_use_is_said_before_anything_starts(line: Line):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = command(line.paths, "ui", "--port", str(port))
    assert done.returncode == 1 and f"Port {port} of 127.0.0.1 is in use" in done.stderr
    assert f"make ui PORT={port + 1}" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [("MINSHENG_AUTOMATION", "yes"), ("MINSHENG_QUIET_SECONDS", "soon"), ("MINSHENG_QUARTERLY_REFRESH", "quarterly")],
)
def test_a_setting_that_means_nothing_is_named(line: Line, variable, value):
    code = "import orchestration.definitions"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, variable: value}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1 and value in done.stderr.splitlines()[-1]
    told = command(line.paths, "refresh", **{variable: value})
    assert told.returncode == 1 and value in told.stderr and "Traceback" not in told.stderr
