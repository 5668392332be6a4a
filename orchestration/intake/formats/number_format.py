"""How a workbook shows a number: its stored value under its number format, as the text that a person sees.

A format of fixed decimals, of thousands or of percent shows a number, and so does General; of the decimals that General
leaves out nobody knows whether they were printed: such a text is `Stored`, and has the wider interval of fewer. Any other
format shows no plain number: a date, a fraction, a word. Its text says so, and is refused where a figure is read.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from orchestration.intake.formats.format import Stored

GENERAL = ("", "General", "@", "GENERAL")
#: What a format writes beside the digits: quoted words, padding, colours, currencies.
BESIDE = r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[()\s]'
FIXED = re.compile(r"(?P<thousands>#,##)?[#?]*0+(?:\.(?P<decimals>0+))?(?P<percent>%)?")
#: Significant digits that Excel keeps.
DIGITS = 15
#: Decimals that a printed figure may have; those of a number that was computed, and that General stores, go further.
MOST_DECIMALS = 8


def shown(value: float | int, number_format: str) -> str:
    """The text of a number under its format; for a format that shows no plain number, one that says which it is."""
    exact = _exact(value)
    if number_format in GENERAL:
        return Stored(f"{round(exact, MOST_DECIMALS).normalize() if exact % 1 else exact:f}")
    bare = re.sub(BESIDE, "", number_format.split(";")[0]).lstrip("-¥$￥")
    found = FIXED.fullmatch(bare)
    if found is None:
        return f"{exact:f} in the format {number_format}"
    decimals = len(found["decimals"] or "")
    if found["percent"]:
        exact *= 100
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:,f}" if found["thousands"] else f"{rounded:f}"
    return text + ("%" if found["percent"] else "")


def _exact(value: float | int) -> Decimal:
    """A stored number with the digits that Excel has of it: 0.1 + 0.2 is 0.3 there."""
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{DIGITS}g}")
    number = number.normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
