"""Intake and rules on one source, in seconds: what is wrong with its pages, before anything is built to be published."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Callable

from orchestration import artifacts, findings, intake, transform
from orchestration.paths import Paths
from orchestration.release import candidates

#: dbt models that the report reads, with all that they need; no mart, no test.
MODELS = ["run", "--select", "+finding_observation", "+finding", "+document", "+observation_pass"]

STANDINGS = ("unexplained", "noted", "accepted", "explained")
#: Findings that need no summary; of more than `MANY`, so many of each rule are shown in full.
FEW, MANY = 3, 20


class CheckFailed(Exception):
    """The source cannot be read, or has an error that no decision answers; the message is for people."""


def check_source(paths: Paths, source_id: str, everything: bool, progress: Callable[[str], None]) -> str:
    """Run intake and rules on `source_id`, beside the printed sources that it is compared with; publish nothing.

    Returns the report; `everything`: with the findings that decisions answer. Raises CheckFailed if the source
    does not exist, does not pass intake, or has an unexplained error; IntakeError names every fault.
    """
    known = intake.source_ids(paths.seeds)
    if source_id not in known:
        raise CheckFailed(f"no source {source_id!r} in {paths.seeds / 'sources'}; there are {', '.join(known)}")
    candidate = paths.candidate(f"check_{source_id}")
    with paths.lock() as lock:
        candidates.begin(paths, candidate)
        try:
            result = intake.read(paths.seeds, candidate / "spill", progress, only=source_id)
            intake.write(result, candidate / "raw", progress)
            progress("rules: working")
            for name in ("release", "dbt"):
                (candidate / name).mkdir()
            with contextlib.redirect_stdout(io.StringIO()):
                outcome = transform.run(paths, candidate, MODELS, lock)
            wrong = {uid: outcome.messages[uid] for uid, status in outcome.status.items() if status == "error"}
            if wrong:
                lines = "\n".join(f"  {uid}: {message}" for uid, message in wrong.items())
                raise CheckFailed(f"the rules could not be run:\n{lines}")
            with findings.open_candidate(candidate) as connection:
                found = findings.read(connection, source_id)
        finally:
            artifacts.remove(candidate)
    source = next(source for source in result.sources if source.source_id == source_id)
    text = report(source_id, source.figures, found, everything)
    if any(finding.standing == "unexplained" for finding in found):
        raise CheckFailed(text)
    return text


def report(source_id: str, figures: int, found: list[findings.Finding], everything: bool) -> str:
    """The findings of a source for people: how many of each rule, then what stops a release, what warns, what is answered.

    Of many findings the first few of each rule are shown in full; with `everything` all are.
    """
    standing = Counter(finding.standing for finding in found)
    parts = [] if len(found) <= FEW else [by_rule(found)]
    for name, title in (
        ("unexplained", "These stop the release until the seed is put right or a decision answers them"),
        ("noted", "These warn; a decision may answer them, and readers see them in quality.finding"),
        ("accepted", "These were judged and stand"),
        ("explained", "These are explained by decisions"),
    ):
        chosen = [finding for finding in found if finding.standing == name]
        if chosen and (everything or name in ("unexplained", "noted")):
            shown = chosen if everything or len(found) <= MANY else _first_of_each_rule(chosen)
            more = f"\n\n{len(chosen) - len(shown)} more of the same rules: ALL=1 shows them" if shown != chosen else ""
            parts.append(f"{title}:\n\n" + "\n\n".join(findings.described(f, source_id) for f in shown) + more)
    counts = ", ".join(f"{standing[name]} {name}" for name in STANDINGS)
    parts.append(f"{source_id}: {figures:,} figures; findings: {counts}")
    return "\n\n".join(parts)


def by_rule(found: list[findings.Finding]) -> str:
    """One line a rule: how many findings of each standing."""
    counted = Counter((finding.rule_id, finding.standing) for finding in found)
    lines = []
    for rule_id in sorted({finding.rule_id for finding in found}):
        counts = [f"{counted[rule_id, name]} {name}" for name in STANDINGS if counted[rule_id, name]]
        lines.append(f"  {rule_id:32} {', '.join(counts)}")
    return "By rule:\n\n" + "\n".join(lines)


def _first_of_each_rule(found: list[findings.Finding]) -> list[findings.Finding]:
    seen: Counter[str] = Counter()
    first = []
    for finding in found:
        seen[finding.rule_id] += 1
        if seen[finding.rule_id] <= FEW:
            first.append(finding)
    return first
