"""Intake and rules on one source, in seconds: what is wrong with its pages, before anything is built to be published."""

from __future__ import annotations

import contextlib
import datetime
import io
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import duckdb

from orchestration import artifacts, findings, intake, transform
from orchestration.paths import Paths
from orchestration.release import candidates
from validations.decision import digest_of

#: dbt models that the report reads, with all that they need; no mart, no test.
MODELS = ["run", "--select", "+finding_observation", "+finding", "+document", "+observation_pass"]

STANDINGS = ("unexplained", "noted", "accepted", "explained")
#: Findings that need no summary; of more than `MANY`, so many of each rule are shown.
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
            to_come = ahead(candidate / "raw", source_id, f"{datetime.date.today():%Y-%m-%d}")
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
    tables: dict[str, list[str]] = {}
    for cell in source.rows["observation"]:
        tables.setdefault(str(cell["table_id"]), []).append(str(cell["printed_value"]))
    digests = {table: digest_of(texts) for table, texts in tables.items()}
    told = [*source.remarks, *to_come, report(source_id, source.figures, found, everything, digests)]
    text = "\n".join(told)
    if any(finding.standing == "unexplained" for finding in found):
        raise CheckFailed(text)
    return text


def ahead(raw: Path, source_id: str, today: str) -> list[str]:
    """Figures that are said to be actual, and of periods that begin after their edition was published, or after `today`, in
    words: a line for each file, edition and period, the first `MANY`. `raw`: the raw layer, with what the source states."""
    query = f"""
        select file, min(row_no), count(*), time_period, edition
        from (
            select *, replace(replace(replace(replace(time_period, 'Q1', '01'), 'Q2', '04'), 'Q3', '07'), 'Q4', '10') as opens,
                case when vintage = '_U' or vintage > $today then $today else vintage end as edition
            from read_parquet($files, union_by_name = true)
            where source_id = $source_id and actuality = 'actual')
        where left(opens, length(edition)) > left(edition, length(opens))
        group by file, time_period, edition order by file, time_period limit {MANY}"""
    given = {"files": str(raw / "observation" / "**" / "*.parquet"), "source_id": source_id, "today": today}
    with duckdb.connect() as connection:
        found = connection.execute(query, given).fetchall()
    meant = (
        "if it is no slip, planned figures say so, actuality: planned, and an edition when it was published, vintage"
    )
    return [
        f"{file}, row {row}: {times:,} figure(s) of {period}, which begins after {edition}; {meant}"
        for file, row, times, period, edition in found
    ]


def report(
    source_id: str,
    figures: int,
    found: list[findings.Finding],
    everything: bool,
    digests: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The findings of a source for people: how many of each rule, then what stops a release, what warns, what is answered.

    Of many findings the first of each rule is shown in full and the next few in a line; with `everything` all are in
    full. `digests`: of what the tables of the source print, for a decision about a whole one.
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
            if everything or len(found) <= MANY:
                parts.append(f"{title}:\n\n" + "\n\n".join(findings.described(f, source_id) for f in chosen))
            else:
                parts.append(f"{title}:\n\n" + _first_of_each_rule(chosen, source_id))
                parts += _of_whole_tables(chosen, source_id, digests)
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


def _first_of_each_rule(found: list[findings.Finding], source_id: str) -> str:
    """The first finding of each rule in full, the next few in a line, and how many there are beside them."""
    seen: Counter[str] = Counter()
    texts = []
    for finding in found:
        seen[finding.rule_id] += 1
        if seen[finding.rule_id] == 1:
            texts.append(findings.described(finding, source_id))
        elif seen[finding.rule_id] <= FEW:
            texts.append(f"{finding.rule_id}: {finding.message}")
    more = len(found) - len(texts)
    return "\n\n".join(texts + ([f"{more} more of the same rules: ALL=1 shows them"] if more else []))


def _of_whole_tables(found: list[findings.Finding], source_id: str, digests: Mapping[str, str]) -> list[str]:
    """How one decision covers a table in which a rule finds many things, as where a page states no unit."""
    tables = ((f.rule_id, t) for f in found for t in {c.table for c in f.cells if c.source_id == source_id})
    many = [(*key, n) for key, n in Counter(tables).items() if n > FEW and key[1] in digests]
    lines = [f"  - {{table: {t}, digest: {digests[t]}}}  # {n} findings of {rule_id}" for rule_id, t, n in many]
    told = "Where a whole table is wrong, in its unit or its area, one decision covers it:"
    return ["\n".join([told, *lines])] if lines else []
