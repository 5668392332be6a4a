"""Stage 5: the only door to `warehouse/current`. It trusts nobody.

However it is called (job, asset, command line, rollback), every file is verified against the
manifest, every declared check must have passed, the release must follow the current one, and where the warehouse
names approvers, a second person must have approved this very manifest.
A refusal changes no published byte.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import intake, transform
from orchestration.paths import Paths
from orchestration.release import approval, assemble, audit, ledger, retention
from orchestration.release.assemble import content_hash, release_id_of
from orchestration.release.manifest import AUDIT, MANIFEST, PASSED, Approval, Check, Manifest, payload, sha256


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

    `note`: what went wrong after readers had the release; the next run puts it right.
    """

    release_id: str
    previous_release_id: str | None
    changed: bool
    note: str = ""

    def sentence(self) -> str:
        """What became of it, for people."""
        same = "" if self.changed else " already, with the same content; nothing was promoted"
        return f"{self.release_id} is current{same}" + (f"; {self.note}" if self.note else "")


def promote(paths: Paths, candidate: Path) -> Promoted:
    """Publish `candidate/release`. Raises PromotionRefused, or ApprovalMissing where only that is in the way."""
    folder = candidate / "release"
    with paths.lock(), _refusing(folder):
        ledger.restore_lost_line(paths)
        manifest = _publishable(paths, folder)
        current = ledger.current_release(paths)
        if current is not None and Manifest.read(paths.current.resolve()).content_hash == manifest.content_hash:
            shutil.rmtree(candidate)
            return Promoted(current, current, changed=False)
        if missing := approval.missing(paths, folder, manifest):
            raise ApprovalMissing(folder, missing)
        target = paths.releases / manifest.release_id
        _clear_unpromoted(paths, target)
        paths.releases.mkdir(parents=True, exist_ok=True)
        os.replace(folder, target)
        _sync(paths.releases)
        note = publish(paths, manifest.release_id, "promote", Approval.read(target))
        shutil.rmtree(candidate, ignore_errors=True)
        return Promoted(manifest.release_id, current, changed=True, note=note)


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
    if manifest.base_release_id != current:
        reasons.append(
            f"it was built on {manifest.base_release_id or 'nothing'}, but {current or 'nothing'} is current now: run `refresh` again"
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
        wanted = release_id or (Manifest.read(paths.releases / current).base_release_id if current else None)
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
        approved = approval.of(folder, approved_by) if approved_by else None
        note = publish(paths, wanted, "rollback", approved)
        return Promoted(wanted, current, changed=True, note=note)


def publish(paths: Paths, release_id: str, action: str, approved: Approval | None = None) -> str:
    """Swap the symlink, write the line, let old releases go; call it with the lock held, on what was verified.

    Raises OSError only while nothing has changed. What fails after the swap (a full disk) is no refusal: readers
    have the release; it is returned as a note.
    """
    point(paths, release_id)
    try:
        _sync(paths.warehouse)
        ledger.record(paths, release_id, action, approved)
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
    project = json.loads(transform.parsed_manifest(paths).read_text(encoding="utf-8"))
    return [*stage_1, *transform.declared_checks(project).values(), *assemble.declared(), *assemble.declared_audit()]


def verify(folder: Path, declared: list[Check] | None) -> tuple[Manifest | None, list[str]]:
    """Everything that speaks against publishing `folder`.

    `declared`: the checks that the code declares; None takes those of the release's own manifest.
    """
    try:
        manifest = Manifest.read(folder)
        reasons = _manifest_faults(manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return None, [f"{MANIFEST} cannot be read: {error}"]
    reasons += _file_faults(folder, manifest)
    reasons += [
        f"check {check.check} of stage {check.stage}: {check.verdict}"
        for check in manifest.checks
        if check.stage != 4 and check.verdict != PASSED
    ]
    expected = {(check.stage, check.check) for check in (manifest.checks if declared is None else declared)}
    found = {(check.stage, check.check) for check in manifest.checks}
    for what, checks in (("lacks", expected - found), ("has, and nothing declares,", found - expected)):
        if checks:
            shown = ", ".join(check for _, check in sorted(checks)[:5])
            reasons.append(f"the manifest {what} {len(checks)} check(s): {shown}; run `refresh` again")
    reasons += _audit_faults(folder, [check for stage, check in sorted(expected) if stage == 4])
    return manifest, reasons


def _manifest_faults(manifest: Manifest) -> list[str]:
    reasons = []
    if manifest.content_hash != content_hash(manifest.tables):
        reasons.append("the content hash is not that of the tables")
    if manifest.release_id != release_id_of(manifest.sequence, manifest.content_hash):
        reasons.append(f"the id {manifest.release_id} does not follow from sequence and content hash")
    return reasons


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


def _audit_faults(folder: Path, declared: list[str]) -> list[str]:
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
        verdict = by_check.get(check)
        if verdict is None:
            faults.append(f"check {check} did not run")
        elif verdict.verdict != PASSED:
            faults.append(f"check {check}: {verdict.error or f'failed, {verdict.observed}'}{_first_row(verdict)}")
    return faults


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    """What cannot even be read is a refusal with a reason, not a traceback."""
    try:
        yield
    except (
        ledger.LedgerError,
        transform.TransformError,
        OSError,
        ValueError,
        TypeError,
        KeyError,
        duckdb.Error,
    ) as error:
        raise PromotionRefused(folder, [str(error)]) from error


def _first_row(verdict: audit.Verdict) -> str:
    return f"; first row {verdict.rows[0]}" if verdict.rows else ""


def _clear_unpromoted(paths: Paths, target: Path) -> None:
    """A crash between the move and the symlink leaves a folder that no reader ever saw."""
    if target.is_dir() and target.name not in {promotion.release_id for promotion in ledger.promotions(paths)}:
        shutil.rmtree(target)


def point(paths: Paths, release_id: str) -> None:
    """One rename: readers see the release before or the release after, never neither."""
    temporary = paths.warehouse / ".current"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("releases") / release_id)
    os.replace(temporary, paths.current)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
