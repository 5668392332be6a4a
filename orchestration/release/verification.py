"""Whether a release is whole: every byte, every declared check, and the files that say so.

A chain of hashes: `manifest.json` names every file, `audit.json` and `approval.json` name the manifest (the
approval also the audit), and the ledger names all three. Nothing is mended here, only found and named.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.artifacts import PASSED, Check, sha256
from orchestration.paths import Paths
from orchestration.release import audit, ledger
from orchestration.release.content import content_hash, release_id_of
from orchestration.release.manifest import APPROVAL, AUDIT, MANIFEST, Approval, Manifest, Seal, payload

#: What a file that is not whole JSON, or not ours, makes its reader raise.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError)
#: Faults that a sentence names; of more, how many there are.
NAMED = 5


@dataclass(frozen=True)
class Base:
    """What a candidate is measured against: always a release that is whole.

    `release_id`: the current release or, if that is damaged, the newest before it that is whole; None if there is
    none: then nothing can be compared. `replaces`: the current release, if it is damaged; `faults`: what is damaged.
    """

    release_id: str | None
    replaces: str | None = None
    faults: tuple[str, ...] = ()

    def sentence(self) -> str:
        """What is damaged, and what follows from it; for people. Empty if nothing is."""
        if self.replaces is None:
            return ""
        measured = (
            f"it is compared with {self.release_id}, the newest before it that is whole"
            if self.release_id
            else "no release before it is whole, so that nothing can be compared"
        )
        return (
            f"{self.replaces}, the current release, is damaged: {named(self.faults)}. Nothing is measured against it; "
            f"this run builds it anew from the seeds, and {measured}"
        )


def base(paths: Paths) -> Base:
    """The release to measure a candidate against, verified in full; call it with the lock held. Raises LedgerError."""
    current = ledger.current_release(paths)
    if current is None:
        return Base(None)
    faults = of_release(paths, current)
    return Base(newest_whole(paths, current), current, tuple(faults)) if faults else Base(current)


def of_release(paths: Paths, release_id: str) -> list[str]:
    """Everything that is wrong with a release that was published, by file; nothing if it is whole.

    It is measured by its own manifest and by the ledger's line of its promotion, not by today's code. Raises
    LedgerError, and PermissionError for a file that this user may not read: that does not make it damaged.
    """
    folder = paths.releases / release_id
    if not folder.is_dir():
        return [f"the folder {folder} is gone"]
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink() and not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    try:
        manifest, faults = verify(folder, None)
    except UNREADABLE as error:
        return [f"the release cannot be verified: {error}"]
    if manifest is not None and manifest.release_id != release_id:
        faults.append(f"{MANIFEST} is that of {manifest.release_id}")
    return [*faults, *_seal_faults(folder, _sealed(paths, release_id))]


def newest_whole(paths: Paths, but: str | None = None) -> str | None:
    """The release that was current last and is whole; `but`: not this one. Raises LedgerError."""
    lines = reversed(ledger.promotions(paths))
    found = (release for release in dict.fromkeys(line.release_id for line in lines) if release != but)
    return next((release for release in found if not of_release(paths, release)), None)


def named(faults: tuple[str, ...] | list[str]) -> str:
    """Faults in one line."""
    more = f"; and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
    return "; ".join(faults[:NAMED]) + more


def verify(folder: Path, declared: list[Check] | None) -> tuple[Manifest | None, list[str]]:
    """Everything that speaks against publishing `folder`.

    `declared`: the checks that the code declares; None takes those of the release's own manifest.
    """
    try:
        manifest = Manifest.read(folder)
        reasons = _manifest_faults(manifest)
    except UNREADABLE as error:
        return None, [f"{MANIFEST} cannot be read: {error}"]
    reasons += [f"{name} is a link" for name in (MANIFEST, AUDIT, APPROVAL) if (folder / name).is_symlink()]
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
        made_for = audit.audited_manifest(folder)
    except UNREADABLE as error:
        return [f"{AUDIT} cannot be read: {error}"]
    faults = []
    if made_for != sha256(folder / MANIFEST):
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


def _first_row(verdict: audit.Verdict) -> str:
    return f"; first row {verdict.rows[0]}" if verdict.rows else ""


def _sealed(paths: Paths, release_id: str) -> Seal | None:
    """The seal that the ledger has of a release: that of its first line which names one."""
    seals = (line.seal for line in ledger.promotions(paths) if line.release_id == release_id)
    return next((seal for seal in seals if seal is not None), None)


def _seal_faults(folder: Path, sealed: Seal | None) -> Iterator[str]:
    """What differs from the ledger; what an older ledger does not name is held against the approval's own words."""
    try:
        found, approval = Seal.of(folder), Approval.read(folder)
    except UNREADABLE as error:
        yield f"{APPROVAL} cannot be read: {error}"
        return
    if sealed is not None:
        pairs = zip((MANIFEST, AUDIT, APPROVAL), asdict(sealed).values(), asdict(found).values())
        for name, said, is_now in pairs:
            if said != is_now:
                yield f"{name} {_hash(is_now)}, the ledger says that it {_hash(said)}"
    elif approval is not None and approval.manifest_sha256 != found.manifest_sha256:
        yield f"{APPROVAL} is of another manifest"


def _hash(digest: str | None) -> str:
    return f"has sha256 {digest[:12]}..." if digest else "is not there"
