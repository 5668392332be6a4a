"""What binds the figures of one source, computed apart from the rules, with exact decimals.

A relation holds cells together by arithmetic, so that the printed intervals either meet or contradict each other:
result = numerator / denominator, ratio to a counterpart, growth, change, sum of all parts, balance, one figure stated
twice. This is the yardstick that tells which mutants arithmetic can see at all; it shares no code with the rules in
dbt. `bounds` names what else reads a cell: bands, and relations that only say which figure is the larger.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from functools import cached_property

from orchestration.intake.mapping import Cell
from validations.code_lists import CodeLists

CONTEXT = ("scheme", "pop_group", "age", "residence", "ref_area", "scope", "population_basis", "actuality")
#: Codes that stand where a form says nothing; of a scheme or an indicator there is none.
UNSAID = dict.fromkeys(("pop_group", "age", "residence"), "_T") | dict.fromkeys(("scope", "population_basis"), "_Z")
SERIES = ("indicator", "measure", "counterpart", *CONTEXT, "freq", "time_basis")
RELATIVE = ("ratio", "share", "growth")
#: An end of an interval; None is open.
End = Decimal | None
#: Kind of a relation and the cells that it binds.
Relation = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Interval:
    """The numbers that a printed text stands for, both ends included, in base units."""

    low: End
    high: End

    @property
    def middle(self) -> tuple[End, End] | Decimal:
        """The printed number itself; of an open interval its ends."""
        return (self.low, self.high) if self.low is None or self.high is None else (self.low + self.high) / 2

    def meets(self, other: Interval) -> bool:
        """Whether some number lies in both."""
        return not (_below(self.high, other.low) or _below(other.high, self.low))

    def plus(self, other: Interval) -> Interval:
        return Interval(_sum(self.low, other.low), _sum(self.high, other.high))

    def minus(self, other: Interval) -> Interval:
        return Interval(_sum(self.low, other.high, -1), _sum(self.high, other.low, -1))

    def times(self, other: Interval) -> Interval:
        """The product with a positive interval whose ends are known."""
        ends = [
            None if mine is None else mine * its for mine in (self.low, self.high) for its in (other.low, other.high)
        ]
        return Interval(
            None if self.low is None else min(ends[0], ends[1]), None if self.high is None else max(ends[2], ends[3])
        )

    def for_months(self, months: Decimal, others: Decimal) -> Interval:
        """What is so much in `months` is for `others`; an end that no decimal tells is put outwards."""
        with localcontext(rounding=ROUND_FLOOR):
            low = None if self.low is None else self.low * others / months
        with localcontext(rounding=ROUND_CEILING):
            return Interval(low, None if self.high is None else self.high * others / months)


def _below(a: End, b: End) -> bool:
    return a is not None and b is not None and a < b


def _sum(a: End, b: End, sign: int = 1) -> End:
    return None if a is None or b is None else a + sign * b


@dataclass(frozen=True)
class Figure:
    """One usable cell of a source in the unit of its indicator. `at`: its dimensions, as decided."""

    observation_id: str
    at: Mapping[str, str]
    value: Interval

    def key(self, names: Iterable[str] = CONTEXT, **other: str) -> tuple[str, ...]:
        """Its codes in `names`, with other codes where they are given."""
        return tuple(other.get(name, self.at[name]) for name in names)

    def level_key(self, **other: str) -> tuple[str, ...]:
        """What tells it from other levels of its source."""
        return self.key(("freq", "time_period", "indicator", *CONTEXT), **other)


@dataclass(frozen=True)
class Knowledge:
    """Code lists and relations of the seeds, as texts."""

    lists: CodeLists
    relations: Mapping[str, list[dict[str, str | None]]]

    def figures(self, cells: Iterable[Cell]) -> list[Figure]:
        """The cells that can be compared: usable, and in their indicator's unit, in it for another period or for none said."""
        return [figure for cell in cells if (figure := self._figure(cell))]

    def _figure(self, cell: Cell) -> Figure | None:
        if cell["is_missing"] or cell["numeral"] is None or cell.get("is_quarantined"):
            return None
        relative = cell["measure"] in RELATIVE
        natural = "PURE_NUMB" if relative else self.lists.record("indicator", cell["indicator"])["unit_measure"]
        text = self._units.get(cell["printed_unit"] or "", {})
        unit = "PURE_NUMB" if cell["percent"] else text.get("unit_measure") or natural
        own, its = self.lists.record("unit", unit), self.lists.record("unit", natural)
        if unit != natural and (own["quantity"] != its["quantity"] or not its["months"]):
            return None
        if unit != natural and own["months"] and not self.lists.record("indicator", cell["indicator"])["is_rate"]:
            return None
        power = -2 if cell["percent"] else int(text.get("unit_mult") or 0)
        value = _interval(cell, power, self.hedges[str(cell["qualifier"])])
        if unit != natural and own["months"]:
            value = value.for_months(Decimal(own["months"]), Decimal(its["months"]))
        return Figure(
            cell["observation_id"], {name: cell[name] for name in (*SERIES, "time_period", "base_period")}, value
        )

    @cached_property
    def _units(self) -> dict[str, dict[str, str | None]]:
        return {record["text"]: record for record in self.lists.records["unit_text"]}

    @cached_property
    def hedges(self) -> dict[str, dict[str, str | None]]:
        """What each qualifier allows, by its code."""
        return {record["qualifier"]: record for record in self.lists.records["hedge"]}

    @cached_property
    def parts(self) -> dict[tuple[str, str, str], list[str]]:
        """Parts of each whole, by indicator, dimension and code of the whole."""
        found = defaultdict(list)
        for record in self.relations["part"]:
            dimension, whole = record["whole"].split("=")
            found[record["indicator"], dimension, whole].append(record["part"].split("=")[1])
        return found

    @cached_property
    def forms(self) -> list[tuple[dict[str, str], dict[str, str]]]:
        """Declared forms of levels: the codes of a canonical figure, and those that the form has in their place."""
        found = []
        for record in self.relations["alias"]:
            form, read_as = (codes_of(record[name] or "") for name in ("form", "read_as"))
            codes = {**UNSAID, **form}
            if "measure" not in form and read_as.keys() <= codes.keys():
                found.append(({**form, **read_as}, {name: codes[name] for name in {**form, **read_as}}))
        return found

    def seen(self, figure: Figure) -> list[Mapping[str, str]]:
        """The dimensions of a figure in every declared form, its own first."""
        also = (back for own, back in self.forms if all(figure.at[name] == code for name, code in own.items()))
        return [figure.at, *({**figure.at, **back} for back in also)]


