"""Which release is current, and which ever were: the symlink and the append-only ledger."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.paths import Paths


@dataclass(frozen=True)
class Promotion:
    """One line of `promotions.jsonl`."""

    sequence: int
    release_id: str
    from_release_id: str | None
    action: str
    promoted_at: str
    approved_by: str | None = None


def current_release(paths: Paths) -> str | None:
    """Id of the release that readers see. The symlink is the truth."""
    return Path(os.readlink(paths.current)).name if paths.current.is_symlink() else None


def promotions(paths: Paths) -> list[Promotion]:
    """Every promotion, oldest first. A last line cut off by a crash is left out."""
    if not paths.ledger.exists():
        return []
    lines = paths.ledger.read_text(encoding="utf-8").split("\n")
    return [Promotion(**json.loads(line)) for line in lines[:-1] if line.strip()]


def highest_sequence(paths: Paths) -> int:
    """The highest release number ever promoted; 0 before the first."""
    ids = [promotion.release_id for promotion in promotions(paths)]
    ids += [release] if (release := current_release(paths)) else []
    return max((int(release_id[1:7]) for release_id in ids), default=0)


def record(paths: Paths, release_id: str, action: str, approved_by: str | None = None) -> Promotion:
    """Append one promotion and make it durable."""
    done = promotions(paths)
    last = done[-1].release_id if done else None
    now = datetime.now(UTC).isoformat(timespec="seconds")
    promotion = Promotion(len(done) + 1, release_id, last, action, now, approved_by)
    text = "".join(json.dumps(asdict(p), ensure_ascii=False) + "\n" for p in [promotion])
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
        return record(paths, current, "promote")
    return None


def _drop_torn_line(ledger: Path) -> None:
    if ledger.exists() and (data := ledger.read_bytes()) and not data.endswith(b"\n"):
        with ledger.open("r+b") as handle:
            handle.truncate(data.rfind(b"\n") + 1)
