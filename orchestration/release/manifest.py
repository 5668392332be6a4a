"""What a release folder says about itself: `manifest.json`, `audit.json`, and their hashes.

<release>/minsheng.duckdb          the published file
<release>/work.duckdb              work tables, kept for the next candidate and for inspection
work/ beside it                    the widest of them as Parquet; open work.duckdb in its own folder to see them
<release>/parquet/<schema>/...     every published table
<release>/dbt/manifest.json        dbt's own account of the project that built it
<release>/datapackage.json         the same tables for any tool: Frictionless Data Package
<release>/manifest.json            files with sha256, tables with rows and hash, declared checks
<release>/audit.json               verdicts of stage 4; names the manifest's sha256
<release>/approval.json            who approved it, where that is required; names the sha256 of manifest and audit

What no file here can name, since it names them, the ledger does: the sha256 of manifest, audit and approval.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.artifacts import Check, sha256

MANIFEST, AUDIT, APPROVAL = "manifest.json", "audit.json", "approval.json"
DBT_MANIFEST = "dbt/manifest.json"


@dataclass(frozen=True)
class TableFacts:
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Facts of a release that are fixed when it is assembled; no clock.

    `base_release_id`: the release that its changes are measured from; None if there was none that is whole.
    `launched_by`: the person, schedule or sensor that began the run; empty where nobody said.
    `replaces`: the release that was current and was found damaged; None where the base is the current one.
    """

    release_id: str
    sequence: int
    base_release_id: str | None
    content_hash: str
    input_hash: str
    code_version: str
    tool_versions: dict[str, str]
    files: dict[str, str]
    tables: dict[str, TableFacts]
    checks: list[Check]
    launched_by: str = ""
    replaces: str | None = None

    @property
    def follows(self) -> str | None:
        """The release that must be current for this one to be published; None if none may be."""
        return self.replaces or self.base_release_id

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises OSError, ValueError, TypeError or KeyError if there is no whole manifest."""
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        data["tables"] = {name: TableFacts(**facts) for name, facts in data["tables"].items()}
        data["checks"] = [Check(**check) for check in data["checks"]]
        return cls(**data)


@dataclass(frozen=True)
class Approval:
    """Who approved the release with this manifest and this audit, when (UTC), and what they wrote.

    `audit_sha256` is empty in those of releases older than it.
    """

    approved_by: str
    approved_at: str
    note: str
    manifest_sha256: str
    audit_sha256: str = ""

    @classmethod
    def read(cls, folder: Path) -> Approval | None:
        """That of a release folder; None without one. Raises OSError, ValueError or TypeError if it is not whole."""
        file = folder / APPROVAL
        return cls(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


@dataclass(frozen=True)
class Seal:
    """sha256 of the files of a release that no manifest covers; None where there is no such file."""

    manifest_sha256: str | None = None
    audit_sha256: str | None = None
    approval_sha256: str | None = None

    @classmethod
    def of(cls, folder: Path) -> Seal:
        """That of a release folder as it is. Raises OSError if a file cannot be read."""
        files = (folder / name for name in (MANIFEST, AUDIT, APPROVAL))
        return cls(*(sha256(file) if file.is_file() else None for file in files))


def payload(folder: Path) -> dict[str, str]:
    """sha256 of every file of a release folder but the manifest, the audit and the approval; `a link` for a symlink."""
    files = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    described = {name: path for name, path in names.items() if name not in (MANIFEST, AUDIT, APPROVAL)}
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        digests = pool.map(lambda path: "a link" if path.is_symlink() else sha256(path), described.values())
        return dict(zip(described, digests))
