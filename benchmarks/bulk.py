"""What the gates cost in bulk: whole refreshes of a county panel against the least that could be done.

    python -m benchmarks.bulk                               one round: 0.9, 2.5 and 5.0 million observations
    python -m benchmarks.bulk --rounds 3 --sizes 4,11,22    months of 228,000 observations each

Each round runs, in turn, an empty refresh (the repository's own seeds: what starting costs) and for each
size a refresh of the panel (proofs/generators/panel.py) on a fresh warehouse and its lower bound
(benchmarks/lower_bound.py), whole processes all, so that a busy machine slows all alike. The figure that
counts is the ratio of intake, transform and assemble to lower bound and empty stages together.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import duckdb
import yaml

from benchmarks import stages, watch
from benchmarks.bulk_report import A_MONTH, Measured, report
from orchestration import artifacts
from orchestration.artifacts import WORK_TABLES
from orchestration.paths import ROOT, Paths
from proofs.generators import panel

NEEDED_BYTES = 10 * 10**9
#: What a release and its lower bound must both hold: rows, and for values a sum.
FACTS = {
    "core.observation": ("count(*)", "sum(obs_value)", "source_id = $source"),
    "marts.series": ("count(*)", "sum(obs_value)", "source_id = $source"),
    "marts.dibao": ("count(*)", "sum(expenditure_yuan)", "freq = 'M'"),
    "marts.dibao_gap": ("count(*)", "sum(urban_rural_standard_ratio)", "freq = 'M'"),
}


def refresh(seeds: Path, folder: Path) -> Measured:
    """One `refresh` of `seeds` on a fresh warehouse under `folder`, which is removed again."""
    warehouse, kept = folder / "warehouse", folder / "dbt_results"
    kept.mkdir(parents=True)
    # What is measured ends with the release.
    os.environ |= {**Paths(seeds, warehouse).environment, "MINSHENG_BOOK": "off"}

    def keep_results() -> None:
        """The promotion clears the candidate away: a second name keeps what dbt says of its nodes."""
        for path in warehouse.glob("candidate/*/dbt/run_results.json"):
            name = kept / f"{path.stat().st_ino}.json"
            if not name.exists():
                os.link(path, name)

    command = [sys.executable, "-m", "orchestration", "refresh"]
    watched = watch.run(command, ROOT, dict(os.environ), folder / "log", keep_results)
    peak, peak_of_one = watched.peak()
    measured = Measured(watched.seconds, peak=peak, peak_of_one=peak_of_one)
    found = stages.of_newest_run()
    measured.stages = stages.seconds(found, watched.began, watched.seconds)
    measured.peaks = {stage.name: watched.peak(stage.begin, stage.end)[0] for stage in found}
    for path in kept.iterdir():
        for node in json.loads(path.read_text(encoding="utf-8"))["results"]:
            measured.nodes[node["unique_id"]] = measured.nodes.get(node["unique_id"], 0) + node["execution_time"]
    if not measured.nodes:
        raise RuntimeError(f"dbt's run_results.json never stood under {warehouse}/candidate/*/dbt")
    release = (warehouse / "current").resolve()
    measured.disk = disk(release)
    measured.facts = facts(release / "minsheng.duckdb")
    artifacts.remove(folder)
    return measured


def lower_bound(seeds: Path, folder: Path) -> Measured:
    """One process that writes the same tables and checks nothing, with dbt's threads and memory limit."""
    folder.mkdir(parents=True)
    threads, limit = dbt_resources()
    command = [sys.executable, "-m", "benchmarks.lower_bound", seeds, folder / "out", "--threads", threads]
    command += ["--memory-limit", limit] if limit else []
    watched = watch.run(command, ROOT, dict(os.environ), folder / "log")
    peak, peak_of_one = watched.peak()
    out = folder / "out"
    measured = Measured(watched.seconds, peak=peak, peak_of_one=peak_of_one, disk=disk(out))
    measured.facts = facts(out / "minsheng.duckdb")
    shutil.rmtree(folder)
    return measured


def dbt_resources() -> tuple[int, str | None]:
    """Threads of DuckDB and its memory limit, as the dbt profile sets them; two, and None, where it does not."""
    profile = yaml.safe_load((ROOT / "dbt_project" / "profiles.yml").read_text(encoding="utf-8"))
    settings = profile["minsheng"]["outputs"]["duckdb"].get("settings", {})
    limit = settings.get("memory_limit")
    if variable := re.fullmatch(r"\{\{ *env_var\('(\w+)', *'(\w+)'\) *\}\}", limit or ""):
        limit = os.environ.get(variable[1]) or variable[2]
    return int(settings.get("threads", 2)), limit


