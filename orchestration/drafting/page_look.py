"""Where the table stands on a page: its header, its rows, and the lines above, between and below them.

Nothing is known of meanings here but what a number and a period look like.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from orchestration.drafting.columns import ADDRESS, OF_PUBLICATION
from orchestration.drafting.headings import headings_of
from orchestration.drafting.page_rows import (
    has_figures,
    is_number,
    is_numbered,
    is_of_columns,
    is_remark,
    is_unit_line,
    plain,
    texts_of,
)
from orchestration.intake.formats.format import Page
from validations import numerals, plain_text

#: The number that a title of a table begins with.
NUMBERED = re.compile(r"附?表 ?[0-9一二三四五六七八九十]|table ?\d|\d{1,2}[-\u2010-\u2014]\d{1,2}(?!\d)", re.IGNORECASE)
#: Lines that are no title: an address, the number of an annex.
NO_TITLE = r"https?:|\bwww\.|^附[件表] ?[0-9一二三四五六七八九十]*[:：]?$"


class NotATable(Exception):
    """No row of figures below a row of labels is seen on the page."""


@dataclass(frozen=True)
class Look:
    """A page as a table. Indices count from 0.

    `lines`: (index, text) of what stands beside the figures, a heading above the page at -1; `columns`, `rows`: labels
    of all blocks as printed, each once; `parts`: the texts that a label of several header rows is made of; `places`: the
    columns where a label stands; `times`: how
    often a block prints the label of a row, or of a column. `has_bare`: whether words stand in a column without a label; `left`: labels
    of the columns in front of the row labels; `marks`: what stands in place of figures, and how often. `headings`: ranges of headings that
    are centred over their columns; `are_guessed`: whether nothing tells them. `goes_on_in`: the
    pages on which the table goes on. `cells`: the range that it takes of a page that holds several tables; `over_all`:
    the lines that stand over all of these. `is_list`: it is of a file that no layout of a page reads.
    """

    page: Page
    header: int
    header_rows: int
    corner_row: int
    label_column: int
    corner: str
    blocks: int
    lines: list[tuple[int, str]]
    columns: list[str]
    rows: list[str]
    over: list[str]
    parts: dict[str, list[str]]
    places: dict[str, list[int]]
    times: Mapping[str, int]
    has_bare: bool
    left: list[str]
    marks: Counter[str]
    headings: tuple[str, ...] = ()
    are_guessed: bool = False
    goes_on_in: tuple[Look, ...] = ()
    cells: str = ""
    over_all: tuple[str, ...] = ()
    is_list: bool = False

    @property
    def title(self) -> str:
        """The line above the table that bears its number, else the first that is no address of who passes it on and no number of an annex, if there is one."""
        above = [text for index, text in self.lines if index < self.header and text not in self.over_all]
        first = next((text for text in above if not re.search(NO_TITLE, text)), above[0] if above else "")
        return next((text for text in above if NUMBERED.match(text)), first)

    def below(self, label: str) -> list[str]:
        """What stands below a column's label."""
        at = [column for text, columns in self.places.items() if plain(text) == plain(label) for column in columns]
        rows = self.page.rows[self.header + self.header_rows :]
        texts = [row[column] for column in dict.fromkeys(at) for row in rows if column < len(row)]
        return texts + [text for further in self.goes_on_in for text in further.below(label)]

    def behind(self, label: str) -> list[str]:
        """What stands in the rows of a label."""
        return [text for row in self.page.rows if plain(label) in map(plain, row) for text in row]

    def numbers_columns(self, label: str) -> bool:
        """Whether the row of a label numbers the columns."""
        return any(plain(label) in map(plain, row) and is_of_columns(row) for row in self.page.rows)

    def goes_on(self, further: Look) -> Look:
        """The table with what a further page prints of it: rows, or columns of the same rows."""
        over = {*self.over, *further.over}
        return replace(
            self,
            columns=_each([*self.columns, *further.columns]),
            rows=_each([*self.rows, *further.rows]),
            parts={**further.parts, **self.parts},
            times={**further.times, **self.times},
            over=[word for word in plain_text.READ_OVER if word in over],
            has_bare=self.has_bare or further.has_bare,
            left=_each([*self.left, *further.left]),
            marks=self.marks + further.marks,
            goes_on_in=(*self.goes_on_in, further),
        )


