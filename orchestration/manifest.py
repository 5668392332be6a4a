"""What a release folder says about itself: `manifest.json`, `audit.json`, and their hashes.

<release>/minsheng.duckdb          the published file
<release>/work.duckdb              work tables, kept for the next candidate and for inspection
<release>/parquet/<schema>/...     every published table
<release>/datapackage.json         the same tables for any tool: Frictionless Data Package
<release>/manifest.json            files with sha256, tables with rows and hash, declared checks
<release>/audit.json               verdicts of stage 4; names the manifest's sha256
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

MANIFEST, AUDIT, DATABASE, WORK = "manifest.json", "audit.json", "minsheng.duckdb", "work.duckdb"
PASSED = "passed"


@dataclass(frozen=True)
class Check:
    """A declared check with its verdict: `passed`, `failed`, or `not_run`, which counts as failed.

    `verdict` is None where a later stage gives it (stage 4, in `audit.json`).
    """

    stage: int
    table: str
    check: str
    verdict: str | None = None
    observed: str = ""

    @property
    def key(self) -> tuple[int, str, str]:
        return (self.stage, self.table, self.check)


@dataclass(frozen=True)
class TableFacts:
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Facts of a release that are fixed when it is assembled; no clock."""

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


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes, read in blocks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def payload(folder: Path) -> dict[str, str]:
    """sha256 of every file of a release folder but the manifest and the audit; `a link` for a symlink."""
    files = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: "a link" if path.is_symlink() else sha256(path)
        for name, path in names.items()
        if name not in (MANIFEST, AUDIT)
    }
