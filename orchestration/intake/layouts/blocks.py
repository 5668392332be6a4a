"""Where the figures of a page stand: the lines beside them, and each block with its header and rows.

A page is read from top to bottom. A row that prints the corner is a header, and begins a block at each corner that it
prints; a row that prints what the descriptor declares as a line beside the figures is that line; all others are rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from orchestration.intake.formats.format import Page
from orchestration.intake.spellings import UNIT, UNREAD, Said, Spellings
from validations import numerals
from validations.labels import Note
from validations.layouts import Table

Fail = Callable[[int | None, str, str, str], None]


@dataclass
class Row:
    """A row of a block. `index`: in the page; `context`: what the lines above it say."""

    index: int
    context: Said


@dataclass
class Block:
    """A header and the rows below it. `label_column`: of the row labels; `columns`: label by column, indices of the page."""

    label_column: int
    columns: dict[int, str]
    rows: list[Row] = field(default_factory=list)

    def header_line(self, page: Page) -> int | None:
        """The line of its header, the last one if that has several."""
        return page.lines[self.rows[0].index - 1] if self.rows else None


@dataclass
class PageReading:
    """One page taken apart. Its faults go to `fail`: (line, column, read, expected).

    `context`: what lines say of what stands below them, on an earlier page at first; `before`: the blocks of it.
    """

    page: Page
    table: Table
    spellings: Spellings
    fail: Fail
    context: Said
    before: list[Block] = field(default_factory=list)
    printed_notes: list[str] = field(default_factory=list)

    def blocks(self) -> list[Block]:
        """The blocks in the order of the page; an empty one where there is no header."""
        header, stray = None, []
        blocks: list[Block] = []
        current: list[Block] = []
        index, corner = 0, self._has_corner()
        if not self.table.header_rows:
            # It goes on as it stood: the same columns, at the same places of the page.
            current = [Block(block.label_column, block.columns) for block in self.before[-1:]]
            blocks += current
        while index < len(self.page.rows):
            row = self.page.rows[index]
            if not any(map(self._text, row)):
                if "blanks" not in self.table.read_over:
                    if not row:
                        self._blank(index)
                        index += 1
                        continue
                else:
                    index += 1
                    continue
            if self._is_note(row, index, is_below=header is not None):
                index += 1
                continue
            if len(blocks) < self.table.blocks and self._begins(index, current, corner):
                header = index if header is None else header
                current = self._header(index, self.table.blocks - len(blocks))
                blocks += current
                index += self.table.header_rows
                continue
            if current:
                for block in current:
                    block.rows.append(Row(index, dict(self.context)))
                self._width(index, header)
            else:
                stray.append(index)
            index += 1
        if stray:
            read = self._line(stray[0]) + (f" and {len(stray) - 1} more line(s)" if len(stray) > 1 else "")
            expected = f"the header, which begins with {self.table.corner!r}, or a line that notes declare"
            if header == stray[-1] + 1 and self.table.corner_row == 1 and not self._text(self.page.at(stray[-1], 0)):
                expected += "; one above the corner that belongs to the header: header_rows: 2, corner_row: 2"
            self.fail(self.page.lines[stray[0]], "", read, expected)
        if 0 < len(blocks) < self.table.blocks:
            expected = f"{self.table.blocks} of them, as blocks states"
            self.fail(None, "", f"{len(blocks)} header(s) that begin with {self.table.corner!r}", expected)
        return blocks

    def _text(self, text: str) -> str:
        return self.spellings.plain(text)

    def _line(self, index: int) -> str:
        return " ".join(filter(None, (text.strip() for text in self.page.rows[index])))

    def _has_corner(self) -> bool:
        corner = self._text(self.table.corner)
        return bool(corner) and any(corner == self._text(text) for row in self.page.rows for text in row)

    def _begins(self, index: int, current: list[Block], has_corner: bool) -> bool:
        """Whether a header begins in a row; where no corner is printed, the first row is taken for it, and told."""
        if has_corner:
            return self._text(self.table.corner) in map(self._text, self._corner_row(index))
        return not current

    def _corner_row(self, index: int) -> list[str]:
        """The row that prints the corner of a header that begins at `index`; none below the page."""
        return (self.page.rows[index + self.table.corner_row - 1 :] or [[]])[0]

    def _blank(self, index: int) -> None:
        expected = (
            f"{self._expected_width()} cells, as the header has; a blank line is read over with read_over: [blanks]"
        )
        self.fail(self.page.lines[index], "", "a blank line", expected)

    def _expected_width(self) -> int:
        return max(map(len, self.page.rows))

    def _width(self, index: int, header: int | None) -> None:
        width, own = len(self.page.rows[header or 0]), len(self.page.rows[index])
        if own != width and not (own > width and not any(map(self._text, self.page.rows[index][width:]))):
            self.fail(self.page.lines[index], "", f"{own} cells", f"{width} cells, as the header has")

    def _is_note(self, row: list[str], index: int, is_below: bool) -> bool:
        """Whether a row is a line beside the figures; what it says holds from here on."""
        texts = [text for text in row if self._text(text)]
        if len(texts) > 1 and any(numerals.parse(self._text(text), {}) for text in texts):
            return False
        line = " ".join(texts)
        if self._text(line) == self._text(self.table.title):
            return True
        for note in self.table.notes:
            said = {} if self._text(line) == self._text(note.label) else self._said(line, note)
            if said is None:
                continue
            own = {k: v for k, v in said.items() if k != UNREAD} | note.stated()
            self._contradiction(index, line, own)
            if is_below and UNIT not in own and not note.printed_unit:
                self._unit_of_heading(index, line)
            self.context |= own | ({UNIT: note.printed_unit} if note.printed_unit else {})
            self.printed_notes.append(line)
            return True
        return False

    def _unit_of_heading(self, index: int, line: str) -> None:
        """A line between rows that prints a unit for those below it, which nobody reads."""
        printed = re.search(r"[^\W\d].*[（(] ?([^（()）]+?) ?[)）]$", self._text(line))
        unit = printed[1] if printed else ""
        below = (self.page.rows[index + 1 :] or [[]])[0]
        declared = {one.printed_unit for one in (self.table, *self.table.columns, *self.table.rows)}
        is_heading = any(numerals.parse(self._text(text), {}) for text in below[1:])
        if is_heading and unit in self.spellings.lists.codes("unit_text") and unit not in declared:
            before, _, behind = line.rpartition(unit)
            expected = f"its unit, which is that of the figures below it: {f'{before}{{{UNIT}}}{behind}'!r} in notes,"
            expected += f" and {{{UNIT}}} likewise in the line of the figures above it, in place of {UNIT}"
            self.fail(self.page.lines[index], "", line, expected)

    def _contradiction(self, index: int, line: str, said: Said) -> None:
        """A line that says otherwise than the table's defaults, or than the name of its file."""
        for name, code in self.table.defaults.stated().items():
            if said.get(name, code) != code:
                expected = f"{code}, which the defaults or the name of the file say"
                self.fail(self.page.lines[index], name, f"{said[name]}: {line}", expected)

    def _said(self, line: str, note: Note) -> Said | None:
        return self.spellings.says(line, note) if "{" in note.label else None

    def _header(self, index: int, most: int) -> list[Block]:
        row, corner = self._corner_row(index), self._text(self.table.corner)
        starts = [n for n, text in enumerate(row) if self._text(text) == corner][:most] if corner else [0]
        if not starts or (not corner and self._text(row[0])):
            self.fail(
                self.page.lines[index], "1", row[0], f"{self.table.corner!r}, the corner that the descriptor states"
            )
            starts = [0]
        last = min(index + self.table.header_rows, len(self.page.rows))
        end = max(len(r) for r in self.page.rows[index:last])
        blocks = []
        for number, start in enumerate(starts):
            first = 0 if number == 0 else start
            until = starts[number + 1] if number + 1 < len(starts) else end
            columns = {c: self._column_label(c, index, last, start) for c in range(first, until) if c != start}
            blocks.append(Block(start, columns))
        return blocks

    def _column_label(self, column: int, first: int, last: int, start: int) -> str:
        """The texts of a column's header from top to bottom; one may stand over several columns, those of the text above it,
        if it is not that of a column that is not read, nor that of the row labels, which begin at `start`."""
        texts: list[str] = []
        leftmost = start + 1 if column > start else 0
        for index in range(first, last):
            text = self.page.at(index, column)
            left = column
            if (
                not self._text(text)
                and index < last - 1
                and any(self._text(self.page.at(below, column)) for below in range(index + 1, last))
            ):
                while left > leftmost and not self._text(text):
                    if any(self._text(self.page.at(upper, left)) for upper in range(first, index)):
                        break  # an upper text begins here: a lower one of its neighbour is not its own
                    left -= 1
                    text = self.page.at(index, left)
                is_unread = self._text(text) in {self._text(self.table.corner), *self._unread()}
                if left < column and (is_unread or not self.page.heading_at(index, column, left)):
                    text = ""
            if self._text(text) and (not texts or texts[-1] != text):
                texts.append(text)
        return " ".join(texts)

    def _unread(self) -> set[str]:
        """Labels of the columns that are not read."""
        return {self._text(entry.label) for entry in self.table.columns if entry.label and entry.holds == UNREAD}


def texts_of(page: Page, block: Block, column: int) -> Iterator[str]:
    """What a column of a block prints below its header."""
    for row in block.rows:
        yield page.at(row.index, column)
