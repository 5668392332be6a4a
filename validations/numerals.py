"""Printed numbers: text in, exact decimal text out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: A printed number: optional minus, thousands grouped or not, decimals, optional percent sign.
PRINTED_NUMBER = r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,8})?%?"
EXPECTED = "a number such as 1,234.5 or 12.99% (at most 15 digits before and 8 after the point)"


@dataclass(frozen=True)
class Numeral:
    """A number as printed, without its separators and percent sign.

    `text` is exact decimal text; `decimals` the digits printed after the point, None for
    a number in words; `percent` whether a percent sign followed.
    """

    text: str
    decimals: int | None
    percent: bool = False


def parse(printed: str, words: Mapping[str, str]) -> Numeral | None:
    """Read a printed number, or a number in words that `words` knows; None for anything else."""
    if printed in words:
        return Numeral(words[printed], None)
    if not re.fullmatch(PRINTED_NUMBER, printed, flags=re.ASCII):
        return None
    text = printed.rstrip("%").replace(",", "")
    return Numeral(text, len(text.partition(".")[2]), printed.endswith("%"))
