"""What a release changed, as plain text that a person can paste into a mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.artifacts import DATABASE
from orchestration.paths import Paths
from orchestration.release import approval, ledger
from orchestration.release.manifest import MANIFEST, Manifest

#: Values of one table that are listed; the rest is counted.
LISTED = 12
REASONS = {
    "source": "what the sources say",
    "decision": "what was decided about a figure",
    "code": "how it is computed",
}
CHANGES = """
    select table_name, row_key, column_name, before_value, after_value, reason
    from release.change where release_id = ?
    order by table_name, row_key, column_name
"""


class NoRelease(Exception):
    """There is nothing to tell of; the message says why."""


@dataclass(frozen=True)
class Change:
    """One row of `release.change`."""

    table: str
    key: str
    column: str
    before: str | None
    after: str | None
    reason: str


def summary(paths: Paths, release: str | None = None) -> str:
    """The changes of `release`, or of the current one, and when readers had it. Raises NoRelease, LedgerError."""
    current = ledger.published_file(paths).parent.name
    wanted = release or current
    changes = _changes(paths, wanted, current)
    lines = [line for line in ledger.promotions(paths) if line.release_id == wanted]
    base = _base(paths, wanted)
    head = [f"Minsheng, release {wanted}", *_history(lines, wanted == current), *_approved(paths, wanted, lines)]
    manifest = _manifest(paths, wanted)
    if base is None and manifest is not None and manifest.replaces:
        head.append("No release before it was whole: a comparison was impossible.")
    elif base is None:
        head.append("It is the first of its line: there is nothing to compare it with.")
    else:
        head += [f"Measured against {base}.", "", *_body(changes)]
    tail = _taken_back(paths, current) if wanted == current else []
    return "\n".join([*head, *tail, "", *_way_back(wanted == current, base)])


def of_candidate(paths: Paths, candidate: Path) -> str:
    """The changes that an unpublished candidate would make. Raises NoRelease if it is not assembled."""
    folder = candidate / "release"
    if not (folder / MANIFEST).exists():
        raise NoRelease(f"{candidate} was not assembled: there is nothing to tell of")
    manifest = Manifest.read(folder)
    head = f"Minsheng, candidate {candidate.name} of release {manifest.release_id}: not published"
    if manifest.replaces:
        head += f"\nIt would replace {manifest.replaces}, which is damaged."
    if manifest.base_release_id is None and manifest.replaces:
        return f"{head}\nNo release before that is whole: a comparison is impossible."
    if manifest.base_release_id is None:
        return f"{head}\nIt would be the first release: there is nothing to compare it with."
    changes = _read(folder / DATABASE, manifest.release_id)
    obsolete = manifest.follows != ledger.current_release(paths)
    tail = ["", "Another release is current since: it cannot be published any more."] if obsolete else []
    return "\n".join([head, f"Measured against {manifest.base_release_id}.", "", *_body(changes), *tail])


def _history(lines: list[ledger.Promotion], is_current: bool) -> list[str]:
    told = []
    for line in lines:
        verb = "Published" if line.action == "promote" else "Made current again, by a rollback"
        after = f" after {line.from_release_id}" if line.from_release_id else ""
        # Of a promotion the approval is the release's own, told below; of a rollback, who said so.
        by = f", approved by {line.approved_by}" if line.approved_by and line.action == "rollback" else ""
        told.append(f"{verb} {line.promoted_at.replace('T', ' ')[:16]} UTC{after}{by}.")
        if line.damage:
            told.append(f"It replaced {line.from_release_id}, which was damaged: {line.damage}.")
    return [
        *told,
        "It is the release that readers see now." if is_current else "It is not the release that readers see now.",
    ]


def _approved(paths: Paths, release: str, lines: list[ledger.Promotion]) -> Iterator[str]:
    """The release's own approval; from the ledger where its folder is gone."""
    told = approval.told(paths.releases / release)
    line = next((line for line in lines if line.action == "promote" and line.approved_by), None)
    if told is None and line is not None:
        told = f"approved by {line.approved_by} on {(line.approved_at or '').replace('T', ' ')[:16]} UTC"
    if told:
        yield f"It was {told}."


