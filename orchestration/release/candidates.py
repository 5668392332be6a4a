"""The folders that runs build in: begun empty, and cleared away when they are old."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from orchestration import artifacts
from orchestration.paths import Paths
from orchestration.release import ledger, marks
from orchestration.release.manifest import Manifest

#: Candidates of failed runs that are kept for inspection.
KEPT = 5
#: File of a candidate that was audited and not promoted; says what it is for.
WAITS = "waits"
APPROVAL, INSPECTION = "approval", "inspection"


class NoCandidate(Exception):
    """There is no such candidate; the message says which there are."""


@dataclass(frozen=True)
class Waiting:
    """An audited candidate that was not promoted. `waits_for`: a second person's `approval`, or `inspection` (a dry
    run). `is_obsolete`: another release became current since, so it cannot be promoted any more."""

    candidate: Path
    waits_for: str
    manifest: Manifest
    is_obsolete: bool


def begin(paths: Paths, candidate: Path) -> None:
    """Make `candidate` an empty folder; leave the newest few that others failed with for inspection.

    What a run that died left is half of something and goes; what a run that is alive works in stays, and so does
    what waits for approval, until another release is current.
    """
    artifacts.remove(candidate)
    candidate.mkdir(parents=True)
    others = [path for path in candidate.parent.iterdir() if path != candidate and not path.is_symlink()]
    for died in [path for path in others if (path / marks.DIED).exists()]:
        artifacts.remove(died)
        others.remove(died)
    held = marks.living_candidates(paths)
    held |= {w.candidate.name for w in waiting(paths) if w.waits_for == APPROVAL and not w.is_obsolete}
    others = [path for path in others if path.name not in held]
    for old in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        artifacts.remove(old)


def note_base(paths: Paths, candidate: Path) -> None:
    """Write down which release the candidate is begun on: it may be published on no other."""
    (candidate / "base").write_text((ledger.current_release(paths) or "") + "\n", encoding="utf-8")


def base(candidate: Path) -> str | None:
    """The release that the candidate was begun on; None if there was none. Raises FileNotFoundError."""
    return (candidate / "base").read_text(encoding="utf-8").strip() or None


def note_launcher(candidate: Path, launched_by: str) -> None:
    """Write down who began the run: somebody else may have to approve what comes of it."""
    (candidate / "launched_by").write_text(launched_by + "\n", encoding="utf-8")


def launcher(candidate: Path) -> str:
    """Who began the run; empty if nobody said."""
    file = candidate / "launched_by"
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def hold(candidate: Path, waits_for: str) -> None:
    """Mark an audited candidate as one that waits, for `APPROVAL` or for `INSPECTION`."""
    (candidate / WAITS).write_text(waits_for + "\n", encoding="utf-8")


def waiting(paths: Paths) -> list[Waiting]:
    """The candidates that wait, newest first; what is being removed meanwhile is left out."""
    found, current = [], ledger.current_release(paths)
    for mark in paths.candidate("").glob(f"*/{WAITS}"):
        with suppress(OSError, ValueError, TypeError, KeyError):
            manifest = Manifest.read(mark.parent / "release")
            waits_for = mark.read_text(encoding="utf-8").strip()
            is_obsolete = manifest.follows != current
            found.append((mark.stat().st_mtime, Waiting(mark.parent, waits_for, manifest, is_obsolete)))
    return [waits for _, waits in sorted(found, key=lambda pair: -pair[0]) if not waits.candidate.is_symlink()]


def find(paths: Paths, run_id: str) -> Path:
    """The candidate of a run, named by its id or the beginning of it. Raises NoCandidate, OSError."""
    folder = paths.candidate("")
    # A folder that is closed to this user is no empty one.
    inside = folder.iterdir() if folder.exists() else ()
    names = sorted(p.name for p in inside if p.is_dir() and not p.is_symlink())
    found = [name for name in names if name == run_id] or [n for n in names if run_id and n.startswith(run_id)]
    if len(found) != 1:
        what = "more than one candidate begins with" if found else "there is no candidate"
        waits = ", ".join(w.candidate.name for w in waiting(paths)) or "none"
        raise NoCandidate(f"{what} {run_id!r}; those that wait: {waits}")
    return paths.candidate(found[0])
