"""Which release is current, and which ever were: the symlink and the append-only ledger."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from orchestration.artifacts import DATABASE
from orchestration.paths import Paths
from orchestration.release.manifest import Approval, Seal

RELEASE_ID = re.compile(r"r[0-9]{6}-[0-9a-f]{12}")


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


class LedgerError(Exception):
    """The symlink or the ledger is not what this software left; the message says where and what to do."""


class NothingToRead(LedgerError):
    """Readers find no file: nothing was published yet, or what was is gone; the message says which, and what to do."""


@dataclass(frozen=True)
class Promotion:
    """One line of `promotions.jsonl`. `approved_at` and `note` are the approval's, where there was one.

    The three hashes seal what no manifest covers (`Seal`); lines older than they are lack them. `damage`: what was
    found damaged in the release that was current before, where that is why this one replaces it.
    """

    sequence: int
    release_id: str
    from_release_id: str | None
    action: str
    promoted_at: str
    approved_by: str | None = None
    approved_at: str | None = None
    note: str | None = None
    manifest_sha256: str | None = None
    audit_sha256: str | None = None
    approval_sha256: str | None = None
    damage: str | None = None

    @property
    def seal(self) -> Seal | None:
        """The hashes, if the line has them."""
        if self.manifest_sha256 is None:
            return None
        return Seal(self.manifest_sha256, self.audit_sha256, self.approval_sha256)


def current_release(paths: Paths) -> str | None:
    """Id of the release that readers see; None before the first. The symlink is the truth.

    Raises LedgerError if something else stands in its place, or it points to no release.
    """
    if not paths.current.is_symlink():
        if paths.current.exists():
            raise LedgerError(f"{paths.current} is not the symlink to a release: move it away and run `refresh`")
        return None
    target = Path(os.readlink(paths.current))
    if target.parent.name != paths.releases.name or not RELEASE_ID.fullmatch(target.name):
        raise LedgerError(f"{paths.current} points to {target}, which is no release: remove it and run `refresh`")
    return target.name


def published_file(paths: Paths) -> Path:
    """The file that readers open, its symlink resolved. Raises NothingToRead if there is none, LedgerError."""
    current = current_release(paths)
    if current is not None and (file := paths.releases / current / DATABASE).exists():
        return file
    done = promotions(paths)
    if current is None and not done:
        raise NothingToRead(f"Nothing is published in {paths.warehouse} yet: make run")
    if current is None:
        what = f"{done[-1].release_id} was published, but {paths.current}, which leads to it, is gone"
    else:
        what = f"{paths.current} leads to {current}, whose {DATABASE} is gone"
    raise NothingToRead(
        f"{what}. `make run` puts it right and publishes what the seeds say now;"
        " `make rollback` makes an earlier release that is whole current at once."
    )


def promotions(paths: Paths) -> list[Promotion]:
    """Every promotion, oldest first. A last line cut off by a crash is left out.

    Raises LedgerError, with the line, if an earlier one cannot be read.
    """
    if not paths.ledger.exists():
        return []
    found = []
    for number, line in enumerate(paths.ledger.read_bytes().split(b"\n")[:-1], start=1):
        try:
            found.append(Promotion(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise LedgerError(
                f"{paths.ledger}, line {number}: read {line[:80]!r}; expected one promotion as JSON ({error})"
            ) from error
    return found


def highest_sequence(paths: Paths) -> int:
    """The highest release number ever promoted; 0 before the first."""
    ids = [promotion.release_id for promotion in promotions(paths)]
    ids += [release] if (release := current_release(paths)) else []
    return max((int(release_id[1:7]) for release_id in ids), default=0)


def record(
    paths: Paths, release_id: str, action: str, approval: Approval | None = None, damage: str | None = None
) -> Promotion:
    """Append one promotion, with the approval that it had and the seal of its files, and make it durable."""
    done = promotions(paths)
    last = done[-1].release_id if done else None
    moment = now().isoformat(timespec="seconds")
    # Where the clock was set back, the ledger still goes one way: what was released by a date can be asked.
    promoted_at = max(moment, done[-1].promoted_at) if done else moment
    given = (approval.approved_by, approval.approved_at, approval.note or None) if approval else ()
    line = Promotion(len(done) + 1, release_id, last, action, promoted_at, *given)
    promotion = replace(line, **asdict(Seal.of(paths.releases / release_id)), damage=damage)
    text = json.dumps(asdict(promotion), ensure_ascii=False) + "\n"
    _drop_torn_line(paths.ledger)
    with paths.ledger.open("a", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    return promotion


def restore_lost_line(paths: Paths) -> Promotion | None:
    """After a crash between the symlink and the ledger: write the line that is missing."""
    current, done = current_release(paths), promotions(paths)
    if current and (not done or done[-1].release_id != current):
        known = {promotion.release_id for promotion in done}
        if current in known:
            return record(paths, current, "rollback")
        try:
            approved = Approval.read(paths.releases / current)
        except (OSError, ValueError, TypeError):
            approved = None  # torn: whoever verifies the release says so
        return record(paths, current, "promote", approved)
    return None


def _drop_torn_line(ledger: Path) -> None:
    if ledger.exists() and (data := ledger.read_bytes()) and not data.endswith(b"\n"):
        with ledger.open("r+b") as handle:
            handle.truncate(data.rfind(b"\n") + 1)
