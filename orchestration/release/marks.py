"""Which runs are alive: a lock on a file of its own, `warehouse/running/<run>`, from a run's begin to its end.

The kernel lets go of the lock when the process is gone, however it went: a mark that can be locked is that of
a run that died.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from orchestration.locks import flock
from orchestration.paths import Paths

#: Marks that this process holds.
_held: dict[str, IO[bytes]] = {}
#: File that marks a candidate as left by a run that died.
DIED = "died"


def folder(paths: Paths) -> Path:
    return paths.warehouse / "running"


def mark(paths: Paths, run_id: str, root_run_id: str | None = None) -> None:
    """Mark the run as alive until this process ends, or `unmark` is called: what it has to tell Dagster after
    its last step is part of it. `root_run_id`: the run whose candidate it works in. A run that is marked stays so.

    Raises OSError if the warehouse cannot be written.
    """
    if run_id in _held:
        return
    folder(paths).mkdir(parents=True, exist_ok=True)
    temporary = folder(paths) / f".{run_id}"
    handle = temporary.open("wb", buffering=0)
    flock(handle.fileno(), temporary)
    handle.write((root_run_id or run_id).encode())
    # Nobody sees the file before it is locked.
    os.replace(temporary, folder(paths) / run_id)
    _held[run_id] = handle


def unmark(paths: Paths, run_id: str) -> None:
    """The run came to its end, and Dagster knows."""
    with suppress(OSError):
        (folder(paths) / run_id).unlink()
    if run_id in _held:
        _held.pop(run_id).close()


def let_go(run_id: str) -> None:
    """This process gave the run up, and Dagster may not know: its mark is that of a run that died."""
    if run_id in _held:
        _held.pop(run_id).close()


def dead(paths: Paths) -> list[str]:
    """Runs whose process is gone, by id, whether they came to their end or not; a temporary mark that one left is cleared away."""
    found = []
    for path in _marks(paths):
        with _lets_go(path) as gone:
            if gone and path.name.startswith("."):
                path.unlink()
            elif gone:
                found.append(path.name)
    return found


def living_candidates(paths: Paths) -> set[str]:
    """Names of the candidates that a run which is alive works in."""
    found = set()
    for path in _marks(paths):
        with _lets_go(path) as gone, suppress(FileNotFoundError):
            if not gone:
                found.add(path.read_text(encoding="utf-8"))
    return found


def _marks(paths: Paths) -> list[Path]:
    return sorted(folder(paths).iterdir()) if folder(paths).is_dir() else []


@contextmanager
def _lets_go(path: Path) -> Iterator[bool]:
    """Whether `path` is the mark of a run whose process is gone; held while the caller looks."""
    try:
        with path.open("rb") as handle:
            # The run may have ended, and its mark gone, since it was opened.
            yield (
                flock(handle.fileno(), path, wait=False)
                and path.exists()
                and os.fstat(handle.fileno()).st_ino == path.stat().st_ino
            )
    except FileNotFoundError:
        yield False
