"""Over which columns a heading of a header stands that is centred over them, and no cells are merged.

A text counts for the empty cells to its right, which is how merged cells are kept. Where its page centres it instead,
lines between the columns tell, or empty ones, or labels below that begin anew with each heading; where nothing does, a
person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from orchestration.drafting.page_rows import is_number, plain
from orchestration.intake.formats.format import Page

#: A heading of a part of what stands before it begins with the first of its columns.
PART = re.compile(r"\W*(?:其中|of which)", re.IGNORECASE)
#: The fewest columns over which a text tells by its place alone that it is centred.
CENTRED = 3
#: First and last column of a heading, and where its text stands.
Group = tuple[int, int, int]


@dataclass
class Headings:
    """The ranges of the headings that do not begin where their text stands; `is_open`: whether nothing tells them."""

    ranges: list[str] = field(default_factory=list)
    is_open: bool = False


def headings_of(page: Page, top: int, last: int, start: int) -> Headings:
    """The headings of a header in the rows `top` to `last` of which row labels stand at `start`."""
    found = Headings()
    for row in range(top, last):
        groups, is_open = _Row(page, top, row, last, start).groups()
        found.ranges += [page.range_of(row, first, row, end) for first, end, _ in groups]
        found.is_open |= is_open
    return found


@dataclass
class _Row:
    """A row of headings of a header, and what stands below it."""

    page: Page
    top: int
    row: int
    last: int
    start: int

    def groups(self) -> tuple[list[Group], bool]:
        """The headings of the row, none where each begins where its text stands; and whether that is but a guess."""
        columns, texts = self._columns(), self._texts()
        drawn = self.page.drawn.spans
        if not texts or len(columns) < 2 or any((self.row, at) in drawn for at in texts):
            return [], False
        if any(PART.match(self.page.at(self.row, at)) for at in texts):
            return [], False
        left = self._from_left(columns, texts)
        if self._repeat(left):
            return [], False
        if lined := self._by_lines(columns, texts):
            return ([] if lined == left else lined), False
        centred = [*self._centred(columns, texts)]
        told = [groups for groups in centred if self._repeat(groups)]
        if len(told) == 1:
            return told[0], False
        bare = [c for c in columns if c < texts[0] and self._is_figures(c) and not self._is_begun(c)]
        doubled = any(len({*low}) < len(low) for low in map(self._below, left))
        if not (bare or doubled):
            return [], False
        whole = [g for g in centred if g[0][0] == columns[0] and g[-1][1] == columns[-1]]
        sizes = [{columns.index(end) - columns.index(first) + 1 for first, end, _ in groups} for groups in whole]
        alike = [g for g, of in zip(whole, sizes) if len(g) > 1 and len(of) == 1 and min(of) >= CENTRED and min(of) % 2]
        apart = self._by_blanks(columns, texts)
        for groups in (apart, alike[0] if len(alike) == 1 else []):
            if groups:
                return ([] if groups == left else groups), False
        return (whole or [left])[0], True

    def _texts(self) -> list[int]:
        return [c for c in range(self.start + 1, len(self.page.rows[self.row])) if plain(self.page.at(self.row, c))]

    def _columns(self) -> list[int]:
        """The columns of the header, without those in which nothing stands."""
        width = max(map(len, self.page.rows[self.top : self.last + 1]))
        rows = range(self.row, self.last + 1)
        return [c for c in range(self.start + 1, width) if any(plain(self.page.at(row, c)) for row in rows)]

    def _low(self, group: Group) -> list[str]:
        """The labels below a heading."""
        texts = [plain(self.page.at(self.last, c)) for c in range(group[0], group[1] + 1)]
        return [text for text in texts if text]

    def _below(self, group: Group) -> list[tuple[str, ...]]:
        """All that stands below a heading, column by column."""
        rows = range(self.row + 1, self.last + 1)
        return [tuple(plain(self.page.at(row, c)) for row in rows) for c in range(group[0], group[1] + 1)]

    def _repeat(self, groups: list[Group]) -> bool:
        """Whether the same labels stand below each heading of several columns, and there are several such."""
        low = [tuple(found) for found in map(self._low, groups) if len(found) > 1]
        return len(low) > 1 and len({*low}) == 1 and len({*low[0]}) == len(low[0])

    def _is_figures(self, column: int) -> bool:
        return any(is_number(self.page.at(n, column)) for n in range(self.last + 1, len(self.page.rows)))

    def _is_begun(self, column: int) -> bool:
        """Whether a text above begins in a column."""
        return any(plain(self.page.at(row, column)) for row in range(self.top, self.row))

    def _from_left(self, columns: list[int], texts: list[int]) -> list[Group]:
        ends = [*texts[1:], columns[-1] + 1]
        begun = [[c for c in columns if at < c < end and self._is_begun(c)] for at, end in zip(texts, ends)]
        ends = [min([end, *found]) for end, found in zip(ends, begun)]
        return [(at, max([at, *(c for c in columns if c < end)]), at) for at, end in zip(texts, ends)]

    def _by_lines(self, columns: list[int], texts: list[int]) -> list[Group]:
        """The headings between lines, where some columns have one between them and others have none."""
        edges = [(self.row, c) in self.page.drawn.ruled for c in columns[:-1]]
        if not any(edges) or all(edges):
            return []
        runs: list[list[int]] = [[columns[0]]]
        for column, is_edge in zip(columns[1:], edges):
            if is_edge:
                runs.append([])
            runs[-1].append(column)
        held = [[at for at in texts if run[0] <= at <= run[-1]] for run in runs]
        if any(len(found) > 1 for found in held):
            return []
        return [(run[0], run[-1], found[0]) for run, found in zip(runs, held) if found]

    def _by_blanks(self, columns: list[int], texts: list[int]) -> list[Group]:
        """The headings of columns that empty ones keep apart, where each of several has one."""
        runs: list[list[int]] = []
        for column in columns:
            if not runs or column > runs[-1][-1] + 1:
                runs.append([])
            runs[-1].append(column)
        held = [[at for at in texts if run[0] <= at <= run[-1]] for run in runs]
        if len(runs) < 2 or any(len(found) != 1 for found in held):
            return []
        return [(run[0], run[-1], found[0]) for run, found in zip(runs, held)]

    def _centred(self, columns: list[int], texts: list[int]) -> Iterator[list[Group]]:
        """The ways in which each text stands over the middle of its columns, all of them beside each other."""
        if not {*texts} <= {*columns}:
            return
        places = [columns.index(at) for at in texts]

        def further(first: int, number: int) -> Iterator[list[Group]]:
            if number == len(places):
                yield []
                return
            at = places[number]
            most = places[number + 1] - 1 if number + 1 < len(places) else len(columns) - 1
            for end in (2 * at - first, 2 * at - first - 1, 2 * at - first + 1):
                if at <= end <= most and first <= at:
                    for rest in further(end + 1, number + 1):
                        yield [(columns[first], columns[end], columns[at]), *rest]

        for first in range(places[0] + 1):
            yield from further(first, 0)
