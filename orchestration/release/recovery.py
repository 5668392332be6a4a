"""What accidents leave in the warehouse, put right before a run begins: nobody has to clean up by hand.

A crash at any instant leaves nothing worse than what is listed here, since everything that readers see
comes by one rename. The rest are accidents of another kind: a symlink deleted, a file opened for writing. The current
release is verified in full: what is damaged in it is named, and the run that begins is to replace it. Until then
readers keep it, if its file can be opened at all: what a run publishes passes the door first.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from orchestration import artifacts
from orchestration.artifacts import DATABASE, WORK
from orchestration.paths import Paths
from orchestration.release import access, ledger, promote, retention, verification


def recover(paths: Paths) -> list[str]:
    """Put right what can be; call it with the lock held. Returns a sentence for each thing done.

    Raises LedgerError where only a person can know what was meant.
    """
    return list(_steps(paths))


def _steps(paths: Paths) -> Iterator[str]:
    yield from _without_stray_logs(paths)
    yield from _with_a_current_release(paths)
    if (line := ledger.restore_lost_line(paths)) is not None:
        yield f"the ledger lacked the line of {line.release_id}, which is current: restored as a {line.action}"
    yield from _without_leftovers(paths)
    for release in retention.sweep(paths):
        yield f"{release} was removed: {retention.kept_releases()} releases are kept"


def _without_stray_logs(paths: Paths) -> Iterator[str]:
    """A write-ahead log beside a published file is replayed into whatever opens it."""
    for name in (DATABASE, WORK):
        for stale in sorted(paths.releases.glob(f"*/{name}.wal")):
            artifacts.open_up(stale.parent)
            stale.unlink()
            access.close(stale.parent)
            yield (
                f"{stale.parent.name}/{stale.name} was removed: somebody opened a published file for writing; open it read_only"
            )


def _with_a_current_release(paths: Paths) -> Iterator[str]:
    """If readers find nothing whole behind `current`, they get the last release that was current and is whole."""
    current, lines = ledger.current_release(paths), ledger.promotions(paths)
    if current is None and not lines:
        return
    if current is not None and _opens(paths, current):
        if said := verification.base(paths).sentence():
            yield said
        return
    what = "current is missing" if current is None else f"{current}, the current release, cannot be read"
    for release in dict.fromkeys(line.release_id for line in reversed(lines)):
        if not verification.of_release(paths, release):
            if release == lines[-1].release_id:
                promote.point(paths, release)
                yield f"{what}: it leads to {release} again, as the ledger says"
            else:
                note = promote.publish(paths, release, "rollback", damage="it could not be read" if current else what)
                yield f"{what}: {release}, the last one that is whole, is current instead. {note}".strip()
            return
    yield f"{what}, and no release that was ever current is whole: this run begins from nothing"
    paths.current.unlink(missing_ok=True)


def _opens(paths: Paths, release: str) -> bool:
    """Whether the release's file can be opened and says that it is this release."""
    try:
        with duckdb.connect(str(paths.releases / release / DATABASE), read_only=True) as connection:
            return connection.execute("select release_id from release.info").fetchall() == [(release,)]
    except duckdb.Error:
        return False


def _without_leftovers(paths: Paths) -> Iterator[str]:
    """What a run that was killed while it promoted had begun, and what a run that was killed while it built left."""
    (paths.warehouse / ".current").unlink(missing_ok=True)
    highest = ledger.highest_sequence(paths)
    for folder in sorted(paths.releases.iterdir()) if paths.releases.is_dir() else []:
        # By number: whatever the ledger may have lost, a release of a lower number can be one that was current.
        if ledger.RELEASE_ID.fullmatch(folder.name) and int(folder.name[1:7]) > highest:
            artifacts.remove(folder)
            yield f"{folder.name} was removed: it was never current; the run that moved it there died"
