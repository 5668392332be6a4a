"""What the stages hand to each other: names of files, hashes, checks with their verdicts. Everybody may import it; it imports nobody."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

#: The file that is published, the work file beside it, and the folder of its widest tables.
DATABASE, WORK, WORK_TABLES = "minsheng.duckdb", "work.duckdb", "work"
PASSED = "passed"


@dataclass(frozen=True)
class Check:
    """A declared check with its verdict: `passed`, `failed`, or `not_run`, which counts as failed.

    `verdict` is None where a later stage gives it (stage 4, in `audit.json`).
    """

    stage: int
    table: str
    check: str
    verdict: str | None = None
    observed: str = ""

    @property
    def key(self) -> tuple[int, str, str]:
        return (self.stage, self.table, self.check)


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes, read in blocks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def open_up(folder: Path) -> None:
    """Give the owner back what it takes to change or delete what lies below `folder`: the folders, not the files."""
    for name, _, _ in os.walk(folder):
        os.chmod(name, stat.S_IMODE(os.stat(name).st_mode) | stat.S_IRWXU)


def remove(folder: Path) -> None:
    """Delete a folder of ours, read-only files and folders included."""
    if folder.exists():
        open_up(folder)
        shutil.rmtree(folder)
