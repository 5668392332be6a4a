"""The plug pulled: refreshes killed at every stage and at random instants, and what the next one does.

    make chaos                                  50 kills
    python -m proofs.chaos 12 --seed 3      twelve, with other random instants

One figure of the seeds changes in every round. A refresh is killed (SIGKILL), either in the step before or
after a function that every refresh runs through, or when a random part of a refresh's time has passed; every
other random kill takes the children along, as a power cut would. Then it must hold: readers have the release
before or the release after, whole, and no published byte has changed. A second refresh, with nothing cleaned up
by hand, publishes the figure; nothing is left of the first, and Dagster knows of no run that goes on.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.artifacts import DATABASE, sha256
from orchestration.paths import ROOT, Paths
from orchestration.release import ledger, verification

#: Functions that every refresh runs through, in this order; the process is killed before and after them.
INSTANTS = [
    "desk.assets:Warehouse.setup_for_execution",
    "release.recovery:recover",
    "release.candidates:begin",
    "intake:read",
    "intake:write",
    "release.candidates:note_base",
    "transform:run",
    "release.comparison:compare",
    "release.package:write",
    "release.manifest:Manifest.write",
    "release.audit:AuditProcess.run",
    "release.promote:verify",
    "release.promote:publish",
    "release.promote:point",
    "release.ledger:record",
    "release.retention:sweep",
]
KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Kill:
    """When a refresh is killed: in the step `when` a function, or after `part` of a refresh's time."""

    function: str = ""
    when: str = ""
    part: float = 0.0
    with_children: bool = False

    def __str__(self) -> str:
        if self.function:
            return f"{self.when} {self.function}"
        return f"at {100 * self.part:.0f} % of a refresh" + (", with its children" if self.with_children else "")


