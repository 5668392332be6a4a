"""Stage 2 by Spark: the same models over the same raw Parquet, on this machine, brought home as DuckDB's tables.

candidate/spark/dbt     dbt's target folder of Spark's build
               /tables  what it built, as Parquet: a folder a schema, a folder a table
               /spill   what did not fit into memory

What the release says of itself is DuckDB's: its SQL is compiled beside, and readers run that.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from orchestration import artifacts, settings, transform
from orchestration.paths import ROOT, Paths
from orchestration.spark import home, java
from orchestration.transform import BUILD, PROJECT_FOLDER, RESULTS, Outcome, TransformError

ENVIRONMENT = ROOT / ".venv-spark"
SESSION = ROOT / "orchestration" / "spark" / "session.py"
#: What a release by Spark names beside the tools of every release.
TOOLS = ("dbt-spark", "pyspark")


def missing() -> str | None:
    """What this machine lacks for Spark, and the command that brings it; None if nothing."""
    if not (ENVIRONMENT / "stamp").exists():
        return "the environment of Spark is not installed: make spark"
    if java.found(ENVIRONMENT) is None:
        return "no Java 17 or 21 is found: make spark"
    return None


def build(paths: Paths, candidate: Path, lock: int) -> Outcome:
    """As `transform.build`, by Spark: the tables of `candidate/release` are DuckDB's, their rows Spark's.

    Raises TransformError if Spark is not installed, or dbt did not come to an end.
    """
    if lacks := missing():
        raise TransformError(f"{settings.ENGINE.name} is spark, but {lacks}")
    transform.begin(candidate)
    outcome = run(candidate, lock)
    told = transform.run(paths, candidate, ["--quiet", "compile", "--exclude", "test_type:unit"], lock)
    failed = home.bring(
        candidate, told.manifest, {uid for uid, status in outcome.status.items() if status == "success"}
    )
    _tell(candidate, outcome, failed)
    (candidate / "dbt" / transform.TOOLS).write_text(json.dumps(_versions()), encoding="utf-8")
    return transform.of_fingerprints(Outcome.read(candidate / "dbt"), candidate)


def run(candidate: Path, lock: int) -> Outcome:
    """The whole project, built and tested by Spark in `candidate/spark`. Raises TransformError if dbt did not end."""
    folder = candidate / "spark"
    artifacts.remove(folder)
    target = folder / "dbt"
    target.mkdir(parents=True)
    words = command(candidate, [*BUILD, *transform.places(target), "--no-use-colors"])
    transform.carry_through(words, candidate, variables(candidate), target, lock)
    return Outcome.read(target)


def command(candidate: Path, words: Sequence[str | Path]) -> list[str | Path]:
    """A command of dbt within a session of Spark over the raw Parquet of `candidate`, its working directory."""
    folders = ["--project-dir", PROJECT_FOLDER, "--profiles-dir", PROJECT_FOLDER, "--target", "spark"]
    return [ENVIRONMENT / "bin" / "python", SESSION, candidate, *words, *folders]


def variables(candidate: Path) -> dict[str, str]:
    """What dbt and Spark read: nothing listens to the outside, and what is spilled lies with the candidate."""
    kept = {name: text for name, text in transform.environment().items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    spill = candidate / "spark" / "spill"
    return {
        **kept,
        "JAVA_HOME": str(java.found(ENVIRONMENT)),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(spill),
        "MINSHENG_SPARK_MEMORY": settings.SPARK_MEMORY.read(),
    }


def _versions() -> dict[str, str]:
    (packages,) = ENVIRONMENT.glob("lib/python*/site-packages")
    found = {found.name: found.version for found in distributions(path=[str(packages)])}
    return {name: found[name] for name in TOOLS}


def _tell(candidate: Path, outcome: Outcome, failed: Mapping[str, str]) -> None:
    """dbt's results as if the compiled nodes had been built here: how each went on Spark, with DuckDB's SQL."""
    file = candidate / "dbt" / RESULTS
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    for result in told["results"]:
        uid = result["unique_id"]
        result["status"] = "error" if uid in failed else outcome.status.get(uid, "skipped")
        result["message"] = failed.get(uid) or outcome.messages.get(uid)
        result["failures"] = outcome.failures.get(uid)
    told["results"] = [result for result in told["results"] if result["unique_id"] in outcome.status]
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(told), encoding="utf-8")
    os.replace(temporary, file)
