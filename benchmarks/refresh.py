"""What the gates cost: a whole `refresh` against a bare `dbt build` of the same project.

    make bench                          five rounds
    python -m benchmarks.refresh 9      nine

Both are whole processes, run in turn so that a busy machine slows both alike. `refresh` publishes
a new release in every round (one figure of the seeds is changed), with all gates; the bare build
finds the raw Parquet ready and dbt's parse cached, tests its models and publishes nothing.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import stages
from orchestration import intake, transform
from orchestration.artifacts import WORK_TABLES
from orchestration.paths import ROOT, Paths
from orchestration.release import candidates


def bare_build(paths: Paths) -> float:
    """Seconds of one `dbt build` in a candidate whose raw Parquet is there."""
    candidate = paths.candidate("bare")
    with paths.lock():
        candidates.begin(paths, candidate)
        intake.write(intake.read(paths.seeds), candidate / "raw")
        (candidate / "release" / WORK_TABLES).mkdir(parents=True)
        target = candidate / "dbt"
        target.mkdir()
        shutil.copy(paths.warehouse / "dbt" / "partial_parse.msgpack", target)
        command = [
            transform.DBT,
            "--quiet",
            *transform.BUILD,
            *transform.FOLDERS,
            "--target-path",
            target,
            "--log-path",
            target,
        ]
        start = time.perf_counter()
        subprocess.run(command, cwd=candidate, env=transform.environment(), check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start


def refresh(paths: Paths) -> dict[str, float]:
    """Seconds of one `refresh`, whole and by stage."""
    began, start = time.time(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "orchestration", "refresh"], cwd=ROOT, check=True, capture_output=True, env=os.environ
    )
    whole = time.perf_counter() - start
    return {"whole": whole, **stages.seconds(stages.of_newest_run(), began, whole)}


def change_a_figure(paths: Paths, number: int) -> None:
    """Another urban standard of 2016 in each round; 494.60 to 494.69 all bear out the printed ratio."""
    table = paths.seeds / "sources/urban_rural_dibao/table_1.csv"
    rows = (ROOT / "seeds/sources/urban_rural_dibao/table_1.csv").read_text(encoding="utf-8")
    table.write_text(rows.replace("494.6", f"494.6{number}"), encoding="utf-8")


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(
            seeds=Path(shutil.copytree(ROOT / "seeds", Path(folder) / "seeds")), warehouse=Path(folder) / "warehouse"
        )
        # What is measured ends with the release.
        os.environ |= {**paths.environment, "MINSHENG_BOOK": "off"}
        refresh(paths)  # installs what later rounds find: dbt's parse, compiled modules, Dagster's tables
        bare, whole = [], []
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds}", file=sys.stderr)
            change_a_figure(paths, number)
            bare.append(bare_build(paths))
            whole.append(refresh(paths))
        base = statistics.median(bare)
        print(f"medians of {rounds} rounds, {os.cpu_count()} cores\n")
        print("| what | ratio to a bare dbt build | seconds |\n|---|---|---|")
        print(f"| bare `dbt build` | 1.00 | {base:.1f} |")
        for key in ["whole", *sorted(key for key in whole[0] if key != "whole")]:
            seconds = statistics.median(round_[key] for round_ in whole)
            name = "**`refresh`, whole**" if key == "whole" else key
            print(f"| {name} | {seconds / base:.2f} | {seconds:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
