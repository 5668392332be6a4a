"""What benchmarks/bulk.py measures of one process, and its tables in Markdown."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from statistics import median

from proofs.generators import panel

#: Observations of one month: counties, indicators, urban and rural.
A_MONTH = panel.COUNTIES * len(panel.indicators()) * 2
GATED = ("1 intake", "2 transform", "3 assemble")
SHOWN_NODES = 10


@dataclass
class Measured:
    """One process. Seconds whole, by stage and by dbt node; bytes of memory at its peak and on disk by kind."""

    whole: float
    stages: dict[str, float] = field(default_factory=dict)
    nodes: dict[str, float] = field(default_factory=dict)
    peak: int = 0
    peak_of_one: int = 0
    peaks: dict[str, int] = field(default_factory=dict)
    disk: dict[str, int] = field(default_factory=dict)
    facts: dict[str, list[str]] = field(default_factory=dict)


Rounds = list[Measured]


def report(empty: Rounds, full: dict[int, Rounds], bounds: dict[int, Rounds]) -> str:
    """Ratio, seconds, growth, memory and bytes by size, then the dearest dbt nodes of the largest one."""
    sizes = sorted(full)
    heads = [f"{months * A_MONTH / 1e6:.1f} M" for months in sizes]
    parts = [
        f"medians of {len(empty)} round(s), {os.cpu_count()} cores; M: million observations",
        _table(["seconds", "empty", *heads], _seconds(empty, full, bounds)),
        _table(["seconds for each further million", *heads], _growth(empty, full, bounds)),
        _table(["peak memory, MB", "empty", *heads], _memory(empty, full, bounds)),
        _table(["bytes on disk, MB", "empty", *heads], _disk(empty, full, bounds)),
        _table([f"dbt node at {heads[-1]}", "seconds", "empty"], _nodes(empty, full[sizes[-1]])),
    ]
    return "\n\n".join(parts)


def middle(measured: list[Measured], what: str, key: str | None = None) -> float:
    """The median of one figure over the rounds; 0 where a round has none of that key."""
    values = [getattr(one, what) for one in measured]
    return float(median(value if key is None else value.get(key, 0) for value in values))


def gated(measured: Rounds) -> float:
    """Seconds of intake, transform and assemble."""
    return sum(middle(measured, "stages", stage) for stage in GATED)


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _stages(*groups: Rounds) -> list[str]:
    return sorted({stage for group in groups for one in group for stage in one.stages})


def _seconds(empty: Rounds, full: dict[int, Rounds], bounds: dict[int, Rounds]) -> list[list[str]]:
    sizes = sorted(full)

    def row(name: str, first: float | None, values: list[float], digits: int = 1) -> list[str]:
        return [name, "" if first is None else f"{first:.{digits}f}", *(f"{value:.{digits}f}" for value in values)]

    fixed = gated(empty)
    least = [middle(bounds[months], "whole") for months in sizes]
    ratios = [gated(full[months]) / (bound + fixed) for months, bound in zip(sizes, least)]
    rows = [
        row("**ratio: stages 1 to 3 / (lower bound + empty stages 1 to 3)**", None, ratios, 2),
        row("stages 1 to 3", fixed, [gated(full[months]) for months in sizes]),
        row("lower bound", None, least),
        row("refresh, whole", middle(empty, "whole"), [middle(full[months], "whole") for months in sizes]),
    ]
    for stage in _stages(empty, *full.values()):
        values = [middle(full[months], "stages", stage) for months in sizes]
        rows.append(row(stage, middle(empty, "stages", stage), values))
    for kind in ("models", "rules", "tests"):
        values = [_kinds(full[months])[kind] for months in sizes]
        rows.append(row(f"dbt: {kind}, sum over nodes", _kinds(empty)[kind], values))
    return rows


def _kinds(measured: Rounds) -> dict[str, float]:
    """Seconds of dbt's nodes by kind. Two nodes run at a time: the sums exceed the clock."""
    seconds = {"models": 0.0, "rules": 0.0, "tests": 0.0}
    for node in _node_ids(measured):
        kind, _, name = node.split(".")[:3]
        group = "tests" if kind != "model" else "rules" if name.startswith("rule_") else "models"
        seconds[group] += middle(measured, "nodes", node)
    return seconds


def _growth(empty: Rounds, full: dict[int, Rounds], bounds: dict[int, Rounds]) -> list[list[str]]:
    """Seconds that each further million takes, from the size before (the first: from the empty refresh)."""
    sizes = sorted(full)
    millions = [0.0, *(months * A_MONTH / 1e6 for months in sizes)]

    def row(name: str, values: list[float]) -> list[str]:
        steps = zip(values, values[1:], millions, millions[1:])
        return [name, *(f"{(after - before) / (more - less):.2f}" for before, after, less, more in steps)]

    groups = [empty, *(full[months] for months in sizes)]
    rows = [row("refresh, whole", [middle(group, "whole") for group in groups])]
    for stage in _stages(*groups):
        if stage[0] in "12345":
            rows.append(row(stage, [middle(group, "stages", stage) for group in groups]))
    # The lower bound of nothing is not measured: its first step has its fixed cost in it.
    rows.append(row("lower bound", [0.0, *(middle(bounds[months], "whole") for months in sizes)]))
    return rows


def _memory(empty: Rounds, full: dict[int, Rounds], bounds: dict[int, Rounds]) -> list[list[str]]:
    sizes = sorted(full)
    groups = [empty, *(full[months] for months in sizes)]
    least = [f"{middle(bounds[months], 'peak') / 1e6:.0f}" for months in sizes]
    stages = sorted({stage for group in groups for one in group for stage in one.peaks})
    return [
        ["refresh, all processes", *(f"{middle(group, 'peak') / 1e6:.0f}" for group in groups)],
        ["refresh, largest process", *(f"{middle(group, 'peak_of_one') / 1e6:.0f}" for group in groups)],
        *([f"during {s}", *(f"{middle(group, 'peaks', s) / 1e6:.0f}" for group in groups)] for s in stages),
        ["lower bound", "", *least],
    ]


def _disk(empty: Rounds, full: dict[int, Rounds], bounds: dict[int, Rounds]) -> list[list[str]]:
    sizes = sorted(full)
    groups = [empty, *(full[months] for months in sizes)]
    rows = [
        [f"release, {kind}", *(f"{middle(group, 'disk', kind) / 1e6:.1f}" for group in groups)]
        for kind in sorted({kind for group in groups for one in group for kind in one.disk})
    ]
    kinds = sorted({kind for group in bounds.values() for one in group for kind in one.disk})
    return rows + [
        [f"lower bound, {kind}", "", *(f"{middle(bounds[months], 'disk', kind) / 1e6:.1f}" for months in sizes)]
        for kind in kinds
    ]


def _node_ids(measured: Rounds) -> set[str]:
    return {node for one in measured for node in one.nodes}


def _nodes(empty: Rounds, largest: Rounds) -> list[list[str]]:
    dearest = sorted(_node_ids(largest), key=lambda node: (-middle(largest, "nodes", node), node))[:SHOWN_NODES]
    return [
        [
            " ".join(node.split(".")[0::2][:2]),
            f"{middle(largest, 'nodes', node):.1f}",
            f"{middle(empty, 'nodes', node):.1f}",
        ]
        for node in dearest
    ]
