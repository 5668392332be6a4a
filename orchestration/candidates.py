"""The folders that runs build in: begun empty, and cleared away when they are old."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.paths import Paths

#: Candidates of failed runs that are kept for inspection.
KEPT = 5


def begin(paths: Paths, candidate: Path) -> None:
    """Make `candidate` an empty folder; leave the newest few of other runs for inspection."""
    remove(candidate)
    candidate.mkdir(parents=True)
    others = [path for path in (paths.warehouse / "candidate").iterdir() if path != candidate]
    for old in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        remove(old)


def remove(folder: Path) -> None:
    """Delete a folder of ours, read-only files included."""
    if folder.exists():
        shutil.rmtree(folder)
