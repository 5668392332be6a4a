"""What a row of a page is by its texts: figures behind a label, the years of a header, a unit line, a remark.

Nothing is known of meanings here but what a number and a period look like.
"""

from __future__ import annotations

import itertools
import re

from orchestration.intake.formats.format import Page, Shown
from orchestration.intake.spellings import period, period_in
from validations import numerals, plain_text
from validations.printed_unit import HAN_UNIT

ALL = frozenset(plain_text.READ_OVER)
#: What a number format may write behind a number that is no figure: 2022年, 3月.
OF_TIME = re.compile("[年月日季度份]+")
WITH_UNIT = re.compile(rf"-?{numerals.DIGITS} ?(?:{HAN_UNIT}|[万亿])", re.ASCII)
#: How far the months of a header may be apart.
STEPS = tuple({months} for months in (1, 3, 6, 12, -1, -3, -6, -12))


def plain(text: str) -> str:
    """A text without any typesetting."""
    return plain_text.read(text, ALL)


def is_number(text: str) -> bool:
    """Whether a text is a number, be it with a unit behind it; a workbook may show other words there, but no year or month."""
    is_shown = isinstance(text, Shown) and not OF_TIME.fullmatch(text.beside)
    bare = plain(text.number if is_shown else text)
    return numerals.parse(bare, {}) is not None or WITH_UNIT.fullmatch(bare) is not None


def texts_of(row: list[str]) -> list[str]:
    return [text for text in row if plain(text)]


def has_figures(row: list[str], page: Page, index: int) -> bool:
    """Whether a row is a label and numbers, and not the years of a header."""
    texts = texts_of(row)
    texts = texts[1:] if is_numbered(texts) else texts
    if len(texts) < 2 or is_number(texts[0]) or period(plain(texts[0])):
        is_dated = bool(texts) and period(plain(texts[0])) is not None
        others = [text for text in texts[1:] if is_number(text)]
        is_below = bool(others) and is_number(row[0]) and all(map(_is_name, _labels_above(row, page, index)))
        return is_dated and (is_below or any(not period(plain(text)) for text in others))
    numbers = [text for text in texts[1:] if is_number(text)]
    if not numbers or all(period_in(text) for text in _labels_above(row, page, index)):
        # Below years, what looks like years are figures.
        return bool(numbers)
    if _is_below_names(row, page, index):
        return True
    return not _are_years(numbers) and (len(numbers) == len(texts) - 1 or not all(period(plain(t)) for t in texts[1:]))


def _labels_above(row: list[str], page: Page, index: int) -> list[str]:
    """What the next row above that is more than a line prints over the numbers of a row behind its first text; "" where
    there is none."""
    first = next((n for n, text in enumerate(row) if plain(text)), 0)
    above = next((other for other in reversed(page.rows[:index]) if len(texts_of(other)) > 1), [])
    at = [n for n, text in enumerate(row) if n > first and is_number(text)]
    return [plain(above[n]) if n < len(above) else "" for n in at]


def _is_below_names(row: list[str], page: Page, index: int) -> bool:
    """Whether a name of its own stands over each number of a row, and one over its label: no header goes on below such."""
    above = _labels_above(row, page, index)
    first = next((n for n, text in enumerate(row) if plain(text)), 0)
    over = next((other for other in reversed(page.rows[:index]) if len(texts_of(other)) > 1), [])
    has_corner = first < len(over) and _is_name(plain(over[first]))
    return has_corner and all(map(_is_name, above)) and len({*above}) == len(above)


def _is_name(text: str) -> bool:
    return bool(text) and not is_number(text) and period(text) is None


def is_numbered(texts: list[str]) -> bool:
    """Whether a row begins with its number in the list, or the code of what it is about, before its label."""
    is_first = len(texts) > 2 and is_number(texts[0]) and not period(plain(texts[0]))
    return is_first and re.search(r"[^\W\d]{2}", plain(texts[1])) is not None


def _are_years(numbers: list[str]) -> bool:
    """Whether the numbers of a row are the years of a header: periods, each later than the one before, or earlier, once or
    once in each of several blocks."""
    found = [period(plain(text)) for text in numbers]
    first = [*dict.fromkeys(found)]
    if None in found or found != first * (len(found) // len(first)):
        return False
    if any("." in text for text in numbers):
        # 2020.5 is a month in a row of months alone, each as far from the one before it.
        months = [12 * int(of[:4]) + int(of[5:] or 0) for of in first]
        return {later - earlier for earlier, later in itertools.pairwise(months)} in STEPS
    return first in (sorted(first), sorted(first, reverse=True))


def is_unit_line(row: list[str]) -> bool:
    return any(re.match(r"[（(]?(?:计量)?单位\s*[:：]|[（(]?unit\s*[:：]", plain(text), re.IGNORECASE) for text in row)


def is_remark(texts: list[str]) -> bool:
    """Whether several texts of a row say something of the page and are no figures: who made it, when."""
    if len(texts) < 2 or any(map(is_number, texts)):
        return False
    is_dated = re.match(r"[^\W\d]{2,} ?[:：] ?\S", plain(texts[0])) and all(period(plain(text)) for text in texts[1:])
    return bool(is_dated) or any(re.search(r"[^\W\d]\s*[:：]", plain(text)) for text in texts[1:])


def is_of_columns(row: list[str]) -> bool:
    """Whether a row numbers the columns below a header: 甲, 乙, 1, 2; or 栏次, 1, 2."""
    texts = [plain(text) for text in texts_of(row)]
    numbers = [text for text in texts if re.fullmatch("[0-9]{1,2}", text)]
    words = texts[: len(texts) - len(numbers)]
    is_worded = bool(words) and all(re.fullmatch("[甲乙丙丁]|[A-D]|栏次|列次", word) for word in words)
    return is_worded and len(numbers) > 1 and texts[len(words) :] == [*map(str, range(1, len(numbers) + 1))]
