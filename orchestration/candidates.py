"""The folders that runs build in: begun empty, and cleared away when they are old."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration import ledger, marks
from orchestration.paths import Paths

#: Candidates of failed runs that are kept for inspection.
KEPT = 5


def begin(paths: Paths, candidate: Path) -> None:
    """Make `candidate` an empty folder; leave the newest few that others failed with for inspection.

    What a run that died left is half of something and goes; what a run that is alive works in stays.
    """
    remove(candidate)
    candidate.mkdir(parents=True)
    others = [path for path in candidate.parent.iterdir() if path != candidate and not path.is_symlink()]
    for died in [path for path in others if (path / marks.DIED).exists()]:
        remove(died)
        others.remove(died)
    alive = marks.living_candidates(paths)
    others = [path for path in others if path.name not in alive]
    for old in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        remove(old)


def note_base(paths: Paths, candidate: Path) -> None:
    """Write down which release the candidate is begun on: it may be published on no other."""
    (candidate / "base").write_text((ledger.current_release(paths) or "") + "\n", encoding="utf-8")


def base(candidate: Path) -> str | None:
    """The release that the candidate was begun on; None if there was none. Raises FileNotFoundError."""
    return (candidate / "base").read_text(encoding="utf-8").strip() or None


def remove(folder: Path) -> None:
    """Delete a folder of ours, read-only files included."""
    if folder.exists():
        shutil.rmtree(folder)
