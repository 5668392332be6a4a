"""What is seen of a long file, one figure a row: its columns by name, and what the texts of each say.

A file is long if one column of numbers stands beside others of words, units and periods, below one row of names.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from orchestration.drafting.entries import DECIDE
from orchestration.drafting.labels import Meaning
from orchestration.drafting.page_look import Look, is_number
from orchestration.intake.formats.format import Page
from orchestration.intake.spellings import Said, Spellings, period
from validations import numerals
from validations.code_lists import CodeLists
from validations.dimensions import DIMENSIONS
from validations.labels import Label

#: A column that numbers the rows, and one of units.
NUMBERS = re.compile(r"no\.?|id|index|rank|row|序号|编号|排名|行次", re.IGNORECASE)
UNIT_NAME = re.compile("units?(?:_measure)?|printed_unit|(?:计量)?单位", re.IGNORECASE)
#: A column of figures, and of what the publication calls them.
VALUE = re.compile("(?:obs_|printed_)?values?|figures?|数值|数据|数额|值", re.IGNORECASE)
ITEM = re.compile("items?|labels?|项目|指标(?:名称)?|名称|科目|indicators?|indicator_?name", re.IGNORECASE)
#: What of an item is a change of what it names.
GROWN = re.compile("(?:同比|比上年|较上年|环比)?(?:名义|实际)?(?:增长|增速|增幅)|growth", re.IGNORECASE)
#: What stands in brackets behind an item.
REMARK = re.compile("[（(][^（()）]*[)）]$")
#: A column is of what most of its texts say.
MOST = 0.5


@dataclass(frozen=True)
class LongLook:
    """A long file as it is seen: its columns by name, each with its texts in the order of the rows. `held`: what other
    columns say than the one of which it is asked what its texts say."""

    meaning: Meaning
    columns: dict[str, list[str]]
    value: str
    held: frozenset[str] = frozenset()

    @cached_property
    def distinct(self) -> dict[str, list[str]]:
        """The texts of each column, each once, but for empty cells."""
        return {name: list(dict.fromkeys(filter(None, texts))) for name, texts in self.columns.items()}

    def known(self, name: str, dimension: str) -> list[str]:
        """The texts of a column that name something of a dimension as they stand."""
        entry = Label(holds=dimension)
        return [text for text in self.distinct[name] if dimension in (self._spellings.says(text, entry) or {})]

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.meaning.lists, frozenset(), self.meaning.area)

    def said(self, name: str) -> dict[str, Said]:
        """What each text of a column says, as far as it is known; a slug is read as words."""
        found = {}
        for text in self.distinct[name]:
            said = self.meaning.label(text) or self.meaning.label(text.replace("_", " "))
            # What stands in brackets is told of what stands before them.
            said = said or self.meaning.words.as_one(self.meaning.parts(REMARK.sub("", text)))
            said = {n: code for n, code in said.items() if n in DIMENSIONS and n not in self.held}
            if "indicator" in said and "measure" not in said and GROWN.search(text.replace("_", " ")):
                said |= {"measure": "growth", "base_period": DECIDE}
            own = self.meaning.words.scheme_of({said["indicator"]}) if "indicator" in said else None
            found[text] = ({"scheme": own} if own else {}) | said
        return found

    def with_others(self, name: str, others: list[str]) -> dict[str, Said]:
        """What each text of a column says; one that names no indicator what the texts of `others` in its rows say, where
        they say one thing."""
        found = self.said(name)
        for other in others:
            said = self.said(other)
            beside: dict[str, list[Said]] = {}
            for text, at in zip(self.columns[name], self.columns[other]):
                if at and said[at] not in beside.setdefault(text, []):
                    beside[text].append(said[at])
            for text, ones in beside.items():
                if text and len(ones) == 1 and "indicator" not in found[text]:
                    found[text] = ones[0] if "indicator" in ones[0] else ones[0] | found[text]
                    found[text] = self._indicator(text, found[text]) | found[text]
        for text, said in found.items():
            named = self.meaning.words.within(text.replace("_", " "), ["indicator"]) if not said else {}
            # What else stands in it may be a scheme, which is asked.
            found[text] = {"scheme": DECIDE} | named if named else said
        return found

    def _indicator(self, text: str, said: Said) -> Said:
        """The indicator that a slug names beside words of the scheme that is `said`: unemployment_fund_revenue."""
        words, scheme = text.replace("_", " "), said.get("scheme")
        named = self.meaning.words.within(words, ["indicator"])
        told: set[str] = set()
        while scheme:
            record = self.meaning.lists.record("scheme", scheme)
            told |= {*re.findall("[a-z]+", str(record["name_en"]).casefold())}
            scheme = record["parent"]
        left = re.findall("[a-z]+", self.meaning.words.but(words, named))
        return named if named and all(word in told or f"{word}s" in told for word in left) else {}


def is_long(page: Page, lists: CodeLists) -> bool:
    """Whether a page is a long file: names in its first row, and below it one column of figures, one of units, and others."""
    columns = _columns(page)
    return bool(columns) and _value(columns, lists) is not None


def as_long(page: Page) -> Look:
    """What is seen of a long file: the names of its columns, and nothing beside its figures."""
    names = [name.strip() for name in page.rows[0]]
    places = {name: [n] for n, name in enumerate(names)}
    return Look(
        page, 0, 1, 1, 0, "", 1, lines=[], columns=names, rows=[], over=[], parts={}, places=places, times={},
        has_bare=False, left=[], marks=Counter(),
    )  # fmt: skip


def long_look(meaning: Meaning, seen: Look) -> LongLook | None:
    """The columns of a long file; None if it is a page, whose rows have labels."""
    columns = {} if seen.rows else _columns(seen.page)
    value = _value(columns, meaning.lists) if columns else None
    return LongLook(meaning, columns, value) if value else None


def _columns(page: Page) -> dict[str, list[str]]:
    """The columns of a page by name, where its first row names each, and each row has a cell for each."""
    rows = [row for row in page.rows if any(text.strip() for text in row)]
    names = [name.strip() for name in rows[0]] if rows else []
    if len(rows) < 2 or len({*names}) < max(len(names), 3) or not all(names) or any(len(r) != len(names) for r in rows):
        return {}
    if any(period(name) or is_number(name) for name in names):
        return {}
    return {name: [row[n].strip() for row in rows[1:]] for n, name in enumerate(names)}


def _value(columns: dict[str, list[str]], lists: CodeLists) -> str | None:
    """The column of the figures; None where there is not one, or no column has their units."""
    figures = [
        name
        for name, texts in columns.items()
        if not NUMBERS.fullmatch(name) and _are_figures([text for text in texts if text], lists)
    ]
    others = [name for name in columns if name not in figures]
    is_told = any(is_unit(name, columns[name], lists) for name in others)
    if not is_told and len(figures) == 1:
        # Its items may print their units.
        is_told = VALUE.fullmatch(figures[0]) is not None and any(ITEM.fullmatch(name) for name in others)
    return figures[0] if len(figures) == 1 and is_told else None


def _are_figures(texts: list[str], lists: CodeLists) -> bool:
    """Most are numbers, and they are neither periods nor codes of areas."""
    numbers = [text for text in texts if is_read(text, lists)]
    if len(numbers) <= MOST * len(texts) or not texts:
        return False
    areas = lists.codes("area")
    return not all(period(text) for text in numbers) and not all(text in areas for text in numbers)


def is_unit(name: str, texts: list[str], lists: CodeLists) -> bool:
    found = {text for text in texts if text}
    known = found & {*lists.codes("unit_text")}
    return bool(known) and (UNIT_NAME.fullmatch(name) is not None or len(known) > MOST * len(found))


def is_read(text: str, lists: CodeLists) -> bool:
    return is_number(text) or numerals.parse_hedged(text, {}, lists.hedges(), True) is not None
