"""The folders that runs build in: begun empty, and cleared away when they are old.

`candidate/building` points to the one that dbt works in. Its path never changes, so that dbt
need not parse the project anew for every run; the lock of the warehouse keeps it to one run.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from orchestration.paths import Paths

#: Candidates of failed runs that are kept for inspection.
KEPT = 5


def begin(paths: Paths, candidate: Path) -> None:
    """Make `candidate` an empty folder; leave the newest few of other runs for inspection."""
    remove(candidate)
    candidate.mkdir(parents=True)
    others = [path for path in candidate.parent.iterdir() if path != candidate and not path.is_symlink()]
    for old in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        remove(old)


def building(candidate: Path) -> Path:
    """The constant path under which `candidate` is built; call it with the lock held."""
    link, temporary = candidate.parent / "building", candidate.parent / ".building"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(candidate.name)
    os.replace(temporary, link)
    return link


def remove(folder: Path) -> None:
    """Delete a folder of ours, read-only files included."""
    if folder.exists():
        shutil.rmtree(folder)
