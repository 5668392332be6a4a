"""What reads a figure without fixing it: bands of plausible values, and relations that only say which is the larger."""

from __future__ import annotations

from collections import defaultdict

from proofs.mutants.relations import SERIES, Figure, Knowledge, wholes


def bounded(figures: list[Figure], known: Knowledge) -> set[str]:
    """Ids of the figures that a band, a bound, a share's limits, a whole or an earlier period holds."""
    levels = [figure for figure in figures if figure.at["measure"] == "level"]
    found = {figure.observation_id for figure in figures if figure.at["measure"] == "share"}
    found |= _in_bands(levels, known) | _in_quotients(levels, known) | _in_wholes(levels, known)
    return found | _in_steps(levels, known) | _in_areas(levels, known)


def _bands(known: Knowledge, kind: str) -> list[dict[str, str | None]]:
    return [record for record in known.relations["plausible"] if record["kind"] == kind]


def _in_bands(levels: list[Figure], known: Knowledge) -> set[str]:
    named = {record["numerator"] for record in _bands(known, "level")}
    return {figure.observation_id for figure in levels if figure.at["indicator"] in named}


def _in_quotients(levels: list[Figure], known: Knowledge) -> set[str]:
    """Figures of a quotient whose parts all stand beside each other, or of a pair of which one bounds the other."""
    beside = defaultdict(lambda: defaultdict(list))
    for figure in levels:
        beside[figure.key(("ref_area", "freq", "time_period", "actuality"))][figure.at["indicator"]].append(figure)
    groups = [(r["numerator"], r["denominator"], r["per"] or r["denominator"]) for r in _bands(known, "quotient")]
    groups += [(record["lower"], record["upper"], record["upper"]) for record in known.relations["bound"]]
    found = set()
    for by_indicator in beside.values():
        for group in groups:
            if all(name in by_indicator for name in group):
                found |= {figure.observation_id for name in group for figure in by_indicator[name]}
    return found


def _in_wholes(levels: list[Figure], known: Knowledge) -> set[str]:
    found = set()
    for stated, by_code, _ in wholes(levels, known):
        if stated and by_code:
            found |= {figure.observation_id for figure in (*stated, *(f for part in by_code.values() for f in part))}
    return found


def _in_steps(levels: list[Figure], known: Knowledge) -> set[str]:
    """Figures whose growth is held to a band, and counts since the start of the year, where another period stands."""
    named = {record["numerator"] for record in _bands(known, "growth")}
    series = defaultdict(list)
    for figure in levels:
        if figure.at["indicator"] in named or figure.at["time_basis"] == "year_to_date":
            series[figure.key(SERIES)].append(figure)
    several = [group for group in series.values() if len({figure.at["time_period"] for figure in group}) > 1]
    return {figure.observation_id for group in several for figure in group}


def _in_areas(levels: list[Figure], known: Knowledge) -> set[str]:
    """Amounts and counts of an area beside those of the area that it lies in."""
    parent = {record["code"]: record["parent"] for record in known.lists.records["area"]}
    keyed = defaultdict(list)
    for figure in levels:
        unit = known.lists.record("unit", known.lists.record("indicator", figure.at["indicator"])["unit_measure"])
        if not unit["months"] and unit["quantity"] != "number":
            keyed[figure.key((*SERIES, "time_period"))].append(figure)
    found = set()
    for group in list(keyed.values()):
        for figure in group:
            over = keyed.get(figure.key((*SERIES, "time_period"), ref_area=parent.get(figure.at["ref_area"]) or ""), [])
            found |= {f.observation_id for f in (figure, *over)} if over else set()
    return found