def look(page: Page) -> Look:
    """Find the table of a page. Raises NotATable."""
    first = next((n for n, row in enumerate(page.rows) if has_figures(row, page, n)), None)
    if first is None:
        raise NotATable("no row with a label and numbers is seen")
    header = first - 1
    while header >= 0 and len(texts_of(page.rows[header])) < 2:
        header -= 1
    if header < 0:
        raise NotATable("no row of labels is seen above the first numbers")
    top = header
    start = _label_column(page, header, first)
    while top > 0 and (above := _header_above(page, top, start)) is not None:
        top = above
    corners = [row[start] if start < len(row) else "" for row in page.rows[top : header + 1]]
    lower = next((n for n, text in enumerate(corners) if plain(text)), 0)
    corner = corners[lower]
    tops, depth = [top], header - top
    starts = [n for n, text in enumerate(page.rows[top + lower]) if corner.strip() and plain(text) == plain(corner)]
    starts = starts or [start]
    rows: list[str] = []
    figures: list[int] = []
    times, of_block = Counter[str](), Counter[str]()
    above = [(n, _line(row)) for n, row in enumerate(page.rows[:top]) if texts_of(row)]
    lines = above or [(-1, page.heading)] * bool(page.heading)
    lines += [(n, _line(row)) for n, row in enumerate(page.rows[header + 1 : first], header + 1) if texts_of(row)]
    for number, row in enumerate(page.rows[first:], first):
        texts = texts_of(row)
        if corner.strip() and plain(corner) in map(plain, texts):
            tops.append(number - lower)
            times, of_block = times | of_block, Counter()
        if len(tops) > 1 and number <= tops[-1] + depth:
            continue
        if (len(texts) == 1 and not is_number(texts[0])) or is_remark(texts):
            lines.append((number, _line(row)))
            continue
        if not is_of_columns(row):
            figures.append(number)
        for label in (row[at] for at in starts if at < len(row) and plain(row[at])):
            rows.append(label)
            of_block[label] += 1
    blocks = sum(plain(text) == plain(corner) for row in page.rows for text in row) if corner.strip() else 1
    headings = [headings_of(page, n, n + depth, start) for n in tops]
    ranges: list[str] = []
    for n, one in zip(tops, headings):
        plainly, moved = (_labels(seen, n, n + depth, start) for seen in (page, page.under(one.ranges)))
        ranges += one.ranges if moved != plainly or one.is_open else []
    under = page.under(ranges)
    labels = _labels(under, top, header, start)
    of_tops = [(number, texts) for n in tops for number, texts in enumerate(_labels(under, n, n + depth, start))]
    parts = {" ".join(texts): texts for _, texts in of_tops}
    places: dict[str, list[int]] = {}
    for number, texts in of_tops:
        places.setdefault(" ".join(texts), []).append(number + (number >= start))
    columns = [text for text in parts if plain(text) and plain(text) != plain(corner)]
    return Look(
        page,
        top,
        depth + 1,
        lower + 1,
        start,
        corner,
        max(blocks, 1),
        lines,
        columns,
        _each(rows),
        _over(page, starts, first, [*range(top, header + 1), *figures]),
        parts,
        places,
        times | of_block | _times(labels, starts),
        _has_bare(page, tops[0], header, start),
        [" ".join(texts) for texts in labels[:start] if texts],
        _marks(page, figures, starts, [n + (n >= start) for n, texts in enumerate(labels) if texts]),
        tuple(ranges),
        any(one.is_open for one in headings),
    )


def _times(labels: list[list[str]], starts: list[int]) -> Counter[str]:
    """How often a header prints each label, in the first of the blocks beside each other that begin at `starts`."""
    of_first = labels[: starts[1] - 1] if len(starts) > 1 else labels
    return Counter(" ".join(texts) for texts in of_first if texts)


def _label_column(page: Page, header: int, first: int) -> int:
    """Where the label of a row stands: in its first text, or behind the number that a list gives to it, and behind what
    is told of the publication."""
    row = page.rows[first]
    at = [n for n, text in enumerate(row) if plain(text)]
    at = at[1:] if is_numbered(texts_of(row)) else at
    words = [n for n in at if not is_number(row[n])]
    of_labels = [n for n in words if not (OF_PUBLICATION.fullmatch(page.at(header, n)) or ADDRESS.match(row[n]))]
    return of_labels[0] if of_labels else at[0]


def _marks(page: Page, figures: list[int], starts: list[int], columns: list[int]) -> Counter[str]:
    """What stands in place of numbers in the rows `figures` and in the `columns` that have a label; of blocks beside each
    other, which begin at `starts`, where the row has a label there."""
    found = Counter[str]()
    for column in columns:
        start = max((at for at in starts if at < column), default=None)
        if start is None or column in starts:
            continue
        texts = [page.at(n, column) for n in figures if plain(page.at(n, start))]
        others = [text for text in texts if not is_number(text)]
        marks = [text for text in others if not plain(text) or numerals.MARK.fullmatch(plain(text))]
        # A column without a number holds words, if not dashes and dots alone.
        if len(others) < len(texts) or not any(re.search(r"\w", text) for text in others):
            found.update(text if plain(text) else "" for text in marks)
    return found