def codes_of(text: str) -> dict[str, str]:
    """Codes by dimension, from a text such as `scheme=DIBAO residence=U`."""
    return dict(part.split("=", 1) for part in text.split())


def _interval(cell: Cell, power: int, hedge: Mapping[str, str | None]) -> Interval:
    def end(numeral: str, side: str, sign: int) -> End:
        reach, value = hedge[side], Decimal(numeral)
        if reach == "open":
            return None
        decimals = cell["decimals"] if cell["numeral_high"] is None else len(numeral.partition(".")[2])
        if reach != "digit":
            away = abs(value) * Decimal(reach)
        elif decimals is None:
            away = abs(value) * Decimal(hedge["in_words"])
        else:
            away = Decimal("0.5").scaleb(-decimals)
        return (value + sign * away).scaleb(power)

    return Interval(end(cell["numeral"], "below", -1), end(cell["numeral_high"] or cell["numeral"], "above", 1))


def decided(cells: Iterable[Cell], decisions: list[dict], covered: list[dict]) -> list[Cell]:
    """The cells as the written decisions leave them: units, dimensions and values changed, withheld ones marked."""
    by_id = {decision["decision_id"]: decision for decision in decisions}
    changed = {cell["observation_id"]: dict(cell) for cell in cells}
    for cover in covered:
        cell, decision = changed.get(cover["observation_id"]), by_id[cover["decision_id"]]
        if cell is None or not cover["is_covered"]:
            continue
        if decision["outcome"] == "quarantined":
            cell["is_quarantined"] = True
        elif decision["field"] == "printed_value":
            minus = "-" if str(cell["numeral"]).startswith("-") and not cell["printed_value"].startswith("-") else ""
            cell["numeral"] = minus + decision["new_value"]
            cell["decimals"] = len(decision["new_value"].partition(".")[2])
        elif decision["field"] not in (None, "obs_status"):
            cell[decision["field"]] = decision["new_value"]
    return list(changed.values())


def relations(figures: list[Figure], known: Knowledge) -> dict[Relation, bool]:
    """Every relation that holds figures together, with whether their intervals agree."""
    levels = defaultdict(list)
    for figure in figures:
        if figure.at["measure"] == "level":
            levels[figure.level_key()].append(figure)
    found: dict[Relation, bool] = {}
    for kind, bound, agrees in itertools.chain(
        _quotients(figures, levels, known),
        _changes(figures, levels),
        _sums(figures, known),
        _balances(levels, known),
        _restated(figures),
    ):
        first, *others = (figure.observation_id for figure in bound)
        # Sums and restatements name their cells in the order of the file; a relation is the same in any.
        key = (
            (first, *sorted(others))
            if kind == "sum"
            else tuple(sorted((first, *others)))
            if kind == "restatement"
            else (first, *others)
        )
        found[kind, key] = agrees
    return found


Levels = Mapping[tuple[str, ...], list[Figure]]
Found = Iterator[tuple[str, tuple[Figure, ...], bool]]


