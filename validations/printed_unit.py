"""Which unit a printed text states.

English puts spaces between words: a unit stands in a text as words of its own. Chinese does not: there a unit is
printed where labels and unit lines put it, in brackets, after a dividing mark, or at the end of a label. A unit of
one character is part of many words (人 in 参保人, 个 in 个人账户): it is a unit in brackets or after a mark only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
#: What begins and ends a unit in Chinese. `/` and `·` may stand before one, but behind one they make another unit.
OPEN, CLOSE, JOIN = r"(\[{〔【〖〈", r")\]}〕】〗〉", "/·"
MARK = r",:;、。|\-\u2010-\u2015\s"
EDGE = OPEN + CLOSE + JOIN + MARK
FOOTNOTES, DOTS = "[\u2460-\u2473*†‡]+", "[\u2022\u2027\u2219\u22c5\u30fb]"
#: Spaces between single characters pad a word: 人 数 is 人数, and 北 京 is 北京.
PADDING = rf"(?<![^{EDGE}])([{HAN}])\s+(?=[{HAN}](?![^{EDGE}]))"
#: With one of these before it a text is another unit, or an amount: 百万元, 10万元, 每万人.
NUMERALS = "0-9零一二三四五六七八九十百千万亿每"


def prints(text: str, unit: str, known: Iterable[str]) -> bool:
    """Whether `text` states `unit`; `known`: all unit texts, of which a longer one goes before its parts."""
    text, unit = _folded(text), _folded(unit)
    if not re.search(f"[{HAN}]", unit):
        # A word goes on with letters, but Chinese may stand right before it; a sign stands behind anything but a number.
        before = rf"(?<![^\W{HAN}])(?<!/)" if re.search(r"\w", unit) else r"(?<![\d/])"
        return re.search(rf"{before}{re.escape(unit)}(?![\w/])", text) is not None
    text, unit = (re.sub(rf"\s*([{JOIN}])\s*", r"\1", part) for part in (text, unit))
    if unit not in text:
        return False
    others = [other for other in map(_folded, known) if other in text]
    places = [found.start() for found in re.finditer(re.escape(unit), text)]
    return any(_stands(text, at, unit, others) for at in places)


def printed_units(text: str, known: Sequence[str]) -> list[str]:
    """The longest of the units `known` that `text` states; several where it states several of one length."""
    stated = [unit for unit in known if prints(text, unit, known)]
    longest = max(map(len, stated), default=0)
    return [unit for unit in stated if len(unit) == longest]


def stated_for_all(text: str, known: Sequence[str]) -> list[str]:
    """The units that a title or a note states for all that it speaks of: in brackets or in a unit line.

    In running English a unit's words may mean anything else (`persons`, `times`).
    """

    def in_brackets(unit: str) -> bool:
        return re.search(rf"[{OPEN}:]\s*{re.escape(_folded(unit))}\s*([{CLOSE},;]|$)", _folded(text)) is not None

    return [u for u in printed_units(text, known) if not re.search(rf"[^\W{HAN}]", u) or in_brackets(u)]


def _stands(text: str, at: int, unit: str, others: list[str]) -> bool:
    """Whether the Chinese `unit` that begins at `at` is a unit there."""
    before, after = text[:at], text[at + len(unit) :]
    if any(len(other) > len(unit) and _covers(other, text, at, len(unit)) for other in others):
        return False
    ends = f"(?![^{EDGE}])"
    if before.endswith("以") and re.match(f"(为单位|计){ends}", after):
        return True
    if re.search("单位[为是]$" if len(unit) == 1 else "单位[为是]?$", before) and re.match(ends, after):
        return True
    if re.match(f"[^{EDGE}]|[{JOIN}]", after):
        return False
    if re.search(f"[{EDGE}]$", before):
        of_another = before[-1] in JOIN and any(before[:-1].endswith(other) for other in others)
        return not of_another and not re.search(r"\d\s+$", before)
    if len(unit) == 1:
        return not before and not after
    in_brackets = re.match(rf"[{CLOSE}]", after)
    return not before or not (in_brackets or re.search(f"[{NUMERALS}]$", before))


def _covers(other: str, text: str, at: int, length: int) -> bool:
    found = (match.start() for match in re.finditer(re.escape(other), text))
    return any(start <= at and at + length <= start + len(other) for start in found)


@cache
def _folded(text: str) -> str:
    """`text` without differences of width, of dots, of footnote marks and of padding."""
    text = unicodedata.normalize("NFKC", re.sub(FOOTNOTES, " ", text))
    return re.sub(PADDING, r"\1", re.sub(DOTS, "·", text)).strip()
