"""Which release is current, and which ever were: the symlink and the append-only ledger."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.paths import Paths
from orchestration.release.manifest import Approval

RELEASE_ID = re.compile(r"r[0-9]{6}-[0-9a-f]{12}")


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


class LedgerError(Exception):
    """The symlink or the ledger is not what this software left; the message says where and what to do."""


@dataclass(frozen=True)
class Promotion:
    """One line of `promotions.jsonl`. `approved_at` and `note` are the approval's, where there was one."""

    sequence: int
    release_id: str
    from_release_id: str | None
    action: str
    promoted_at: str
    approved_by: str | None = None
    approved_at: str | None = None
    note: str | None = None


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


def record(paths: Paths, release_id: str, action: str, approval: Approval | None = None) -> Promotion:
    """Append one promotion, with the approval that it had, and make it durable."""
    done = promotions(paths)
    last = done[-1].release_id if done else None
    moment = now().isoformat(timespec="seconds")
    # Where the clock was set back, the ledger still goes one way: what was released by a date can be asked.
    promoted_at = max(moment, done[-1].promoted_at) if done else moment
    given = (approval.approved_by, approval.approved_at, approval.note or None) if approval else ()
    promotion = Promotion(len(done) + 1, release_id, last, action, promoted_at, *given)
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
        return record(paths, current, "promote", Approval.read(paths.releases / current))
    return None


def _drop_torn_line(ledger: Path) -> None:
    if ledger.exists() and (data := ledger.read_bytes()) and not data.endswith(b"\n"):
        with ledger.open("r+b") as handle:
            handle.truncate(data.rfind(b"\n") + 1)
