"""Errors as they happen between a ledger and a page, one at a time: each kind makes mutants of a printed sheet.

Pure and seeded: the same sheet, kind and random numbers give the same mutants. A sheet is one CSV file of a source as
it stands in the seeds, its part of the descriptor, and the cells that intake reads from the two. A mutant changes
what the *page* prints; where that is a label or a unit, the descriptor says what the page says, as a person who
transcribes the page would write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from orchestration.intake.mapping import Cell
from proofs.mutants.moves import MOVES, Units
from proofs.mutants.sheet import Mutant, Place, Sheet

NUMBER = re.compile(r"(-?)([0-9][0-9,]*(?:\.[0-9]+)?)(%?)", re.ASCII)


@dataclass(frozen=True)
class Printed:
    """A printed number taken apart: sign, digits with their point, percent sign, and whether thousands are grouped."""

    sign: str
    digits: str
    percent: str
    is_grouped: bool

    @classmethod
    def read(cls, text: str) -> Printed | None:
        """None for a word, a range or a mark for a missing value."""
        found = NUMBER.fullmatch(text)
        return found and cls(found[1], found[2].replace(",", ""), found[3], "," in found[2])

    def with_digits(self, digits: str) -> str:
        """The printed text with other digits."""
        whole, _, decimals = digits.partition(".")
        whole = whole.lstrip("0") or "0"
        if self.is_grouped:
            whole = f"{int(whole):,}"
        return f"{self.sign}{whole}{'.' if decimals else ''}{decimals}{self.percent}"


def _shifted(digits: str, places: int) -> str:
    """The digits with their point moved: to the right by `places`, to the left if negative."""
    whole, _, decimals = digits.partition(".")
    if places >= 0:
        decimals = decimals.ljust(places, "0")
        return f"{whole}{decimals[:places]}.{decimals[places:]}".rstrip(".")
    whole = whole.rjust(1 - places, "0")
    return f"{whole[:places]}.{whole[places:]}{decimals}"


def _factor(places: int) -> Callable[[Printed, Random], str | None]:
    def change(number: Printed, random: Random) -> str | None:
        options = [_shifted(number.digits, places), _shifted(number.digits, -places)]
        fitting = [d for d in options if len(d.partition(".")[0].lstrip("0")) <= 15 and len(d.partition(".")[2]) <= 8]
        return number.with_digits(random.choice(fitting)) if fitting else None

    return change


def _times(low: float, high: float) -> Callable[[Printed, Random], str | None]:
    """Another value, `low` to `high` times the printed one, with as many decimals."""

    def change(number: Printed, random: Random) -> str | None:
        factor = Decimal(str(round(random.uniform(low, high), 4)))
        decimals = Decimal(1).scaleb(-len(number.digits.partition(".")[2]))
        return number.with_digits(f"{(Decimal(number.digits) * factor).quantize(decimals):f}")

    return change


def _digit_places(number: Printed) -> list[int]:
    return [index for index, sign in enumerate(number.digits) if sign != "."]


def _substituted(number: Printed, random: Random) -> str | None:
    at = random.choice(_digit_places(number))
    first = at == 0 and len(number.digits.partition(".")[0]) > 1
    digit = random.choice([d for d in "0123456789"[1 if first else 0 :] if d != number.digits[at]])
    return number.with_digits(number.digits[:at] + digit + number.digits[at + 1 :])


def _dropped(number: Printed, random: Random) -> str | None:
    if len(_digit_places(number)) < 2:
        return None
    at = random.choice(_digit_places(number))
    return number.with_digits((number.digits[:at] + number.digits[at + 1 :]).rstrip("."))


def _doubled(number: Printed, random: Random) -> str | None:
    at = random.choice(_digit_places(number))
    return number.with_digits(number.digits[: at + 1] + number.digits[at:])


def _swapped(number: Printed, random: Random) -> str | None:
    places = _digit_places(number)
    pairs = [(a, b) for a, b in zip(places, places[1:]) if number.digits[a] != number.digits[b]]
    if not pairs:
        return None
    a, b = random.choice(pairs)
    digits = list(number.digits)
    digits[a], digits[b] = digits[b], digits[a]
    return number.with_digits("".join(digits))


def _point_lost(number: Printed, random: Random) -> str | None:
    return number.with_digits(number.digits.replace(".", "")) if "." in number.digits else None


def _footnote(number: Printed, random: Random) -> str | None:
    return number.with_digits(number.digits + str(random.randint(1, 9)))


def _minus_lost(number: Printed, random: Random) -> str | None:
    return (
        Printed("", number.digits, number.percent, number.is_grouped).with_digits(number.digits)
        if number.sign
        else None
    )


def _percent(number: Printed, random: Random) -> str | None:
    return Printed(number.sign, number.digits, "" if number.percent else "%", number.is_grouped).with_digits(
        number.digits
    )


def _any(cell: Cell) -> bool:
    return True


def _is_relative(cell: Cell) -> bool:
    return cell["measure"] in ("ratio", "share", "growth")


def _is_annual_flow(cell: Cell) -> bool:
    return cell["freq"] == "A" and cell["time_basis"] == "flow" and cell["measure"] == "level"


#: Kinds that misread one number: what it becomes, and which cells it can happen to.
MISREAD: dict[str, tuple[Callable[[Printed, Random], str | None], Callable[[Cell], bool]]] = {
    "factor 10": (_factor(1), _any),
    "factor 100": (_factor(2), _any),
    "factor 1,000": (_factor(3), _any),
    "factor 10^4": (_factor(4), _any),
    "factor 10^8": (_factor(8), _any),
    "factor 12": (_times(12, 12), _any),
    "percent for ratio": (_percent, _is_relative),
    "digit substituted": (_substituted, _any),
    "digit dropped": (_dropped, _any),
    "digit doubled": (_doubled, _any),
    "two digits swapped": (_swapped, _any),
    "point lost": (_point_lost, _any),
    "footnote glued on": (_footnote, _any),
    "minus lost": (_minus_lost, _any),
    "stale vintage": (_times(0.95, 0.995), _any),
    "year to date as annual": (_times(0.7, 0.78), _is_annual_flow),
}
MISREAD_MORE = ("neighbour copied", "missing read as 0")
KINDS = (*MISREAD, *MISREAD_MORE, *MOVES)


def mutants_of(sheet: Sheet, kind: str, units: Units, random: Random) -> list[Mutant]:
    """All mutants of a kind that the sheet allows, one a cell or move. `units`: the unit texts that exist, with what they measure."""
    if kind in MOVES:
        return [m for m in MOVES[kind](sheet, kind, units, random) if m.records != sheet.records]
    return list(_misread(sheet, kind, random))


def _misread(sheet: Sheet, kind: str, random: Random) -> Iterator[Mutant]:
    for place, cell in sheet.cells.items():
        texts = _misreading(sheet, kind, place, cell, random)
        if texts and any(sheet.text(where) != text for where, text in texts.items()):
            (where, text), *_ = texts.items()
            note = f"{sheet.text(where)} reads {text}"
            yield Mutant(kind, sheet.source_id, sheet.resource, sheet.with_texts(texts), (place,), note, True)


def _misreading(sheet: Sheet, kind: str, place: Place, cell: Cell, random: Random) -> dict[Place, str] | None:
    """The texts that a kind puts in the place of others, or None where it cannot happen."""
    number = Printed.read(sheet.text(place))
    if kind == "missing read as 0":
        return {place: "0"} if cell["is_missing"] else None
    if kind == "neighbour copied":
        copied = _neighbour(sheet, place, random)
        return {place: copied} if number and copied else None
    change, applies = MISREAD[kind]
    if number is None or not applies(cell):
        return None
    if kind == "minus lost" and sheet.resource.has_a_figure_a_row:
        where = (place[0], sheet.column("direction"))
        return {where: "rise"} if sheet.text(where) == "fall" else None
    changed = change(number, random)
    return {place: changed} if changed else None


def _neighbour(sheet: Sheet, place: Place, random: Random) -> str | None:
    """A number printed beside the cell that reads otherwise."""
    row, column = place
    beside = [(row, column - 1), (row, column + 1), (row - 1, column), (row + 1, column)]
    texts = [sheet.text(p) for p in beside if p in sheet.cells]
    texts = [text for text in texts if Printed.read(text) and text != sheet.text(place)]
    return random.choice(texts) if texts else None
