"""Stage 2 by Spark: the same models over the same raw Parquet, brought home as DuckDB's tables.

candidate/spark/dbt            dbt's target folder of Spark's build
               /tables/<name>  what it built, as Parquet: a folder a table
               /spill          what did not fit into this machine's memory

Spark works within dbt's own process, or in a cluster behind a Thrift server, which sees this folder under the same path.
There each attempt has a name of its own, before its schemas and in the path of its tables: what a server still writes
for one that was cut off meets nothing of the next. What the release says of itself is DuckDB's: its SQL is compiled
beside, and readers run that.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from orchestration import artifacts, settings, transform
from orchestration.paths import ROOT, Paths
from orchestration.spark import home, java
from orchestration.transform import BUILD, PROJECT_FOLDER, RESULTS, Outcome, TransformError

ENVIRONMENT = ROOT / ".venv-spark"
SESSION = ROOT / "orchestration" / "spark" / "session.py"
#: Where a trace of Java, or of Python around it, begins.
TRACE = re.compile(r"^\s*(?:at [\w.$/]+\(|JVM stacktrace:|Driver stacktrace:)", re.MULTILINE)
#: How long a Thrift server may take to take a call, in seconds.
PATIENCE = 10


def missing() -> str | None:
    """What this machine lacks for Spark, and the command that brings it; None if nothing."""
    if not (ENVIRONMENT / "stamp").exists():
        return "the environment of Spark is not installed: make spark"
    if thrift := settings.SPARK_THRIFT.read():
        return None if answers(thrift) else _silent(thrift)
    if java.found(ENVIRONMENT) is None:
        return "no Java 17 or 21 is found: make spark"
    return None


def demand() -> None:
    """Raises TransformError, with the way out, if this machine cannot build by Spark."""
    if lacks := missing():
        raise TransformError(f"{settings.ENGINE.name} is spark, but {lacks}")


def answers(thrift: str) -> bool:
    """Whether a server takes calls at `thrift`, its host and port."""
    host, _, port = thrift.rpartition(":")
    try:
        socket.create_connection((host, int(port)), PATIENCE).close()
    except (OSError, OverflowError):
        return False
    return True


def _silent(thrift: str) -> str:
    return f"no Thrift server answers at {settings.SPARK_THRIFT.name}={thrift}"


def build(paths: Paths, candidate: Path, lock: int) -> Outcome:
    """As `transform.build`, by Spark: the tables of `candidate/release` are DuckDB's, their rows Spark's.

    Raises TransformError if Spark is not installed, its server does not answer, or dbt did not come to an end.
    """
    demand()
    transform.begin(candidate)
    tables = candidate / "spark" / "tables" / f"minsheng_{secrets.token_hex(4)}"
    outcome = run(candidate, tables, lock)
    told = transform.run(paths, candidate, ["--quiet", "compile", "--exclude", "test_type:unit"], lock)
    failed = home.bring(
        candidate, tables, told.manifest, {uid for uid, status in outcome.status.items() if status == "success"}
    )
    _tell(candidate, outcome, failed)
    (candidate / "dbt" / transform.TOOLS).write_text(json.dumps(_versions(tables)), encoding="utf-8")
    return transform.of_fingerprints(Outcome.read(candidate / "dbt"), candidate)


def run(candidate: Path, tables: Path, lock: int, build: Sequence[str] = BUILD) -> Outcome:
    """The whole project, built and tested by Spark, its tables in `tables`; `build`: the command of dbt.

    Raises TransformError if dbt did not come to an end, or the server was lost.
    """
    folder = candidate / "spark"
    artifacts.remove(folder)
    target = folder / "dbt"
    target.mkdir(parents=True)
    words = command(candidate, [*build, *transform.places(target), "--no-use-colors"])
    transform.carry_through(words, candidate, variables(tables), target, lock)
    outcome = Outcome.read(target)
    outcome = replace(outcome, messages={uid: in_brief(text) for uid, text in outcome.messages.items()})
    thrift = settings.SPARK_THRIFT.read()
    if thrift and "error" in outcome.status.values() and not answers(thrift):
        raise TransformError(f"{_silent(thrift)} any more: it was lost while it built")
    return outcome


def in_brief(message: str) -> str:
    """What dbt says of a node without Java's trace, of hundreds of lines: what happened stands before it."""
    return TRACE.split(message, maxsplit=1)[0].strip()


def command(candidate: Path, words: Sequence[str | Path]) -> list[str | Path]:
    """A command of dbt on Spark over the raw Parquet of `candidate`, its working directory."""
    target = "cluster" if settings.SPARK_THRIFT.read() else "spark"
    folders = ["--project-dir", PROJECT_FOLDER, "--profiles-dir", PROJECT_FOLDER, "--target", target]
    return [ENVIRONMENT / "bin" / "python", SESSION, candidate, *words, *folders]


def variables(tables: Path) -> dict[str, str]:
    """What dbt and Spark read: nothing listens to the outside, and what is spilled lies beside the `tables`."""
    kept = {name: text for name, text in transform.environment().items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    home_of_java = java.found(ENVIRONMENT)
    return {
        **kept,
        **({"JAVA_HOME": str(home_of_java)} if home_of_java else {}),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(tables.parent.with_name("spill")),
        "MINSHENG_SPARK_MEMORY": settings.SPARK_MEMORY.read(),
        "MINSHENG_SPARK_PAGES": str(free_port()),
        "MINSHENG_SPARK_TABLES": str(tables),
        "MINSHENG_SPARK_THRIFT": settings.SPARK_THRIFT.read(),
    }


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return asking.getsockname()[1]


def _versions(tables: Path) -> dict[str, str]:
    """What a release by Spark names beside the tools of every release: Spark as it calls itself, and dbt's part of it."""
    (packages,) = ENVIRONMENT.glob("lib/python*/site-packages")
    (adapter,) = (found.version for found in distributions(name="dbt-spark", path=[str(packages)]))
    return {"dbt-spark": adapter, "spark": home.version(tables)}


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
