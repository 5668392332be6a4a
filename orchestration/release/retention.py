"""Which releases are kept, and how the others leave without a trace of half a folder."""

from __future__ import annotations

import os

from orchestration import artifacts, settings
from orchestration.paths import Paths
from orchestration.release import ledger
from orchestration.release.manifest import Manifest

#: Releases that are kept if MINSHENG_KEPT_RELEASES does not say otherwise.
KEPT = int(settings.KEPT_RELEASES.default)
#: Folder of the warehouse that a release is renamed into before it is deleted: what stands in `releases` is whole.
LEAVING = ".leaving"


def kept_releases() -> int:
    """How many releases are kept. Raises ValueError for what is not a number from 1."""
    return int(settings.KEPT_RELEASES.read())


def superfluous(paths: Paths) -> list[str]:
    """The releases that may go, oldest first; call it with the lock held.

    Kept are the last ones to be current, the current one, the one that it was built on, and the one that
    readers had before: whichever way a person wants to go back, the way is there.
    """
    current = ledger.current_release(paths)
    if current is None or not paths.releases.is_dir():
        return []
    lines = ledger.promotions(paths)
    last_current = {line.release_id: line.sequence for line in lines}
    held = {current, _base(paths, current), *(line.from_release_id for line in lines[-1:])}
    found = [path.name for path in paths.releases.iterdir() if ledger.RELEASE_ID.fullmatch(path.name)]
    ranked = sorted(found, key=lambda release: (last_current.get(release, 0), release))
    return [release for release in ranked[: -kept_releases()] if release not in held]


def sweep(paths: Paths) -> list[str]:
    """Delete what is superfluous; call it with the lock held. A connection that is held keeps what it opened.

    Returns the ids of the releases that left. Raises OSError if the folder cannot be written.
    """
    left = superfluous(paths)
    leaving = paths.warehouse / LEAVING
    for release in left:
        leaving.mkdir(exist_ok=True)
        artifacts.open_up(paths.releases / release)
        os.replace(paths.releases / release, leaving / release)
    if leaving.exists():
        artifacts.remove(leaving)
    return left


def _base(paths: Paths, release: str) -> str | None:
    try:
        return Manifest.read(paths.releases / release).base_release_id
    except (OSError, ValueError, TypeError, KeyError):
        return None
