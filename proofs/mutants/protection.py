"""What holds each figure of the seeds: an identity, another publication, a sum of areas, a band, or nothing.

    python -m proofs.mutants.protection

Computed apart from the rules, as `relations` and `bounds` do: a relation counts where it holds as the figures stand,
decided. A figure counts once, where it is held best; `identity` is one of its own source, so that a class to the right
says what the other publications add.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from orchestration import intake
from orchestration.intake.mapping import Cell
from orchestration.paths import Paths
from proofs.mutants.bounds import bounded
from proofs.mutants.relations import SERIES, Figure, Knowledge, decided, relations
from proofs.mutants.report import percent

CLASSES = ("identity", "another publication", "sum of areas", "bounded", "nothing")


def of_figures(seeds: Path) -> dict[str, dict[str, str]]:
    """By source: the class of each figure that it prints. Raises IntakeError if intake refuses the seeds."""
    result = intake.read(seeds)
    known = Knowledge(result.lists, result.relations)
    printed, figures = {}, {}
    with tempfile.TemporaryDirectory(prefix="protection_") as folder:
        intake.write(result, Path(folder))
        for source in result.sources:
            cells = list(_cells(Path(folder) / "observation", source.source_id))
            printed[source.source_id] = [cell["observation_id"] for cell in cells if not cell["is_missing"]]
            decisions = (source.rows["decision"], source.rows["decision_cell"])
            figures[source.source_id] = known.figures(decided(cells, *decisions))
    together = [figure for of_source in figures.values() for figure in of_source]
    twice, in_areas = _stated_twice(figures), _in_sums_of_areas(together, known)
    found = {}
    for source_id, of_source in figures.items():
        held = {cell for (_, cells), agrees in relations(of_source, known).items() if agrees for cell in cells}
        sets = (held, twice, in_areas, bounded(of_source, known))
        found[source_id] = {
            cell: next((name for name, ids in zip(CLASSES, sets) if cell in ids), CLASSES[-1])
            for cell in printed[source_id]
        }
    return found


def _cells(folder: Path, source_id: str) -> Iterator[Cell]:
    """The figures of a source, of its pages and of its long files."""
    for path in sorted([folder / f"{source_id}.parquet", *(folder / source_id).rglob("*.parquet")]):
        yield from pl.read_parquet(path).iter_rows(named=True)


def _stated_twice(figures: dict[str, list[Figure]]) -> set[str]:
    """Figures that two sources state, within the rounding of both."""
    stated = defaultdict(list)
    for source_id, of_source in figures.items():
        for figure in of_source:
            stated[figure.key((*SERIES, "time_period", "base_period"))].append((source_id, figure))
    return {
        mine.observation_id
        for group in stated.values()
        for source, mine in group
        if any(other != source and its.value.meets(mine.value) for other, its in group)
    }


def _in_sums_of_areas(figures: Iterable[Figure], known: Knowledge) -> set[str]:
    """Totals of areas and those areas, where all of them are stated and add up, whichever sources state them."""
    members: dict[str, list[dict[str, str | None]]] = defaultdict(list)
    for record in known.lists.records["area_member"]:
        members[record["area_group"]].append({**record, "code": record["member"]})
    for record in known.lists.records["area"]:
        if record["parent"] and record["level"] != "group":
            members[record["parent"]].append(record)
    beside = defaultdict(dict)
    for figure in figures:
        if figure.at["measure"] == "level":
            names = tuple(name for name in (*SERIES, "time_period") if name != "ref_area")
            beside[figure.key(names)].setdefault(figure.at["ref_area"], []).append(figure)
    found = set()
    for by_area in beside.values():
        for whole in by_area.keys() & members.keys():
            period = by_area[whole][0].at["time_period"]
            wanted = {m["code"] for m in members[whole] if _is_valid(m, period)}
            if len(wanted) > 1 and wanted <= by_area.keys():
                parts = [by_area[code][-1] for code in sorted(wanted)]
                total = parts[0].value
                for part in parts[1:]:
                    total = total.plus(part.value)
                agreeing = [stated for stated in by_area[whole] if stated.value.meets(total)]
                found |= {figure.observation_id for figure in (*agreeing, *(parts if agreeing else ()))}
    return found


def _is_valid(area: dict[str, str | None], period: str) -> bool:
    """Whether the area was there in the year of a period."""
    year = period[:4]
    return (area["valid_from"] or year)[:4] <= year <= (area["valid_to"] or year)[:4]


def table(found: dict[str, dict[str, str]]) -> str:
    """The table of docs/mutants.md: by source, and all."""
    lines = ["| source | figures | " + " | ".join(CLASSES) + " |", "|---|" + "---:|" * (len(CLASSES) + 1)]
    counts = {name: Counter(classes.values()) for name, classes in found.items()}
    for name, counted in (*sorted(counts.items()), ("all", sum(counts.values(), Counter()))):
        figures = counted.total()
        shares = (f"{counted[c]:,} ({percent(counted[c] / figures)})" if figures else "0" for c in CLASSES)
        lines.append(f"| {name} | {figures:,} | {' | '.join(shares)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(of_figures(Paths.from_environment().seeds)))
