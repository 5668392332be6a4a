"""The score of the gates over mutants as tables, with what is behind them: counts, Wilson intervals, survivors."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict

from proofs.mutants.judge import CLASSES, Findings, Judged, Original
from proofs.mutants.kinds import KINDS

#: Survivors of the class identity that the text shows of each kind; the JSON holds all.
SHOWN = 5
Z = 1.959964


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share; (0, 1) of nothing."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def data(
    judged: list[Judged], originals: dict[str, Original], unharmed: dict[str, Findings], damaged: list[str]
) -> dict:
    """Everything that the text says, as plain data: every mutant, the cells by class, and what sound sources raise."""
    sound = [name for name in unharmed if name.startswith("made_up")]
    return {
        "mutants": [asdict(mutant) for mutant in judged],
        "cells": {name: dict(Counter(originals[name].protection.values())) for name in damaged},
        "sound_cells": sum(len(originals[name].cells) for name in sound),
        "sound_sources": len(sound),
        "false_alarms": [alarm for name in sound for alarm in alarms(name, unharmed[name])],
        "alarms_on_sound_bulletin": len(alarms("sound_bulletin", unharmed.get("sound_bulletin", {}))),
    }


def alarms(source_id: str, findings: Findings) -> list[dict[str, str]]:
    """The findings on a source that is right; one that stands alike as printed and as decided is one."""
    found = {}
    for key, finding in sorted(findings.items()):
        anchor = key.split("|", 2)[2]
        found[finding.rule_id, anchor] = {
            "source_id": source_id,
            "rule_id": finding.rule_id,
            "severity": finding.severity,
            "anchor": anchor,
        }
    return list(found.values())


def text(result: dict) -> str:
    """The tables of docs/mutants.md."""
    mutants = [Judged(**mutant) for mutant in result["mutants"]]
    identity = [m for m in mutants if m.protection == "identity"]
    parts = [
        "### By class\n\n" + _table("class", CLASSES, lambda m: m.protection, mutants),
        "### By class, the papers alone\n\n"
        + _table("class", CLASSES, lambda m: m.protection, [m for m in mutants if is_paper(m.source_id)]),
        "### By kind\n\n" + _kinds(mutants),
        "### By source, class identity\n\n"
        + _table("source", sorted({m.source_id for m in identity}), lambda m: m.source_id, identity),
        "### What protects the figures\n\n" + _cells(result["cells"]),
        "### Which gate\n\n" + _rules(mutants),
        "### Survivors of the class identity\n\n" + _survivors(mutants),
        "### Set aside\n\n" + _set_aside(mutants),
        "### False alarms\n\n" + _alarms(result),
    ]
    return "\n\n".join(parts)


def score(mutants: Iterable[Judged]) -> dict[str, int]:
    """Counts of some mutants: all, set aside, scored, and those by verdict; `stale`: only a decision tells."""
    mutants = list(mutants)
    scored = [m for m in mutants if not m.set_aside]
    verdicts = Counter(m.verdict for m in scored)
    counts = {name: verdicts[name] for name in ("refused", "caught", "told", "unseen")}
    stale = sum(1 for m in scored if m.is_stale and not m.is_seen)
    return {
        "mutants": len(mutants),
        "set aside": len(mutants) - len(scored),
        "n": len(scored),
        **counts,
        "stale": stale,
    }


def _table(head: str, names: Iterable[str], of: Callable[[Judged], str], mutants: list[Judged]) -> str:
    columns = ["mutants", "set aside", "n", "refused by intake", "caught by a rule", "seen", "95 % interval"]
    columns += ["only warned of", "unseen", "stale decision only"]
    lines = [f"| {head} | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for name in (*names, "all"):
        chosen = [m for m in mutants if name == "all" or of(m) == name]
        if chosen:
            lines.append(_line(name, chosen))
    return "\n".join(lines)


def _line(name: str, mutants: list[Judged]) -> str:
    counts = score(mutants)
    before = [counts[key] for key in ("mutants", "set aside", "n", "refused", "caught")]
    after = [counts[key] for key in ("told", "unseen", "stale")]
    return "| " + " | ".join(map(str, [name, *before, *_seen(counts), *after])) + " |"


def _seen(counts: dict[str, int]) -> tuple[str, str]:
    """The share that was refused or caught, and its interval."""
    seen, n = counts["refused"] + counts["caught"], counts["n"]
    if not n:
        return "", ""
    low, high = wilson(seen, n)
    return f"**{percent(seen / n)}**", f"{percent(low)} to {percent(high)}"


def _kinds(mutants: list[Judged]) -> str:
    """Each kind by class: n, share seen, interval; of those that no identity binds also what was warned of."""
    lines = [
        "| kind | set aside | identity: n | seen | 95 % interval | bounded: n | seen | warned | unprotected: n | seen | warned |",
        "|---|" + "---:|" * 10,
    ]
    for kind in (*KINDS, "all"):
        chosen = [m for m in mutants if kind in ("all", m.kind)]
        by_class = {name: score(m for m in chosen if m.protection == name) for name in CLASSES}
        row = [kind, score(chosen)["set aside"], by_class["identity"]["n"], *_seen(by_class["identity"])]
        for name in ("bounded", "unprotected"):
            counts = by_class[name]
            row += [counts["n"], counts["refused"] + counts["caught"], counts["told"]]
        lines.append("| " + " | ".join(map(str, row)) + " |")
    return "\n".join(lines)


def percent(share: float, decimals: int = 1) -> str:
    """A share in per cent."""
    return f"{100 * share:.{decimals}f} %"


def is_paper(source_id: str) -> bool:
    """Whether a source was really printed."""
    return not source_id.startswith("made_up") and source_id != "sound_bulletin"


def _cells(cells: dict[str, dict[str, int]]) -> str:
    lines = ["| source | figures | identity | bounded | unprotected |", "|---|---:|---:|---:|---:|"]
    papers = sum((Counter(counts) for name, counts in cells.items() if is_paper(name)), Counter())
    every = sum((Counter(counts) for counts in cells.values()), Counter())
    for name, counts in (*cells.items(), ("the papers", papers), ("all", every)):
        n = sum(counts.values())
        shown = [f"{counts.get(c, 0)} ({percent(counts.get(c, 0) / n)})" for c in CLASSES] if n else [""] * 3
        lines.append(f"| {name} | {n} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _rules(mutants: list[Judged]) -> str:
    lines = ["| rule | errors caught | warnings where nothing else saw the error |", "|---|---:|---:|"]
    caught = Counter(rule for m in mutants if m.is_seen for rule in m.rules)
    told = Counter(rule for m in mutants if m.verdict == "told" for rule in m.rules)
    lines += [f"| {rule} | {caught[rule]} | {told[rule]} |" for rule in sorted(caught | told)]
    return "\n".join(lines)


def _survivors(mutants: list[Judged]) -> str:
    by_kind = defaultdict(list)
    for m in mutants:
        if m.protection == "identity" and not m.set_aside and not m.is_seen:
            by_kind[m.kind].append(m)
    lines = []
    for kind, survivors in by_kind.items():
        lines.append(f"- {kind}: {len(survivors)}")
        for m in survivors[:SHOWN]:
            said = f"told by {', '.join(m.rules)}" if m.rules else "unseen"
            lines.append(f"  - {m.source_id}, {m.place}: {m.note}; breaks {', '.join(m.broken) or 'nothing'}; {said}")
    return "\n".join(lines) or "None."


def _set_aside(mutants: list[Judged]) -> str:
    """How far off the figures are that rounding hides, and mutants set aside that a rule calls an error all the same."""
    aside = [m for m in mutants if m.set_aside]
    wrong = [m for m in aside if m.is_seen]
    reasons = Counter(m.set_aside for m in aside)
    lines = [
        ", ".join(f"{reason}: {n}" for reason, n in reasons.items())
        + f". Errors of the rules among them: {len(wrong)}."
    ]
    changes = sorted(m.change for m in aside if m.change is not None)
    if changes:
        half, tenth = percent(statistics.median(changes), 3), percent(changes[9 * len(changes) // 10], 3)
        lines.append(
            f"Half of the figures are off by {half} of themselves at most, nine tenths by {tenth}, the farthest by {percent(changes[-1])}."
        )
    lines += [f"- {m.kind}, {m.source_id}, {m.place}: {m.note}; {m.set_aside}, yet {', '.join(m.rules)}" for m in wrong]
    return "\n".join(lines)


def _alarms(result: dict) -> str:
    cells, found = result["sound_cells"], result["false_alarms"]
    lines = [
        f"{result['sound_sources']} sources made up, {cells:,} cells.",
        "",
        "| severity | findings | per 1,000 cells | 95 % interval |",
        "|---|---:|---:|---:|",
    ]
    for severity in ("error", "warning"):
        n = sum(1 for alarm in found if alarm["severity"] == severity)
        low, high = wilson(n, cells)
        lines.append(f"| {severity} | {n} | {1000 * n / max(cells, 1):.2f} | {1000 * low:.2f} to {1000 * high:.2f} |")
    rules = Counter(alarm["rule_id"] for alarm in found)
    lines += ["", "By rule: " + (", ".join(f"{rule} {n}" for rule, n in rules.most_common()) or "none") + "."]
    lines.append(
        f"On tests/sources/sound_bulletin, which the rules were mended on: {result['alarms_on_sound_bulletin']}."
    )
    return "\n".join(lines)
