"""dbt on Spark, in the environment of Spark: `.venv-spark/bin/python session.py raw-folder words...`.

One process, so one session: it names the raw Parquet as tables, does the command, and has a cluster forget the names;
what lies in files stays. Exit code as dbt's own: 0, 1 if a node failed, 2 if the command could not be done. Imports
nothing of the project, which that environment does not have.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from dbt.cli.main import dbtRunner

#: Options that say where things lie, which both commands take.
PLACES = {"--project-dir", "--profiles-dir", "--target", "--target-path", "--log-path"}
#: Commands that read what intake left.
READS = {"build", "run", "test"}
#: The target whose names outlive this process.
CLUSTER = "cluster"


def main(folder: str, words: Sequence[str]) -> int:
    """`folder`: that of raw/, which the tables of dbt's sources are to read. `words`: a command of dbt."""
    places = [part for name, place in zip(words, words[1:]) if name in PLACES for part in (name, place)]
    # What the command itself says of its nodes is not written over.
    operation = ["--quiet", "--no-write-json", "run-operation", *places]
    if not READS & set(words):
        return _done(words)
    try:
        if _done([*operation, "name_sources", "--args", json.dumps({"folder": folder})]):
            return 2
        return _done(words)
    finally:
        if CLUSTER in words:
            _done([*operation, "forget_names"])


def _done(command: Sequence[str]) -> int:
    done = dbtRunner().invoke([*command])
    if done.exception is not None:
        print(done.exception, flush=True)
        return 2
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