def _quotients(figures: list[Figure], levels: Levels, known: Knowledge) -> Found:
    for result in figures:
        for numerator_key, denominator_key, one in _parts_of(result, known):
            for n, d in itertools.product(levels.get(numerator_key, []), levels.get(denominator_key, [])):
                if None not in (d.value.low, d.value.high) and d.value.low > 0:
                    yield "quotient", (result, n, d), result.value.plus(one).times(d.value).meets(n.value)


def _parts_of(result: Figure, known: Knowledge) -> Iterator[tuple[tuple, tuple, Interval]]:
    """Keys of what a figure is one over the other of, and what is added to it before: 1 to a growth."""
    nothing, measure = Interval(Decimal(0), Decimal(0)), result.at["measure"]
    if measure == "level":
        for record in known.relations["quotient"]:
            if record["result"] == result.at["indicator"]:
                yield (
                    result.level_key(indicator=record["numerator"]),
                    result.level_key(indicator=record["denominator"]),
                    nothing,
                )
    elif measure == "growth":
        yield (
            result.level_key(),
            result.level_key(time_period=result.at["base_period"]),
            Interval(Decimal(1), Decimal(1)),
        )
    elif measure in ("ratio", "share"):
        yield result.level_key(), result.level_key(**codes_of(result.at["counterpart"])), nothing


def _changes(figures: list[Figure], levels: Levels) -> Found:
    for change in figures:
        if change.at["measure"] == "change":
            bases = levels.get(change.level_key(time_period=change.at["base_period"]), [])
            for end, base in itertools.product(levels.get(change.level_key(), []), bases):
                yield "change", (change, end, base), change.value.meets(end.value.minus(base.value))


def wholes(figures: list[Figure], known: Knowledge) -> Iterator[tuple[list[Figure], dict[str, list[Figure]], int]]:
    """Figures of each whole, those of its parts by code, and how many parts there must be."""
    for (indicator, dimension, whole), codes in known.parts.items():
        sides = defaultdict(lambda: defaultdict(list))
        for figure in figures:
            for at in known.seen(figure) if figure.at["measure"] == "level" else ():
                if at["indicator"] == indicator and (code := at[dimension]) in (whole, *codes):
                    names = ("freq", "time_period", "time_basis", *CONTEXT)
                    sides[tuple({**at, dimension: whole}[name] for name in names)][code].append(figure)
        for by_code in sides.values():
            yield by_code.pop(whole, []), by_code, len(codes)


def _sums(figures: list[Figure], known: Knowledge) -> Found:
    for stated, by_code, wanted in wholes(figures, known):
        if len(by_code) == wanted:
            total = Interval(Decimal(0), Decimal(0))
            for part in by_code.values():
                total = total.plus(_common(part))
            members = tuple(figure for code in sorted(by_code) for figure in by_code[code])
            for whole in stated:
                yield "sum", (whole, *members), whole.value.meets(total)


def _common(statements: list[Figure]) -> Interval:
    """What the statements of one figure have in common or, if nothing, all that they allow."""
    lows, highs = [f.value.low for f in statements], [f.value.high for f in statements]
    if None in lows or None in highs:
        return Interval(None if None in lows else max(lows), None if None in highs else min(highs))
    return Interval(max(lows), min(highs)) if max(lows) <= min(highs) else Interval(min(lows), max(highs))


def _balances(levels: Levels, known: Knowledge) -> Found:
    for record in known.relations["balance"]:
        for closing in [f for group in levels.values() for f in group if f.at["indicator"] == record["stock"]]:
            keys = [
                closing.level_key(time_period=period_before(closing.at["time_period"])),
                closing.level_key(indicator=record["inflow"]),
                closing.level_key(indicator=record["outflow"]),
            ]
            for opening, inflow, outflow in itertools.product(*(levels.get(key, []) for key in keys)):
                computed = opening.value.plus(inflow.value).minus(outflow.value)
                yield "balance", (closing, opening, inflow, outflow), closing.value.meets(computed)


def _restated(figures: list[Figure]) -> Found:
    by_key = defaultdict(list)
    for figure in figures:
        by_key[figure.key((*SERIES, "time_period", "base_period"))].append(figure)
    for group in by_key.values():
        for a, b in itertools.combinations(group, 2):
            yield "restatement", (a, b), a.value.meets(b.value)


def period_before(period: str) -> str:
    """The period of the same frequency before: 2014 before 2015, 2014-Q4 before 2015-Q1, 2014-12 before 2015-01."""
    if len(period) == 4:
        return str(int(period) - 1)
    year, mark, number = (
        int(period[:4]),
        "Q" if "Q" in period else "",
        int(period[-1:] if "Q" in period else period[-2:]),
    )
    last = 4 if mark else 12
    year, number = (year, number - 1) if number > 1 else (year - 1, last)
    return f"{year}-{mark}{number}" if mark else f"{year}-{number:02d}"
