"""What is seen of a long file, one figure a row: its columns by name, and what the texts of each say.

A file is long if a column of numbers stands beside others of words, units and periods, below one row of names; of
several such columns each says in its name which figures of the rows it has.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from orchestration.drafting.asked import DECIDE
from orchestration.drafting.columns import (
    CODE_NAME,
    ITEM,
    KIND_NAME,
    MOST,
    NUMBERS,
    PERIOD_NAME,
    UNIT_NAME,
    VALUE_NAME,
    of_period,
    with_periods,
)
from orchestration.drafting.labels import Meaning
from orchestration.drafting.page_look import Look
from orchestration.drafting.page_rows import is_number
from orchestration.drafting.read_before import ReadBefore
from orchestration.intake.formats.format import Page
from orchestration.intake.mapping import some
from orchestration.intake.spellings import Said, Spellings, area_names, period
from orchestration.intake.units import PERCENT, RELATIVE
from validations import numerals
from validations.code_lists import CodeLists
from validations.labels import Label
from validations.slugs import as_label


@dataclass(frozen=True)
class LongLook:
    """A long file as it is seen: its columns by name, each with its texts in the order of the rows; `values`: those of
    figures."""

    meaning: Meaning
    columns: dict[str, list[str]]
    values: tuple[str, ...]
    #: Of columns that say one thing of their rows, or how figures are stated, what each text says; None of an unknown one.
    told: dict[str, dict[str, Said | None]] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def distinct(self) -> dict[str, list[str]]:
        """The texts of each column, each once, but for empty cells."""
        return {name: list(dict.fromkeys(filter(None, texts))) for name, texts in self.columns.items()}

    @cached_property
    def lines(self) -> list[int]:
        """On which line of the file each row stands."""
        return [self.meaning.seen.page.lines[n] for n in _rows(self.meaning.seen)]

    def rows_of(self, name: str, text: str) -> str:
        """The lines on which a text stands in a column, for a message."""
        return f"row {some(str(line) for line, one in zip(self.lines, self.columns[name]) if one == text)}"

    def units_of(self, name: str, text: str) -> set[str]:
        """The units of the rows in which a text stands in a column: that of their column of units, or the signs of per cent
        of their figures; an empty one of those that print none."""
        units = next((t for n, t in self.columns.items() if is_unit(n, t, self.meaning.lists)), [""] * len(self.lines))
        figures = self.columns[self.values[0]]
        rows = [n for n, one in enumerate(self.columns[name]) if one == text]
        return {PERCENT if figures[n].endswith(PERCENT) else units[n] for n in rows}

    def tells_apart(self, name: str) -> bool:
        """Whether a column tells rows apart that are alike but for their figures and units."""
        others = [
            texts
            for n, texts in self.columns.items()
            if n not in (name, *self.values) and not is_unit(n, texts, self.meaning.lists)
        ]
        return len({*zip(*others)}) < len({*zip(*others, self.columns[name])})

    @property
    def has_bare_growth(self) -> bool:
        """Whether rows of growth, or of shares, print no unit and no sign of per cent, where others have a column of units."""
        return any(
            "" in self.units_of(name, text)
            for name, said in self.told.items()
            for text, one in said.items()
            if one and one.get("measure") in RELATIVE
        )

    @cached_property
    def periods(self) -> dict[str, str]:
        """The periods that the names of the columns of figures say, where each says one: of several, a column each."""
        others = [
            texts for name, texts in self.distinct.items() if name not in self.values and PERIOD_NAME.fullmatch(name)
        ]
        has_years = any(texts and all(len(period(text) or "") == 4 for text in texts) for texts in others)
        found = {name: of_period(name, has_years) for name in self.values}
        return {n: p for n, p in found.items() if p} if len(found) > 1 and all(found.values()) else {}

    def label_of(self, name: str) -> str:
        """What the name of a column says, as a label prints it."""
        return as_label(name, self.meaning.lists.codes("unit_text"))

    def known(self, name: str, dimension: str) -> list[str]:
        """The texts of a column that name something of a dimension as they stand."""
        entry = Label(holds=dimension)
        return [text for text in self.distinct[name] if dimension in (self._spellings.says(text, entry) or {})]

    @cached_property
    def _spellings(self) -> Spellings:
        area = self.meaning.area
        return Spellings(self.meaning.lists, frozenset(), (area,) if area else ())

    def is_of_nation(self, name: str, text: str) -> bool:
        """Whether a row of a text is of the whole country."""
        rows = [n for n, one in enumerate(self.columns[name]) if one == text]
        areas = area_names(self.meaning.lists)
        texts = {texts[n] for other, texts in self.columns.items() if other != name for n in rows}
        return any(areas.find(one).code == "CHN" for one in texts if one)

    def are_within(self, outer: str, name: str) -> bool:
        """Whether a column names areas that lie within those that the column `outer` names in their rows, whether or not one
        alone of these bears the name."""
        areas = area_names(self.meaning.lists)
        pairs = {(one, other) for one, other in zip(self.columns[outer], self.columns[name]) if one and other}
        codes = [(areas.find(one).code, other) for one, other in pairs]
        inner = [one for one, other in codes if one and {*areas.find(other, parent=one).codes} - {one}]
        return bool(pairs) and len(inner) > MOST * len(pairs)


def is_long(page: Page, lists: CodeLists, stem: str, before: ReadBefore, must_be: bool) -> bool:
    """Whether a page is a long file: names in its first row, and below it columns of figures, one of units, and others;
    of one that `must_be` one, figures are enough."""
    seen = as_long(page, must_be)
    return seen is not None and long_look(Meaning(lists, seen, stem, before), seen) is not None


def as_long(page: Page, must_be: bool = False) -> Look | None:
    """What is seen of a list: the names of its columns, and the lines above and below its rows; None if it has none."""
    filled = [n for n, row in enumerate(page.rows) if any(text.strip() for text in row)]
    lines = [n for n in filled if len([text for text in page.rows[n] if text.strip()]) == 1]
    rows = [n for n in filled if n not in lines]
    if not rows or any(rows[0] < n < rows[-1] for n in lines):
        return None
    names = [" ".join(name.split()) for name in page.rows[rows[0]]]
    places = {name: [n] for n, name in enumerate(names)}
    told = [(n, " ".join("".join(page.rows[n]).split())) for n in lines]
    told += [(-1, page.heading)] * bool(page.heading)
    return Look(
        page, rows[0], 1, 1, 0, "", 1, lines=told, columns=names, rows=[], over=[], parts={}, places=places, times={},
        has_bare=False, left=[], marks=Counter(), is_list=must_be,
    )  # fmt: skip


def long_look(meaning: Meaning, seen: Look) -> LongLook | None:
    """The columns of a long file; None if it is a page, whose rows have labels."""
    columns = {} if seen.rows else _columns(seen)
    columns = with_periods(columns, " ".join(meaning.lines), DECIDE) if columns else {}
    values = _values(columns, meaning) if columns else []
    return LongLook(meaning, columns, tuple(values)) if values else None


def _columns(seen: Look) -> dict[str, list[str]]:
    """The columns of a page by name, where a row names each; in the rows that have a cell for each: that others have not
    is a fault of the file."""
    names, rows = seen.columns, [seen.page.rows[n] for n in _rows(seen)]
    if (
        not rows
        or len({*names}) < max(len(names), 3)
        or not all(names)
        or (not seen.is_list and any(period(n) or is_number(n) for n in names))
    ):
        return {}
    return {name: [row[n].strip() for row in rows] for n, name in enumerate(names)}


def _rows(seen: Look) -> list[int]:
    """The rows of a page, by index, that have a cell for each of its columns."""
    lines = {n for n, _ in seen.lines}
    below = [(n, row) for n, row in enumerate(seen.page.rows) if n > seen.header and n not in lines]
    return [n for n, row in below if any(text.strip() for text in row) and len(row) == len(seen.columns)]


def _values(columns: dict[str, list[str]], meaning: Meaning) -> list[str]:
    """The columns of the figures; none where there is none, or no column has their units, or where each of several is of
    an indicator of its own, as on a page."""
    lists = meaning.lists
    figures = [
        name
        for name, texts in columns.items()
        if not any(called.fullmatch(name) for called in (NUMBERS, PERIOD_NAME, KIND_NAME, CODE_NAME))
        and _are_figures(name, [text for text in texts if text], meaning)
    ]
    others, labels = [name for name in columns if name not in figures], _labels(figures, lists)
    # Below a title stand pages as well; on a page one label says of what a row is, and not of which year as well.
    if (
        meaning.seen.is_list
        or _has_paths(columns, others, meaning)
        or LongLook(meaning, columns, tuple(figures)).periods
    ):
        return figures
    is_bare = len(figures) == 1 and not meaning.seen.lines
    if not figures or not (is_bare or _is_list(figures, others, columns, meaning)):
        return []
    is_told = any(is_unit(name, columns[name], lists) for name in others) or bool(meaning.units.of_all)
    is_told = is_told or (len(figures) > 1 and all(map(meaning.unit, labels)))
    is_item = any(ITEM.fullmatch(name) for name in others)
    # Its items may print their units.
    return figures if is_told or (is_item and any(VALUE_NAME.fullmatch(name) for name in figures)) else []


def _is_list(figures: list[str], others: list[str], columns: dict[str, list[str]], meaning: Meaning) -> bool:
    """Whether rows with several columns of figures say what is measured and when, so that no column does; or when, and
    where or in two columns, and each column of figures says of what."""
    has_periods = any(all(map(period, filter(None, columns[name]))) or "{" in name for name in others)
    has_periods = has_periods or any(PERIOD_NAME.fullmatch(name) for name in others)
    said = [meaning.label(label) or {} for label in _labels(figures, meaning.lists)]
    if all("indicator" in one for one in said):
        return any("{" in name for name in others) or (
            has_periods and any(_is_of_areas(columns[name], meaning) for name in others)
        )
    return has_periods and any(map(ITEM.fullmatch, others)) and not any("indicator" in one for one in said)


def _labels(names: list[str], lists: CodeLists) -> list[str]:
    return [as_label(name, lists.codes("unit_text")) for name in names]


def _has_paths(columns: dict[str, list[str]], names: list[str], meaning: Meaning) -> bool:
    """Whether columns hold codes of areas, or areas within those of another column: of the rows of a page one label says of
    which area they are."""
    codes, look = meaning.lists.codes("area"), LongLook(meaning, columns, ())
    if any(len([text for text in columns[name] if text in codes]) > MOST * len(columns[name]) for name in names):
        return True
    of_areas = [name for name in names if _is_of_areas(columns[name], meaning)]
    return any(look.are_within(outer, inner) for outer, inner in itertools.combinations(of_areas, 2))


def _is_of_areas(texts: list[str], meaning: Meaning) -> bool:
    found, areas = {*filter(None, texts)}, area_names(meaning.lists)
    # Of those that share a name one is meant.
    known = [text for text in found if meaning.names(text, "ref_area") or areas.find(text).codes]
    return len(known) > MOST * len(found)


def _are_figures(name: str, texts: list[str], meaning: Meaning) -> bool:
    """Most are numbers, and they are neither periods nor codes of areas, unless their column is called figures, or by what
    they count."""
    lists = meaning.lists
    numbers = [text for text in texts if is_read(text, lists)]
    if len(numbers) <= MOST * len(texts) or not texts:
        return False
    if VALUE_NAME.fullmatch(name) or "indicator" in (meaning.label(_labels([name], lists)[0]) or {}):
        return True
    areas = lists.codes("area")
    # A month is no number that a figure would be by chance, as a year may be: 202213 among months is a wrong one.
    months = [text for text in numbers if "-" in (period(text) or "")]
    are_periods = all(map(period, numbers)) or len(months) > MOST * len(numbers)
    return not are_periods and not all(text in areas for text in numbers)


def is_unit(name: str, texts: list[str], lists: CodeLists) -> bool:
    found = {text for text in texts if text}
    known = found & {*lists.codes("unit_text")}
    return bool(known) and (UNIT_NAME.fullmatch(name) is not None or len(known) > MOST * len(found))


def is_read(text: str, lists: CodeLists) -> bool:
    return is_number(text) or numerals.parse_hedged(text, {}, lists.hedges(), True) is not None
