"""Numbers for people: which unit a column is shown in, how many decimals, and the text of a value.

The end of a column's name says its unit, and `vars.units` of dbt_project.yml in what readers take it: 亿 and 万, or
million and billion. A shown number times `Unit.factor` is the mart's value, to the decimals shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from validations import published


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


#: Decimals of what says nothing about its unit.
UNNAMED = 6


def unit_of(column: str, values: Iterable[Decimal | int | None], language: str, percent: bool = False) -> Unit:
    """The unit in which `column` is shown, by its name and its largest value."""
    known = [Decimal(str(value)) for value in values if value is not None]
    unit = published.unit_of(published.PERCENT_ENDING if percent else column)
    if unit is None:
        return Unit("", Decimal(1), None)
    shown = published.display(unit, max((abs(value) for value in known), default=Decimal(0)), language)
    return _fitting(known, Unit(shown["name"], Decimal(10) ** shown["mult"], shown["decimals"]))


def _fitting(values: list[Decimal], unit: Unit) -> Unit:
    """The unit with as few decimals as show every value in full, or with all it may have."""
    for decimals in range(unit.decimals):
        step = Decimal(1).scaleb(-decimals)
        if all(value / unit.factor == (value / unit.factor).quantize(step) for value in values):
            return Unit(unit.name, unit.factor, decimals)
    return unit
