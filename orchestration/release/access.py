"""Who may read and who may write what is published: read-only when it is sealed, and open to whom the owner's umask lets in."""

from __future__ import annotations

import stat
from pathlib import Path

from orchestration.artifacts import DATABASE
from orchestration.paths import Paths

WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def read_only(path: Path) -> None:
    """Take the right to write `path` from everybody; who may read it stays as the owner's umask made it."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & WRITE:
        path.chmod(mode & ~WRITE)


def close(folder: Path) -> None:
    """Take the right to write from everybody, of the folder and of all that lies below it."""
    for path in [folder, *folder.rglob("*")]:
        read_only(path)


def keeps_out(paths: Paths, release_id: str) -> str | None:
    """A sentence if nobody but the owner can read the release's file, as under umask 077; None if others can.

    Nothing is changed: who may read is the owner's to say.
    """
    release = paths.releases / release_id
    way = [(folder, stat.S_IXGRP, stat.S_IXOTH) for folder in (paths.warehouse, paths.releases, release)]
    way.append((release / DATABASE, stat.S_IRGRP, stat.S_IROTH))
    modes = [(path, stat.S_IMODE(path.stat().st_mode), group, others) for path, group, others in way]
    if all(mode & group for _, mode, group, _ in modes) or all(mode & others for _, mode, _, others in modes):
        return None
    path, mode = next((path, mode) for path, mode, group, others in modes if not mode & others)
    return (
        f"Nobody but its owner can read the release: {path} has mode {mode:04o}, from the umask it was made under. For"
        f" BI tools of another user: chmod go+x {paths.warehouse} {paths.releases} && chmod -R go+rX {release},"
        " and `umask 022` before the next refresh."
    )
