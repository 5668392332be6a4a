"""Printed numbers: text in, exact decimal text out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

#: Decimals that a printed figure may have; those of a number that was computed, and that a file stores, go further.
MOST_DECIMALS = 8
DIGITS = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,4}}|[0-9]{{1,15}})(?:\.[0-9]{{1,{MOST_DECIMALS}}})?"
#: A printed number: optional minus, thousands grouped or not, decimals, optional percent sign.
PRINTED_NUMBER = rf"-?{DIGITS}%?"
EXPECTED = "a number such as 1,234.5 or 12.99% (at most 15 digits before and 8 after the point)"
#: What a message says of an empty cell.
EMPTY_DECLARED = 'an empty cell is declared: missing_values: [""], or not_applicable: [""]'
#: What a cell of a workbook tells that shows no plain number, and what to do about it.
OF_NO_NUMBER = re.compile(r".* (?:in the format|hidden by (?:the|its) format).*|.* as a date", re.DOTALL)
RESHOWN = (
    "; a cell whose number format shows no plain number: save the workbook with one that does, such as 0.0 or #,##0,"
    " or leave its column or row unread: holds: _"
)
#: A mark that no number begins with: `…`, `x`, `n.a.`.
MARK = re.compile(r"[^\d\s]{1,4}")


def declared(text: str, hedges: Mapping[str, str]) -> str:
    """What to declare of a text that is no number, for a message: an empty cell, a mark that stands for a figure, or
    the qualifier of a number."""
    if not text.strip():
        return f"; {EMPTY_DECLARED}"
    if OF_NO_NUMBER.fullmatch(text):
        return RESHOWN
    if found := parse_hedged(text, {}, hedges, True):
        return f"; with qualifiers: [{found[1]}] it is a number"
    if MARK.fullmatch(text.strip()):
        return "; a mark in place of a figure is declared as it is printed, in missing_values or not_applicable"
    return ""


#: Two printed numbers without sign, joined by a hyphen, U+2010, a dash, a tilde, 至, 到 or `to`.
DASH = "(?:[-\u2010\u2013\u2014~\uff5e\u301c至到]| to )"
#: The qualifier of two numbers; every other one hedges a single number.
RANGE = "range"
#: Per cents say so of both numbers, or behind the second one.
PRINTED_RANGE = f"(?:{DIGITS}%{DASH}{DIGITS}%|{DIGITS}{DASH}{DIGITS}%?)"


@dataclass(frozen=True)
class Numeral:
    """A number as printed, without its separators and percent sign.

    `text` is exact decimal text; `decimals` the digits printed after the point, None for
    a number in words; `percent` whether a percent sign followed. Of a range they describe the
    low end, and `high` is the text of the high one.
    """

    text: str
    decimals: int | None
    percent: bool = False
    high: str | None = None


def parse(printed: str, words: Mapping[str, str]) -> Numeral | None:
    """Read a printed number, or a number in words that `words` knows; None for anything else."""
    if printed in words:
        return Numeral(words[printed], None)
    if not re.fullmatch(PRINTED_NUMBER, printed, flags=re.ASCII):
        return None
    text = printed.rstrip("%").replace(",", "")
    return Numeral(text, len(text.partition(".")[2]), printed.endswith("%"))


def parse_range(printed: str) -> Numeral | None:
    """Read a printed range such as 830-1100 or 10%-12%, low end first; None for anything else."""
    if not re.fullmatch(PRINTED_RANGE, printed, flags=re.ASCII):
        return None
    low, high = (part.replace(",", "").rstrip("%") for part in re.split(DASH, printed))
    return Numeral(low, len(low.partition(".")[2]), printed.endswith("%"), high)


def hedge_pattern(hedges: Iterable[str]) -> str:
    """A regular expression for one hedge, the longest first; one that matches nothing if there are none."""
    texts = sorted(hedges, key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, texts)) + ")" if texts else r"[^\s\S]"


def split_hedges(printed: str, hedges: Mapping[str, str]) -> tuple[str, list[str]]:
    """A printed number without the hedges beside it, and their codes: `nearly 20`, `20多`, `近三分之一`.

    `hedges`: wording -> code. A text that holds none is given back as it is.
    """
    hedge = hedge_pattern(hedges)
    match = re.fullmatch(rf"({hedge})? ?(.+?) ?({hedge})?", printed)
    if match is None:
        return printed, []
    before, number, after = match.groups()
    return number, [hedges[text] for text in (before, after) if text]


def hedged_pattern(number: str, hedges: Iterable[str], ranges: bool) -> str:
    """A regular expression for a `number`, bare or with one hedge beside it, or for a range as well."""
    hedge, alternatives = hedge_pattern(hedges), [number]
    if hedges:
        alternatives += [f"{hedge} ?(?:{number})", f"(?:{number}) ?{hedge}"]
    return "(?:" + "|".join([*alternatives, *([PRINTED_RANGE] if ranges else [])]) + ")"


def parse_hedged(
    printed: str, words: Mapping[str, str], hedges: Mapping[str, str], ranges: bool
) -> tuple[Numeral, str] | None:
    """Read a number with what is printed beside it: its qualifier, `_Z` if it stands bare; None for anything else."""
    numeral = parse(printed, words)
    if numeral is not None or not (hedges or ranges):
        return numeral and (numeral, "_Z")
    numeral = parse_range(printed) if ranges else None
    if numeral is not None:
        return (numeral, RANGE) if Decimal(numeral.text) < Decimal(numeral.high or 0) else None
    number, beside = split_hedges(printed, hedges)
    numeral = parse(number, words)
    return (numeral, beside[0]) if numeral is not None and len(beside) == 1 else None
