"""Names as databases have them, without blanks, as the labels that they stand for.

in_words("pensionUrbanEmployeeParticipants")              -> "pension Urban Employee Participants"
as_label("pension_fund_revenue_100m_yuan", unit_texts)    -> "pension fund revenue (100m yuan)"
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

#: One word with its parts behind marks, or with capitals within it.
_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9%]*(?:[_.-][A-Za-z0-9%]+)*")
#: Where a part begins without a mark: at a capital, at the last one of several, at a number.
_PART = re.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])")
#: How many words a unit has at most.
_OF_A_UNIT = 6


def in_words(text: str) -> str:
    """A slug as words; any other text as it is."""
    if _SLUG.fullmatch(text) is None:
        return text
    return " ".join(_PART.sub(" ", part) for part in re.split("[_.-]", text))


def as_label(text: str, units: Iterable[str]) -> str:
    """A slug as words, the unit at its end in brackets as a label prints it; any other text as it is."""
    words, known = in_words(text).split(" "), _by_words(tuple(units))
    if words == [text]:
        return text
    for first in range(max(1, len(words) - _OF_A_UNIT), len(words)):
        if unit := known.get(" ".join(words[first:]).casefold()):
            return f"{' '.join(words[:first])} ({unit})"
    return " ".join(words)


@lru_cache(maxsize=2)
def _by_words(units: tuple[str, ...]) -> dict[str, str]:
    """The units in English by their words, the first of several that are written alike."""
    found: dict[str, str] = {}
    for unit in units:
        if unit.isascii():
            found.setdefault(" ".join(re.findall("[a-z]+|[0-9]+[km]?|%", unit.casefold())), unit)
    return found