def plan(kills: int, seed: int) -> list[Kill]:
    """Every named instant as far as `kills` goes, spread over the stages, and the rest at random."""
    named = [Kill(function, when) for when in ("before", "after") for function in INSTANTS]
    if kills < len(named):
        named = named[:: -(-len(named) * 2 // kills)]
    chance = random.Random(seed)
    rest = [Kill(part=chance.uniform(0.05, 1.05), with_children=n % 2 == 0) for n in range(kills - len(named))]
    return named + rest


def environment(paths: Paths) -> dict[str, str]:
    # What is killed ends with the release.
    return {**os.environ, **paths.environment, "MINSHENG_BOOK": "off"}


def refresh(paths: Paths, *arguments: str) -> subprocess.Popen:
    """A refresh in a session of its own; with `arguments`, one that kills itself there."""
    command = ["proofs.chaos", "die", *arguments] if arguments else ["orchestration", "refresh"]
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment(paths),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def killed(paths: Paths, kill: Kill, whole: float) -> tuple[float, int]:
    """Run a refresh and kill it; seconds until then, and its code (0 where it had ended before)."""
    began = time.monotonic()
    process = refresh(paths, kill.function, kill.when) if kill.function else refresh(paths)
    if kill.function:
        process.wait(timeout=600)
    else:
        try:
            process.wait(timeout=kill.part * whole)
        except subprocess.TimeoutExpired:
            (os.killpg if kill.with_children else os.kill)(process.pid, signal.SIGKILL)
            process.wait()
    process.stdout.close()
    return time.monotonic() - began, process.returncode


def arm(function: str, when: str) -> None:
    """From now on this process kills itself before or after `function` (module:name of `orchestration`)."""
    module, _, name = function.partition(":")
    owner = importlib.import_module(f"orchestration.{module}")
    *parents, name = name.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = getattr(owner, name)

    def deadly(*arguments, **named):
        if when == "after":
            original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, deadly)


def die(function: str, when: str) -> int:
    """Run a refresh that kills itself there."""
    arm(function, when)
    from orchestration.__main__ import main

    return main(["refresh"])


def published(paths: Paths) -> dict[str, str]:
    """sha256 of every file of every release that was ever current."""
    known = {line.release_id for line in ledger.promotions(paths)} | {ledger.current_release(paths)}
    files = [p for name in sorted(known) for p in sorted((paths.releases / name).rglob("*")) if p.is_file()]
    return {path.relative_to(paths.warehouse).as_posix(): sha256(path) for path in files}


def faults_after_kill(paths: Paths, before: dict[str, str]) -> Iterator[str]:
    """What readers could complain of."""
    current = ledger.current_release(paths)
    for reason in verification.of_release(paths, current):
        yield f"the current release is not whole: {reason}"
    after = published(paths)
    # Old releases leave by one rename; what stands in `releases` is whole.
    kept = {name: digest for name, digest in before.items() if (paths.releases / name.split("/")[1]).exists()}
    yield from (f"a published file changed: {name}" for name, digest in kept.items() if after.get(name) != digest)
    with duckdb.connect(str(paths.current / DATABASE), read_only=True) as connection:
        if connection.execute("select release_id from release.info").fetchall() != [(current,)]:
            yield f"current is {current}, the file says otherwise"


def faults_after_refresh(paths: Paths, figure: str) -> Iterator[str]:
    """What the killed run has left for somebody to clean up."""
    with duckdb.connect(str(paths.current / DATABASE), read_only=True) as connection:
        query = "select printed_value from core.observation where observation_id = 'urban_rural_dibao:table_1:r2:c3'"
        if (found := connection.execute(query).fetchone()[0]) != figure:
            yield f"the published figure is {found}, not {figure}"
    left = [p.name for p in (paths.warehouse / "candidate").iterdir()]
    left += [p.name for p in (paths.warehouse / "running").iterdir()]
    left += [name for name in (".current", ".leaving") if os.path.lexists(paths.warehouse / name)]
    lines = ledger.promotions(paths)
    left += [p.name for p in paths.releases.iterdir() if p.name not in {line.release_id for line in lines}]
    if left:
        yield f"left over: {', '.join(left)}"
    if lines[-1].release_id != ledger.current_release(paths):
        yield f"the ledger ends with {lines[-1].release_id}"
    if [line.sequence for line in lines] != list(range(1, len(lines) + 1)):
        yield "the ledger is not numbered through"
    if going_on := unfinished_runs(paths):
        yield f"{going_on} run(s) that Dagster takes for running"


def unfinished_runs(paths: Paths) -> int:
    """Runs that Dagster takes for begun."""
    query = "select count(*) from runs where status in ('NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING')"
    (database,) = (paths.warehouse / "dagster").rglob("runs.db")
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute(query).fetchone()[0]


def one_round(paths: Paths, number: int, kill: Kill, whole: float) -> dict:
    """Kill one refresh, run the next; what was seen, with `faults` empty where all held."""
    figure = f"494.6{number % 10}"
    table = "sources/urban_rural_dibao/table_1.csv"
    printed = (ROOT / "seeds" / table).read_text(encoding="utf-8")
    (paths.seeds / table).write_text(printed.replace("494.6", figure), encoding="utf-8")
    base, before = ledger.current_release(paths), published(paths)
    seconds, code = killed(paths, kill, whole)
    faults = list(faults_after_kill(paths, before))
    swapped = ledger.current_release(paths) != base
    following = refresh(paths)
    output, _ = following.communicate(timeout=600)
    if following.returncode != 0:
        faults.append(f"the next refresh ended with {following.returncode}: {output[-1500:]}")
    faults += faults_after_refresh(paths, figure)
    return {
        "kill": str(kill),
        "seconds": round(seconds, 1),
        "code": code,
        "readers_then_had": "the release after" if swapped else "the release before",
        "next_run": "promoted nothing" if "nothing was promoted" in output else "promoted the release",
        "said": [line[10:].strip() for line in output.splitlines() if " died: " in line or "recovery: " in line],
        "faults": faults,
    }


def two_at_once(paths: Paths) -> dict:
    """Two refreshes started together: one release comes of it, and each says what it did."""
    figure, table = "494.65", "sources/urban_rural_dibao/table_1.csv"
    printed = (ROOT / "seeds" / table).read_text(encoding="utf-8")
    (paths.seeds / table).write_text(printed.replace("494.6", figure), encoding="utf-8")
    lines, before = len(ledger.promotions(paths)), published(paths)
    with ThreadPoolExecutor() as pool:
        outputs = list(pool.map(lambda process: process.communicate(timeout=900)[0], [refresh(paths), refresh(paths)]))
    refused = [text for text in outputs if "run `refresh` again" in text or "nothing was promoted" in text]
    faults = [*faults_after_kill(paths, before)]
    if len(ledger.promotions(paths)) != lines + 1:
        faults.append("not one release came of it")
    if len(refused) != 1:
        faults.append(f"not one of the two stood back: {outputs}")
    refresh(paths).communicate(timeout=600)
    # One that was refused did not die: its candidate stays for inspection.
    faults += [fault for fault in faults_after_refresh(paths, figure) if not fault.startswith("left over")]
    return {"kill": "none: two refreshes at once", "code": 0, "faults": faults}


def main(kills: int, seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(shutil.copytree(ROOT / "seeds", Path(folder) / "seeds"))
        paths = Paths(seeds=seeds, warehouse=Path(folder) / "warehouse")
        refresh(paths).communicate(timeout=600)
        began = time.monotonic()
        refresh(paths).communicate(timeout=600)
        whole = time.monotonic() - began
        seen = []
        for number, kill in enumerate(plan(kills, seed), start=1):
            seen.append(one_round(paths, number, kill, whole))
            print(json.dumps({"round": number, **seen[-1]}, ensure_ascii=False), flush=True)
        together = two_at_once(paths)
        print(json.dumps(together, ensure_ascii=False), flush=True)
    hit = sum(row["code"] == KILLED for row in seen)
    wrong = [row for row in seen if row["faults"]]
    print(f"\n{len(seen)} refreshes, {hit} killed before they ended, {len(wrong)} with a fault")
    print("\n| readers then had | the next refresh | times |\n|---|---|---|")
    for (had, did), times in sorted(Counter((row["readers_then_had"], row["next_run"]) for row in seen).items()):
        print(f"| {had} | {did} | {times} |")
    return 1 if wrong or together["faults"] else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["die"]:
        sys.exit(die(*sys.argv[2:4]))
    parser = argparse.ArgumentParser(prog="python -m proofs.chaos")
    parser.add_argument("kills", nargs="?", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(main(options.kills, options.seed))