def disk(folder: Path) -> dict[str, int]:
    """Bytes of the files of a release by kind: each database, Parquet of published and of work tables, the rest."""
    sizes: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            kind = path.name if path.suffix == ".duckdb" else path.suffix.removeprefix(".")
            if path.parent == folder / WORK_TABLES:
                kind = f"{WORK_TABLES}/*.{kind}"
            sizes[kind] = sizes.get(kind, 0) + path.stat().st_size
    return sizes


def facts(database: Path) -> dict[str, list[str]]:
    """What `FACTS` says of each table in the panel's part of a published file, and its columns with types."""
    found = {}
    with duckdb.connect(str(database), read_only=True, config={"threads": 2}) as connection:
        for table, (rows, total, where) in FACTS.items():
            arguments = {"source": panel.SOURCE} if "$source" in where else {}
            row = connection.execute(f"select {rows}, {total} from {table} where {where}", arguments).fetchone()
            columns = connection.execute(f"describe {table}").fetchall()
            found[table] = [*map(str, row), ", ".join(f"{column[0]} {column[1]}" for column in columns)]
    return found


def differences(release: Measured, bound: Measured) -> list[str]:
    """What release and lower bound do not hold alike of rows, sums and columns: a line each."""
    return [
        f"{table}, {what}: the release has {a}, the lower bound {b}; adapt benchmarks/lower_bound.py"
        for table, expected in bound.facts.items()
        for what, a, b in zip(("rows", "sum", "columns"), release.facts[table], expected)
        if a != b
    ]


def check_disk(folder: Path) -> None:
    """Raises SystemExit where a run could fill the disk."""
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise SystemExit(
            f"{folder} has {free / 1e9:.1f} GB free; the benchmark needs {NEEDED_BYTES / 1e9:.0f}. "
            "Free some, or name another folder with TMPDIR."
        )


def measure(rounds: int, sizes: list[int], printed: bool) -> tuple[list[Measured], dict, dict]:
    """(empty refreshes, refreshes by size, lower bounds by size), one of each a round."""
    empty: list[Measured] = []
    full: dict[int, list[Measured]] = {months: [] for months in sizes}
    bounds: dict[int, list[Measured]] = {months: [] for months in sizes}
    with tempfile.TemporaryDirectory(prefix="minsheng-bulk-") as name:
        folder = Path(name)
        check_disk(folder)
        for months in sizes:
            _say(f"writing {months} months, {months * A_MONTH / 1e6:.1f} million observations")
            panel.write(folder / f"seeds_{months}", months, printed=printed)
        for number in range(1, rounds + 1):
            _say(f"round {number} of {rounds}: empty refresh")
            empty.append(refresh(ROOT / "seeds", folder / "run"))
            for months in sizes:
                check_disk(folder)
                _say(f"round {number} of {rounds}: refresh of {months} months")
                full[months].append(refresh(folder / f"seeds_{months}", folder / "run"))
                _say(f"  {full[months][-1].whole:.0f} s; now its lower bound")
                bounds[months].append(lower_bound(folder / f"seeds_{months}", folder / "run"))
                for line in differences(full[months][-1], bounds[months][-1]):
                    _say(line)
    return empty, full, bounds


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bulk", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1, help="rounds; the table shows medians (1)")
    parser.add_argument("--sizes", default="4,11,22", help="months of each panel (4,11,22)")
    parser.add_argument("--printed", action="store_true", help="refresh the repository's own sources with the panel")
    parser.add_argument("--json", type=Path, help="file for every single figure")
    options = parser.parse_args(arguments)
    try:
        sizes = sorted({int(size) for size in options.sizes.split(",")})
    except ValueError:
        parser.error(f"--sizes takes whole numbers such as 4,11,22; read {options.sizes}")
    if options.rounds < 1 or sizes[0] < 1:
        parser.error("at least one round, and at least one month")
    try:
        empty, full, bounds = measure(options.rounds, sizes, options.printed)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        data = {"empty": empty, "refresh": full, "lower_bound": bounds}
        options.json.write_text(json.dumps(data, default=asdict, indent=1), encoding="utf-8")
    print(report(empty, full, bounds))
    return int(any(differences(*pair) for months in sizes for pair in zip(full[months], bounds[months])))


if __name__ == "__main__":
    sys.exit(main())