def _body(changes: list[Change]) -> Iterator[str]:
    if not changes:
        yield "No value of the marts and no figure changed."
        return
    came = [c.key.removeprefix("source_id=") for c in changes if c.table == "core.source" and c.before is None]
    went = [c.key.removeprefix("source_id=") for c in changes if c.table == "core.source" and c.after is None]
    values = [change for change in changes if change.table != "core.source"]
    tables = sorted({change.table for change in values})
    yield f"{len(values):,} value(s) in {len(tables)} table(s) changed."
    yield from (f"New source: {name} (its figures are not listed one by one)" for name in came)
    yield from (f"Source withdrawn: {name}" for name in went)
    for reason, meaning in REASONS.items():
        if times := sum(change.reason == reason for change in values):
            yield f"  {times:>8,}  by {meaning} ({reason})"
    for table in tables:
        yield ""
        yield from _of_table(table, [change for change in values if change.table == table])


def _of_table(table: str, changes: list[Change]) -> Iterator[str]:
    new = sum(change.before is None for change in changes)
    gone = sum(change.after is None for change in changes)
    kinds = [f"{count:,} {kind}" for count, kind in ((new, "new"), (gone, "withdrawn")) if count]
    yield f"{table}: {len(changes):,} value(s)" + (f", {', '.join(kinds)}" if kinds else "")
    for change in changes[:LISTED]:
        key = ", ".join(part.partition("=")[2] for part in change.key.split("|"))
        yield f"  {key}: {change.column} {_shown(change.before)} -> {_shown(change.after)} ({change.reason})"
    if len(changes) > LISTED:
        yield f"  and {len(changes) - LISTED:,} more: from release.change where table_name = '{table}'"


def _shown(value: str | None) -> str:
    """A value as a person writes it: no zeros behind the last digit that says something."""
    if value is None:
        return "(none)"
    whole, point, decimals = value.partition(".")
    if point and decimals.isdigit() and whole.lstrip("-").isdigit():
        return f"{whole}.{decimals.rstrip('0')}".rstrip(".")
    return value if len(value) <= 80 else f"{value[:77]}..."


def _taken_back(paths: Paths, current: str) -> list[str]:
    """After a rollback: what readers no longer see."""
    last = ledger.promotions(paths)[-1:]
    if not last or last[0].action != "rollback" or last[0].from_release_id in (None, current):
        return []
    taken = last[0].from_release_id
    if not (paths.releases / taken / DATABASE).exists() or _base(paths, taken) != current:
        return ["", f"Taken back: {taken}."]
    values = [change for change in _changes(paths, taken, current) if change.table != "core.source"]
    return ["", f"Taken back: {taken}, whose {len(values):,} changed value(s) are as they were before it."]


def _way_back(is_current: bool, base: str | None) -> list[str]:
    found = ["Each value with its reason: release.change; a figure's printed cells: core.lineage."]
    return [*found, f"Taking it back: make rollback (to {base})"] if is_current and base else found


def _changes(paths: Paths, release: str, current: str) -> list[Change]:
    """From the release's own file; if that is gone, from the current one's, which carries its forebears' along."""
    for name in (release, current):
        database = paths.releases / name / DATABASE
        if database.exists():
            changes = _read(database, release)
            if changes or name == release:
                return changes
    raise NoRelease(f"{release} is not kept, and {current} does not descend from it: {_kept(paths)}")


def _read(database: Path, release: str) -> list[Change]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return [Change(*row) for row in connection.execute(CHANGES, [release]).fetchall()]


def _kept(paths: Paths) -> str:
    return "there are " + ", ".join(sorted(path.name for path in paths.releases.iterdir()))


def _base(paths: Paths, release: str) -> str | None:
    """The release that `release` was built on; from the ledger where its folder is gone or torn."""
    if manifest := _manifest(paths, release):
        return manifest.base_release_id
    return next((line.from_release_id for line in ledger.promotions(paths) if line.release_id == release), None)


def _manifest(paths: Paths, release: str) -> Manifest | None:
    try:
        return Manifest.read(paths.releases / release)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