def _header_above(page: Page, top: int, start: int) -> int | None:
    """The row above `top` that belongs to the header as well: of labels, or of the corner in another language below
    such a one."""
    row = page.rows[top - 1]
    if len(texts_of(row)) > 1:
        return None if has_figures(row, page, top - 1) or is_unit_line(row) or is_remark(texts_of(row)) else top - 1
    is_corner = len(texts_of(row)) == 1 and start < len(row) and plain(row[start])
    further = page.rows[top - 2] if is_corner and top > 1 else []
    return top - 1 if len(texts_of(further)) > 2 and not is_unit_line(further) else None


def _each(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _has_bare(page: Page, top: int, last: int, start: int) -> bool:
    """Whether words, and nothing else, stand in a column without a label."""
    labels = dict.fromkeys(range(max(map(len, page.rows))), "")
    for row in page.rows[top : last + 1]:
        labels |= {n: text for n, text in enumerate(row) if plain(text)}
    bare = (n for n, text in labels.items() if not text and n != start)
    return any(_is_words(page, n, last) or (n < start and any(_below(page, n, last))) for n in bare)


def _line(row: list[str]) -> str:
    return " ".join(" ".join(text.split()) for text in texts_of(row))


def _labels(page: Page, top: int, last: int, start: int) -> list[list[str]]:
    """The texts of each column's label from top to bottom, as the layout of a table joins them."""
    width = max(len(row) for row in page.rows[top : last + 1])
    labels = []
    for column in range(width):
        if column == start:
            continue
        texts: list[str] = []
        for number, row in enumerate(page.rows[top : last + 1], top):
            text = row[column] if column < len(row) else ""
            left = column
            is_over = any(plain(below[column]) for below in page.rows[top : last + 1] if column < len(below))
            while is_over and not plain(text) and row is not page.rows[last] and left > start + 1:
                if any(plain(upper[left]) for upper in page.rows[top:number] if left < len(upper)):
                    break  # an upper text begins here: a lower one of its neighbour is not its own
                left -= 1
                text = row[left] if left < len(row) else ""
            is_own = page.heading_at(number, column, left) and not _is_words(page, left, last)
            text = "" if left < column and not is_own else text
            # 人 数 over 人 is 人数 in 人.
            text = re.sub(rf"(?<=[{plain_text.HAN}]) +(?=[{plain_text.HAN}])", "", text)
            if plain(text) and (not texts or texts[-1] != text):
                texts.append(text)
        labels.append(texts)
    return labels


def _is_words(page: Page, column: int, last: int) -> bool:
    """Whether nothing but words stands below a header in a column: its label stands over no figures."""
    texts = _below(page, column, last)
    return bool(texts) and not any(map(is_number, texts))


def _below(page: Page, column: int, last: int) -> list[str]:
    """What a column prints below a header that ends in the row `last`."""
    return [row[column] for row in page.rows[last + 1 :] if column < len(row) and plain(row[column])]


def _over(page: Page, starts: list[int], first: int, table: list[int]) -> list[str]:
    """What of the page is typesetting: each kind that changes a text, or a row that is blank, or a column in the rows of the `table`, be it of one of
    the blocks beside each other that begin at `starts`, in the row `first`."""
    texts = [text for row in page.rows for text in row if text]
    found = [word for word in plain_text.READ_OVER if any(plain_text.read(t, {word}) != t for t in texts)]
    width = max(map(len, page.rows))
    columns = [[page.at(row, n) for row in table] for n in range(width)]
    ends = [*starts[1:], width]
    beside = [row[at:end] for row in page.rows[first:] if len(texts_of(row)) > 1 for at, end in zip(starts, ends)]
    is_blank = any(not any(map(plain, line)) for line in [*page.rows, *columns, *(beside if len(starts) > 1 else [])])
    found += [plain_text.MERGED] if any(_is_merged(page.rows[n], starts) for n in table if n > first) else []
    return (["blanks"] if is_blank else []) + found


def _is_merged(row: list[str], starts: list[int]) -> bool:
    """Whether a row begins with words behind the column of labels, whose label stands for it too."""
    at = next((n for n, text in enumerate(row) if plain(text)), starts[0])
    return len(starts) == 1 and at > starts[0] and not is_number(row[at]) and any(map(is_number, row[at + 1 :]))
