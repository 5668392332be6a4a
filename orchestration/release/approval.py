"""The approval of a second person: who may give it, and what it names.

The file `warehouse/approvers` makes it required: one name a line, `*` for anybody else than who launched the run.
It lies in the warehouse, so that it binds whoever promotes there, however it is started. An approval stands in
the candidate's release folder as `approval.json` and names the sha256 of manifest and audit: of a candidate that
changed since, nothing is approved. It is sealed with the release: the ledger names its sha256. Names are taken at
their word; who may write the warehouse can write any.
"""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import asdict
from pathlib import Path

from orchestration.paths import Paths
from orchestration.release.ledger import now
from orchestration.release.manifest import APPROVAL, Approval, Manifest, Seal

ANYBODY = "*"


class ApprovalRefused(Exception):
    """This person may not approve this candidate; the message says who may."""


def approvers(paths: Paths) -> list[str] | None:
    """Names of `warehouse/approvers`; None where there is no such file: no approval is required.

    Raises ValueError if the file names nobody, OSError if it cannot be read.
    """
    file = paths.warehouse / "approvers"
    if not file.exists():
        return None
    lines = [line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines()]
    if not any(lines):
        raise ValueError(f"{file} names nobody: write a name a line, or {ANYBODY} for anybody but who launched the run")
    return [line for line in lines if line]


def who_may(paths: Paths, launched_by: str) -> str:
    """Those who may approve what `launched_by` launched, for people."""
    named = approvers(paths) or [ANYBODY]
    others = [name for name in named if name != ANYBODY and _person(name) != _person(launched_by)]
    if ANYBODY in named:
        return f"anybody but {launched_by}"
    return (
        ", ".join(others)
        or f"nobody: {launched_by}, who launched it, is the only one in {paths.warehouse / 'approvers'}"
    )


def faults(paths: Paths, approved_by: str, launched_by: str) -> list[str]:
    """Why `approved_by` may not approve what `launched_by` launched; nothing if they may."""
    named = approvers(paths) or [ANYBODY]
    if not _person(approved_by):
        return ["an approval bears a name"]
    if _person(approved_by) == _person(launched_by):
        return [f"{approved_by} launched it: a second person approves; {who_may(paths, launched_by)}"]
    if not launched_by and approvers(paths):
        return ["it does not say who launched it: run `refresh` again"]
    if ANYBODY not in named and _person(approved_by) not in map(_person, named):
        return [f"{approved_by} is not among those who may approve: {who_may(paths, launched_by)}"]
    return []


def missing(paths: Paths, folder: Path, manifest: Manifest) -> list[str]:
    """What is wrong with the approval of the release in `folder`; nothing if there is one or none is required."""
    if approvers(paths) is None:
        return []
    may = who_may(paths, manifest.launched_by)
    found = Approval.read(folder)
    if found is None:
        return [f"it waits for a second person's approval; who may give it: {may}"]
    is_now = Seal.of(folder)
    if (found.manifest_sha256, found.audit_sha256) != (is_now.manifest_sha256, is_now.audit_sha256):
        return [f"it was approved by {found.approved_by}, but has changed since; who may approve it again: {may}"]
    return faults(paths, found.approved_by, manifest.launched_by)


def write(paths: Paths, folder: Path, approved_by: str, note: str) -> Approval:
    """Approve the release in `folder`, as its manifest is now; call it with the lock held. Raises ApprovalRefused."""
    manifest = Manifest.read(folder)
    if wrong := faults(paths, approved_by, manifest.launched_by):
        raise ApprovalRefused("; ".join(wrong))
    approval = of(folder, approved_by, note)
    temporary = folder.parent / f".{APPROVAL}"
    temporary.write_text(json.dumps(asdict(approval), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(temporary, folder / APPROVAL)
    return approval


def of(folder: Path, approved_by: str, note: str = "") -> Approval:
    """An approval, made now, of the release in `folder` as its manifest and audit are."""
    moment, is_now = now().isoformat(timespec="seconds"), Seal.of(folder)
    hashes = (is_now.manifest_sha256 or "", is_now.audit_sha256 or "")
    return Approval(" ".join(approved_by.split()), moment, note.strip(), *hashes)


def told(folder: Path) -> str | None:
    """Who approved the release in `folder`, when, and what they wrote; None where nobody was asked."""
    try:
        found = Approval.read(folder)
    except (OSError, ValueError, TypeError) as error:
        return f"{folder / APPROVAL} cannot be read: {error}"
    if found is None:
        return None
    note = f": {found.note}" if found.note else ""
    return f"approved by {found.approved_by} on {found.approved_at.replace('T', ' ')[:16]} UTC{note}"


def _person(name: str) -> str:
    """A name as one person is known by: no difference between letters of another case or width."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
