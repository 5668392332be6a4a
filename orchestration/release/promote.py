"""Stage 5: the only door to `warehouse/current`. It trusts nobody.

However it is called (job, asset, command line, rollback), every file is verified against the
manifest, every declared check must have passed, the release must follow the current one, and where the warehouse
names approvers, a second person must have approved this very manifest and audit. The current release is verified as
well: one that is damaged is replaced, also by the same content. What passes is sealed: every file and folder made
read-only and durable before the rename, its manifest, audit and approval named in the ledger.
A refusal changes no published byte.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import artifacts, intake, transform
from orchestration.artifacts import Check
from orchestration.paths import Paths
from orchestration.release import access, approval, assemble, ledger, retention, verification
from orchestration.release.manifest import Approval, Manifest
from orchestration.release.verification import verify


class PromotionRefused(Exception):
    """The release may not be published; the message says why, all reasons at once."""

    def __init__(self, folder: Path, reasons: list[str]):
        self.reasons = reasons
        super().__init__(
            "\n".join([f"promotion of {folder} refused; nothing published was changed:", *(f"  {r}" for r in reasons)])
        )


class ApprovalMissing(PromotionRefused):
    """Nothing but a second person's approval is missing: the candidate waits for it."""


@dataclass(frozen=True)
class Promoted:
    """`changed` is False where the content equals the current release's: nothing was promoted.

    `note`: what went wrong after readers had the release; the next run puts it right. `damage`: what was damaged in
    the release that this one replaces.
    """

    release_id: str
    previous_release_id: str | None
    changed: bool
    note: str = ""
    damage: str | None = None

    def sentence(self) -> str:
        """What became of it, for people."""
        same = "" if self.changed else " already, with the same content; nothing was promoted"
        if self.damage:
            same = f"; it replaces {self.previous_release_id}, which was damaged: {self.damage}"
        return f"{self.release_id} is current{same}" + (f"; {self.note}" if self.note else "")


def promote(paths: Paths, candidate: Path) -> Promoted:
    """Publish `candidate/release`. Raises PromotionRefused, or ApprovalMissing where only that is in the way."""
    folder = candidate / "release"
    with paths.lock(), _refusing(folder):
        ledger.restore_lost_line(paths)
        manifest = _publishable(paths, folder)
        current = ledger.current_release(paths)
        faults = verification.of_release(paths, current) if current else []
        if current is not None and not faults and _content(paths, current) == manifest.content_hash:
            artifacts.remove(candidate)
            return Promoted(current, current, changed=False)
        if manifest.replaces and not faults:
            raise PromotionRefused(
                folder, [f"it was built to replace {current} as damaged, which is whole: run `refresh` again"]
            )
        if missing := approval.missing(paths, folder, manifest):
            raise ApprovalMissing(folder, missing)
        target = paths.releases / manifest.release_id
        _clear_unpromoted(paths, target)
        paths.releases.mkdir(parents=True, exist_ok=True)
        _seal(folder)
        os.replace(folder, target)
        access.read_only(target)  # not before: a folder that is moved must be writable
        for moved in (target, paths.releases, paths.warehouse):
            _sync(moved)
        damage = verification.named(faults) or None
        note = publish(paths, manifest.release_id, "promote", Approval.read(target), damage)
        shutil.rmtree(candidate, ignore_errors=True)
        return Promoted(manifest.release_id, current, changed=True, note=note, damage=damage)


def approve(paths: Paths, candidate: Path, approved_by: str, note: str = "") -> Approval:
    """Approve `candidate/release`, if nothing else speaks against publishing it.

    Raises PromotionRefused, approval.ApprovalRefused.
    """
    folder = candidate / "release"
    with paths.lock(), _refusing(folder):
        ledger.restore_lost_line(paths)
        _publishable(paths, folder)
        return approval.write(paths, folder, approved_by, note)


def _publishable(paths: Paths, folder: Path) -> Manifest:
    """The manifest of a release that is whole, passed every check and follows the current one.

    Raises PromotionRefused.
    """
    if not folder.is_dir():
        raise PromotionRefused(folder, ["this run has no assembled candidate; run the job `refresh`"])
    manifest, reasons = verify(folder, declared_checks(paths, folder))
    if manifest is None or reasons:
        raise PromotionRefused(folder, reasons)
    current, following = ledger.current_release(paths), ledger.highest_sequence(paths) + 1
    if manifest.follows != current:
        reasons.append(
            f"it was built on {manifest.follows or 'nothing'}, but {current or 'nothing'} is current now: run `refresh` again"
        )
    elif manifest.sequence != following:
        reasons.append(f"its sequence is {manifest.sequence}; the next one is {following}")
    if reasons:
        raise PromotionRefused(folder, reasons)
    return manifest


