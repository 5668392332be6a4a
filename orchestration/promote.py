"""Stage 5: the only door to `warehouse/current`. It trusts nobody.

However it is called (job, asset, command line, rollback), every file is verified against the
manifest, every declared check must have passed, and the release must follow the current one.
A refusal changes no published byte.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from orchestration import audit, ledger
from orchestration.assemble import declared_audit
from orchestration.manifest import AUDIT, MANIFEST, PASSED, Check, Manifest, payload, sha256
from orchestration.paths import Paths


class PromotionRefused(Exception):
    """The release may not be published; the message says why, all reasons at once."""

    def __init__(self, folder: Path, reasons: list[str]):
        self.reasons = reasons
        super().__init__(
            "\n".join([f"promotion of {folder} refused; nothing published was changed:", *(f"  {r}" for r in reasons)])
        )


@dataclass(frozen=True)
class Promoted:
    """`changed` is False where the content equals the current release's: nothing was promoted."""

    release_id: str
    previous_release_id: str | None
    changed: bool


def promote(paths: Paths, candidate: Path, approved_by: str | None = None) -> Promoted:
    """Publish `candidate/release`. Raises PromotionRefused."""
    folder = candidate / "release"
    with paths.lock():
        ledger.restore_lost_line(paths)
        if not folder.is_dir():
            raise PromotionRefused(folder, ["this run has no assembled candidate; run the job `refresh`"])
        manifest, reasons = verify(folder, declared_audit())
        current = ledger.current_release(paths)
        if manifest is None or reasons:
            raise PromotionRefused(folder, reasons)
        if manifest.base_release_id != current:
            reasons.append(
                f"it was built on {manifest.base_release_id or 'nothing'}, but {current or 'nothing'} is current now: run `refresh` again"
            )
        elif manifest.sequence != ledger.highest_sequence(paths) + 1:
            reasons.append(f"its sequence is {manifest.sequence}; the next one is {ledger.highest_sequence(paths) + 1}")
        if reasons:
            raise PromotionRefused(folder, reasons)
        if current is not None and Manifest.read(paths.current.resolve()).content_hash == manifest.content_hash:
            shutil.rmtree(candidate)
            return Promoted(current, current, changed=False)
        target = paths.releases / manifest.release_id
        _clear_unpromoted(paths, target)
        paths.releases.mkdir(parents=True, exist_ok=True)
        os.replace(folder, target)
        _sync(paths.releases)
        _point(paths, manifest.release_id)
        ledger.record(paths, manifest.release_id, "promote", approved_by)
        shutil.rmtree(candidate, ignore_errors=True)
        return Promoted(manifest.release_id, current, changed=True)


def rollback(paths: Paths, release_id: str | None = None, approved_by: str | None = None) -> Promoted:
    """Make an earlier release current again: the one before, or `release_id`. Raises PromotionRefused.

    It is measured by the checks frozen in its own manifest, not by today's code.
    """
    with paths.lock():
        ledger.restore_lost_line(paths)
        current = ledger.current_release(paths)
        wanted = release_id or _previous(paths, current)
        if wanted is None:
            raise PromotionRefused(paths.releases, ["there is no earlier release to go back to"])
        folder = paths.releases / wanted
        if not folder.is_dir():
            kept = (
                ", ".join(sorted(path.name for path in paths.releases.iterdir())) if paths.releases.is_dir() else "none"
            )
            raise PromotionRefused(folder, [f"no such release is kept; there are: {kept}"])
        if wanted == current:
            return Promoted(wanted, current, changed=False)
        if wanted not in {promotion.release_id for promotion in ledger.promotions(paths)}:
            raise PromotionRefused(folder, ["it was never published"])
        manifest, reasons = verify(folder, None)
        if manifest is None or reasons:
            raise PromotionRefused(folder, reasons)
        _point(paths, wanted)
        ledger.record(paths, wanted, "rollback", approved_by)
        return Promoted(wanted, current, changed=True)


def verify(folder: Path, declared: list[Check] | None) -> tuple[Manifest | None, list[str]]:
    """Everything that speaks against publishing `folder`.

    `declared`: the stage-4 checks that the code declares; None takes those of the manifest.
    """
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return None, [f"{MANIFEST} cannot be read: {error}"]
    reasons = _file_faults(folder, manifest)
    reasons += [
        f"check {check.check} of stage {check.stage}: {check.verdict}"
        for check in manifest.checks
        if check.stage != 4 and check.verdict != PASSED
    ]
    in_manifest = [check for check in manifest.checks if check.stage == 4]
    expected = in_manifest if declared is None else declared
    if {check.key for check in in_manifest} != {check.key for check in expected}:
        reasons.append("the manifest declares other audit checks than the code does: run `refresh` again")
    reasons += _audit_faults(folder, expected)
    return manifest, reasons


def _file_faults(folder: Path, manifest: Manifest) -> list[str]:
    found = payload(folder)
    faults = []
    for name in sorted(found.keys() | manifest.files.keys()):
        if name not in found:
            faults.append(f"{name} is missing")
        elif name not in manifest.files:
            faults.append(f"{name} is not in the manifest")
        elif found[name] != manifest.files[name]:
            faults.append(f"{name} has sha256 {found[name][:12]}..., the manifest says {manifest.files[name][:12]}...")
    return faults


def _audit_faults(folder: Path, declared: list[Check]) -> list[str]:
    if not (folder / AUDIT).exists():
        return [f"{AUDIT} is missing: the audit did not run on this candidate"]
    try:
        verdicts = audit.read_verdicts(folder)
        named = audit.audited_manifest(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{AUDIT} cannot be read: {error}"]
    faults = []
    if named != sha256(folder / MANIFEST):
        faults.append(f"{AUDIT} was made for another manifest")
    by_check = {verdict.check: verdict for verdict in verdicts}
    doubled = [check for check, times in Counter(v.check for v in verdicts).items() if times > 1]
    faults += [f"check {check} has more than one verdict" for check in doubled]
    for check in declared:
        verdict = by_check.get(check.check)
        if verdict is None:
            faults.append(f"check {check.check} did not run")
        elif verdict.verdict != PASSED:
            faults.append(f"check {check.check}: {verdict.error or f'failed, {verdict.observed}'}{_first_row(verdict)}")
    return faults


def _first_row(verdict: audit.Verdict) -> str:
    return f"; first row {verdict.rows[0]}" if verdict.rows else ""


def _clear_unpromoted(paths: Paths, target: Path) -> None:
    """A crash between the move and the symlink leaves a folder that no reader ever saw."""
    if target.is_dir() and target.name not in {promotion.release_id for promotion in ledger.promotions(paths)}:
        shutil.rmtree(target)


def _point(paths: Paths, release_id: str) -> None:
    """One rename: readers see the release before or the release after, never neither."""
    temporary = paths.warehouse / ".current"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("releases") / release_id)
    os.replace(temporary, paths.current)
    _sync(paths.warehouse)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _previous(paths: Paths, current: str | None) -> str | None:
    """The release before the current one in the ledger of promotions, going back past rollbacks."""
    ids = [promotion.release_id for promotion in ledger.promotions(paths) if promotion.release_id != current]
    earlier = [release_id for release_id in ids if current is None or release_id < current]
    return max(earlier, default=None)
