"""Numbers for people: which unit a column is shown in, how many decimals, and the text of a value.

A column's name says its unit (`_yuan`, `_persons`, `_share`, ...); readers of Chinese expect 亿 and 万, others
million and billion. A shown number times `Unit.factor` is the mart's value, to the decimals shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

PER_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Unit:
    """`factor`: the mart's value of one; `decimals`: those shown, None for as many as each value needs."""

    name: str
    factor: Decimal
    decimals: int | None

    def text(self, value: Decimal | int | float) -> str:
        """The value in this unit, with thousands apart and a true minus."""
        scaled = Decimal(str(value)) / self.factor
        if self.decimals is None:
            return f"{round(scaled, UNNAMED).normalize():,f}".replace("-", "\N{MINUS SIGN}")
        rounded = scaled.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_EVEN)
        return f"{rounded:,f}".replace("-", "\N{MINUS SIGN}")

    def number(self, value: Decimal | int | float) -> float:
        """The value in this unit, for an axis."""
        return float(Decimal(str(value)) / self.factor)


#: Largest amount from which a unit is taken: (from, factor, English, Chinese).
MONEY = {
    "en": [(10**11, 10**9, "billion yuan"), (10**7, 10**6, "million yuan"), (0, 1, "yuan")],
    "zh": [(10**9, 10**8, "亿元"), (10**6, 10**4, "万元"), (0, 1, "元")],
}
PERSONS = {
    "en": [(10**7, 10**6, "million persons"), (0, 1, "persons")],
    "zh": [(10**5, 10**4, "万人"), (0, 1, "人")],
}
#: Suffix of a column, its unit in both languages, the most decimals shown.
PLAIN = [
    ("_yuan_per_month", {"en": "yuan per month", "zh": "元/月"}, 1),
    ("_yuan_per_year", {"en": "yuan per year", "zh": "元/年"}, 2),
    ("_ratio", {"en": "times", "zh": "倍"}, 3),
    ("years_elapsed", {"en": "years", "zh": "年"}, 2),
]
#: Decimals of scaled money and counts, of percentages and points, and of what says nothing about its unit.
SCALED, PERCENT, POINTS, UNNAMED = 3, 2, 2, 6


def unit_of(column: str, values: Iterable[Decimal | int | None], language: str, percent: bool = False) -> Unit:
    """The unit in which `column` is shown, by its name and its largest value."""
    known = [Decimal(str(value)) for value in values if value is not None]
    if percent or column.endswith("_share"):
        return _fitting(known, Unit("%", PER_CENT, PERCENT))
    if column.endswith("_pp"):
        name = {"en": "percentage points", "zh": "个百分点"}[language]
        return _fitting(known, Unit(name, Decimal(1), POINTS))
    for suffix, names, decimals in PLAIN:
        if column.endswith(suffix):
            return _fitting(known, Unit(names[language], Decimal(1), decimals))
    for suffix, ladder in (("_yuan", MONEY), ("_persons", PERSONS)):
        if column.endswith(suffix):
            largest = max((abs(value) for value in known), default=Decimal(0))
            factor, name = next((factor, name) for least, factor, name in ladder[language] if largest >= least)
            return _fitting(known, Unit(name, Decimal(factor), SCALED if factor > 1 else 1))
    return Unit("", Decimal(1), None)


def _fitting(values: list[Decimal], unit: Unit) -> Unit:
    """The unit with as few decimals as show every value in full, or with all it may have."""
    for decimals in range(unit.decimals):
        step = Decimal(1).scaleb(-decimals)
        if all(value / unit.factor == (value / unit.factor).quantize(step) for value in values):
            return Unit(unit.name, unit.factor, decimals)
    return unit
