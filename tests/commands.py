"""How tests start a command as a user does."""

from __future__ import annotations

import os
import subprocess
import sys

from orchestration.paths import ROOT, Paths

#: `make` without its own preparations.
MAKE = ["make", "--silent", "-o", ".venv/run.stamp", "-o", ".venv/bi.stamp", "-o", "spark"]


def environment(paths: Paths, **more: str) -> dict[str, str]:
    return {**os.environ, "MINSHENG_SEEDS": str(paths.seeds), "MINSHENG_WAREHOUSE": str(paths.warehouse), **more}


def python(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, check=False, timeout=120, **{"stderr": subprocess.PIPE, **options}
    )