def rollback(paths: Paths, release_id: str | None = None, approved_by: str | None = None) -> Promoted:
    """Make an earlier release current again: the one before, or `release_id`. Raises PromotionRefused.

    It is measured by the checks frozen in its own manifest, not by today's code.
    """
    with paths.lock(), _refusing(paths.releases):
        ledger.restore_lost_line(paths)
        current = ledger.current_release(paths)
        wanted = release_id or _one_before(paths, current)
        if wanted is None:
            raise PromotionRefused(paths.releases, ["there is no earlier release to go back to"])
        folder = paths.releases / wanted
        if not folder.is_dir():
            kept = (
                ", ".join(sorted(path.name for path in paths.releases.iterdir())) if paths.releases.is_dir() else "none"
            )
            raise PromotionRefused(folder, [f"no such release is kept; there are: {kept}"])
        if wanted not in {promotion.release_id for promotion in ledger.promotions(paths)}:
            raise PromotionRefused(folder, ["it was never published"])
        if reasons := verification.of_release(paths, wanted):
            whole = verification.newest_whole(paths)
            raise PromotionRefused(folder, [*reasons, f"the last release that is whole: {whole or 'none'}"])
        if wanted == current:
            return Promoted(wanted, current, changed=False)
        approved = approval.of(folder, approved_by) if approved_by else None
        note = publish(paths, wanted, "rollback", approved)
        return Promoted(wanted, current, changed=True, note=note)


def _one_before(paths: Paths, current: str | None) -> str | None:
    """The release that the current one was measured against; where that cannot be known, the last that is whole."""
    try:
        return Manifest.read(paths.releases / current).base_release_id if current else verification.newest_whole(paths)
    except verification.UNREADABLE:
        return verification.newest_whole(paths, but=current)


def publish(
    paths: Paths, release_id: str, action: str, approved: Approval | None = None, damage: str | None = None
) -> str:
    """Swap the symlink, write the line, let old releases go; call it with the lock held, on what was verified.

    Raises OSError only while nothing has changed. What fails after the swap (a full disk) is no refusal: readers
    have the release; it is returned as a note.
    """
    point(paths, release_id)
    try:
        _sync(paths.warehouse)
        ledger.record(paths, release_id, action, approved, damage)
        retention.sweep(paths)
    except (OSError, ValueError) as error:
        return f"{release_id} is current, but then: {error}. The next run makes up for it."
    return ""


def declared_checks(paths: Paths, folder: Path) -> list[Check]:
    """Every check that today's code, project and suites declare for the sources in `folder`.

    Raises ValueError if these cannot be read.
    """
    parquet = folder / "parquet/core/source.parquet"
    try:
        sources = duckdb.execute("select source_id from read_parquet(?)", [str(parquet)]).fetchall()
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise ValueError(f"{parquet} cannot be read: {error}") from error
    stage_1 = [Check(1, "", check) for check in intake.declared_checks([row[0] for row in sources])]
    return [*stage_1, *transform.declared(paths), *assemble.declared(), *assemble.declared_audit()]


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    """What cannot even be read is a refusal with a reason, not a traceback."""
    try:
        yield
    except (ledger.LedgerError, transform.TransformError, duckdb.Error, *verification.UNREADABLE) as error:
        raise PromotionRefused(folder, [str(error)]) from error


def _clear_unpromoted(paths: Paths, target: Path) -> None:
    """A crash between the move and the symlink leaves a folder that no reader ever saw."""
    if target.is_dir() and target.name not in {promotion.release_id for promotion in ledger.promotions(paths)}:
        artifacts.remove(target)


def _content(paths: Paths, release_id: str) -> str:
    return Manifest.read(paths.releases / release_id).content_hash


def _seal(folder: Path) -> None:
    """Make every file and folder of a release read-only and durable; the folder itself is made so once it is moved."""
    for path in [*folder.rglob("*"), folder]:
        if path != folder:
            access.read_only(path)
        _sync(path)


def point(paths: Paths, release_id: str) -> None:
    """One rename: readers see the release before or the release after, never neither."""
    temporary = paths.warehouse / ".current"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("releases") / release_id)
    os.replace(temporary, paths.current)


def _sync(path: Path) -> None:
    """A file or folder onto the disk, before a rename says that it is there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
