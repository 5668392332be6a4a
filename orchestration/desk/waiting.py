"""What is said of candidates that were audited and not promoted: how to look at them, how to go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from orchestration.artifacts import DATABASE
from orchestration.desk import alerts
from orchestration.paths import Paths
from orchestration.release import approval, candidates
from orchestration.release.promote import ApprovalMissing


def hold_for_approval(candidate: Path, missing: ApprovalMissing, run_id: str, log: Callable[[str], object]) -> None:
    """Leave `candidate` waiting, and tell those who are told."""
    candidates.hold(candidate, candidates.APPROVAL)
    body = f"{'; '.join(missing.reasons)}\n{how_to_go_on(candidate, candidates.APPROVAL)}"
    alerts.send(
        alerts.Alert("approval_needed", f"Minsheng: a release waits for approval ({run_id[:8]})", body, run_id), log
    )


def how_to_go_on(candidate: Path, waits_for: str) -> str:
    """How to look at a candidate, and how to publish it."""
    file, name = candidate / "release" / DATABASE, candidate.name
    shown = os.path.relpath(file) if file.is_relative_to(Path.cwd()) else file
    if waits_for == candidates.APPROVAL:
        publish = f"make approve CANDIDATE={name} BY='your name', or the job `approve`"
    else:
        publish = f"make promote CANDIDATE={name}, or the job `promote_candidate`"
    return f"look at it: make changes CANDIDATE={name}, or duckdb -readonly {shown}\n  publish it: {publish}"


def lines(paths: Paths) -> Iterator[str]:
    """One paragraph for each candidate that could be published now; how many others are left."""
    found = candidates.waiting(paths)
    for waits in (w for w in found if not w.is_obsolete):
        manifest = waits.manifest
        by = f", launched by {manifest.launched_by}" if manifest.launched_by else ""
        what = "a dry run, left for inspection"
        if waits.waits_for == candidates.APPROVAL:
            what = f"waits for approval by {approval.who_may(paths, manifest.launched_by)}"
        yield (f"{manifest.release_id}{by}: {what}\n  {how_to_go_on(waits.candidate, waits.waits_for)}")
    if old := sum(w.is_obsolete for w in found):
        yield f"{old} candidate(s) built on a release that is no longer current; the next runs clear them away"
