"""The pages of a printed table on their way to cells: a figure where a row and a column meet, faults that fit a screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import polars as pl

from orchestration.intake.formats.format import Page, Shown, Stored
from orchestration.intake.layouts.blocks import Block, PageReading, Row
from orchestration.intake.layouts.continued import Continued
from orchestration.intake.layouts.table_labels import Entry, Labels, in_its_year, period_of, with_what_is_said
from orchestration.intake.mapping import SINGLE, Cell, Mapper, printed_id, some
from orchestration.intake.spellings import UNIT, UNREAD, Said, Spellings
from orchestration.intake.units import PERCENT
from validations import contracts, numerals, plain_text
from validations.dimensions import Dimensions
from validations.faults import Fault
from validations.forms import codes_of
from validations.labels import Label
from validations.layouts import Table
from validations.plain_text import MERGED


class TableReading:
    """A table on its way to cells, page by page; `faults` gathers what is wrong. `table` is that of the page that is
    read: the first, or one that continues it."""

    def __init__(self, mapper: Mapper, table: Table):
        self.table, self.mapper, self.whole = table, mapper, table.name
        within = tuple(filter(None, [table.defaults.ref_area]))
        self.spellings = Spellings(mapper.lists, frozenset(table.read_over), within, mapper.descriptor.area_map)
        self.faults: list[Fault] = []
        self._hedges = table.hedges(self.mapper.lists.hedges())
        self._undeclared: list[Cell] = []
        self._of_cells: list[Fault] = []
        self._context: Said = {}
        self._blocks: list[Block] = []
        self._columns, self._rows = (
            Labels(axis, table, mapper, self.spellings, self._fail) for axis in ("column", "row")
        )
        self._continued = Continued(table.name)

    def cells(self, table: Table, file: str, page: Page, is_sound: bool) -> list[Cell]:
        """One cell for each printed figure of a page; without those whose label or text has not passed its check."""
        self.table, self.file, self.page = table, file, page
        self._columns.table = self._rows.table = table
        if len([row for row in self.page.rows if row]) < 1 + bool(table.header_rows):
            read = f"{len([row for row in self.page.rows if row])} row(s)"
            self._fail(None, "", read, "a header and at least one row", "files")
            return []
        blocks = PageReading(page, table, self.spellings, self._fail_file, self._context, self._blocks).blocks()
        self._blocks = blocks or self._blocks
        if self._is_ragged:
            return []
        for fault in [f for f in self.faults if f.column == "1"]:
            self.faults[self.faults.index(fault)] = Fault(
                fault.file, fault.row, fault.column, fault.read, fault.expected, self.mapper.check("figures")
            )
        cells: list[Cell] = []
        headers: list[tuple[int | None, dict[str, str]]] = []
        texts: list[Fault] = []
        for block in blocks:
            self._columns.spellings = self.spellings.of_period(self._period(block.rows[0]) if block.rows else None)
            columns = self._columns.columns(page, block)
            figures = [column for column, entry in columns.items() if not _is_beside(entry)]
            headers.append(
                (block.header_line(page), {self.spellings.plain(block.columns[c]): block.columns[c] for c in figures})
            )
            cells += self._of_block(block, columns, figures, texts, is_sound)
        self.faults += self._grouped(texts) + self._counted(self._of_cells)
        self._of_cells = []
        for labels in (self._columns, self._rows):
            labels.tell_unmapped()
        self._continued.add(headers, cells, self._fail)
        return cells

    def close(self) -> None:
        """What can be told once all pages are read."""
        if self._is_ragged:
            # No label was looked for.
            return
        for labels in (self._columns, self._rows):
            labels.tell_missing()
        self.faults += self.mapper.without_unit(self.table, self._undeclared)

    @property
    def _is_ragged(self) -> bool:
        return any(fault.read.endswith(" cells") for fault in self.faults)

    def _fail_file(self, row: int | None, column: str, read: str, expected: str) -> None:
        self._fail(row, column, read, expected, "files")

    def _fail(self, row: int | None, column: str, read: str, expected: str, part: str = "figures") -> None:
        self.faults.append(Fault(self.file, row, column, read, expected, self.mapper.check(part)))

    def _of_block(
        self, block: Block, columns: dict[int, Entry], figures: list[int], texts: list[Fault], is_sound: bool
    ) -> list[Cell]:
        """The cells of a block. `figures`: those of its `columns` that hold figures; `texts`: faults of its texts."""
        self._merged = self._merged_down(block, columns) if MERGED in self.table.read_over else {}
        said_of_columns: dict[int, Said] = {c: {} for c in figures}
        seen: Counter[str] = Counter()
        cells: list[Cell] = []
        records: list[dict] = []
        lines: list[int] = []
        for row in block.rows:
            line, label = self.page.lines[row.index], self._above(row.index, block.label_column)
            of_row = [label, *(self.page.at(row.index, c) for c in block.columns)]
            if not any(map(self.spellings.plain, of_row)) and "blanks" in self.table.read_over:
                continue
            if not self.spellings.plain(label) and not self._rows.leaves_bare:
                is_empty = not any(map(self.spellings.plain, of_row))
                self._rows.tell_empty(line, self.page.column(block.label_column), is_empty)
                continue
            record = {"label": plain_text.shown(label, self.table.read_over)}
            counted = Counter() if (row.index, block.label_column) in self._merged else seen
            self._rows.spellings = self.spellings.of_period(self._period(row))
            naming = replace(self._rows.naming, year=self.spellings.year)
            entry = self._rows.one(label, counted, line, self.page.column(block.label_column))
            if entry is not None:
                if UNREAD in entry[1] or entry[0].holds == UNREAD or self._is_unread(row, columns):
                    continue
                if entry[0].label is not None and entry[0].holds:
                    for c in figures:
                        said_of_columns[c] |= self._cell_says(self.page.at(row.index, c), entry[0], line, c)
                    continue
            for column in figures:
                of_column, said = columns[column]
                text = self.page.at(row.index, column)
                record[str(column)] = self._number(text, entry[0] if entry else None, of_column)
                if entry is not None and is_sound:
                    when = self._period(row, columns[column], entry)
                    of_row = self._in_its_year(entry, label, naming, when, line)
                    said = self._in_its_year(columns[column], block.columns[column], self.spellings, when, line)[1]
                    said = said | said_of_columns[column]
                    cells += self._cell(block, row, of_row, column, (of_column, said), columns, when)
            if entry is None and not any(record[str(column)] for column in figures):
                # A line of text that nothing maps is told as such, and not as figures that are missing.
                continue
            records.append(record)
            lines.append(line)
        self._rows.close_block(seen)
        texts += self._text_faults(block, figures, records, lines)
        return cells

    def _merged_down(self, block: Block, columns: dict[int, Entry]) -> dict[tuple[int, int], str]:
        """What the empty cells of columns of labels say, by row and column: what the cell above says, as far as no
        column to the left begins anew."""
        beside = sorted({block.label_column, *(c for c, e in columns.items() if _is_beside(e) and UNREAD not in e[1])})
        found: dict[tuple[int, int], str] = {}
        above: dict[int, str] = {}
        for row in block.rows:
            if not any(map(self.spellings.plain, self.page.rows[row.index])):
                continue
            for place, column in enumerate(beside):
                text = self.page.at(row.index, column)
                if self.spellings.plain(text):
                    above = {left: above.get(left, "") for left in beside[:place]} | {column: text}
                elif above.get(column):
                    found[row.index, column] = above[column]
        return found

    def _above(self, row: int, column: int) -> str:
        """The text of a cell of labels, or of the one that it is merged with."""
        return self._merged.get((row, column)) or self.page.at(row, column)

    def _is_unread(self, row: Row, columns: dict[int, Entry]) -> bool:
        """Whether a cell that says something of its row is one that the descriptor leaves unread."""
        beside = ((c, entry) for c, (entry, said) in columns.items() if UNREAD not in said and entry.label is not None)
        told = (self.spellings.says(self._above(row.index, c), e) for c, e in beside if e.holds not in (None, UNREAD))
        return any(said is not None and UNREAD in said for said in told)

    def _is_whole(self, cell: Cell) -> bool:
        """Whether a figure is the share of the whole in itself, 100 %, beside those of its parts: it says nothing."""
        relative = codes_of(str(cell["counterpart"])) if cell["counterpart"] != "_Z" else {}
        if not relative or cell["numeral"] is None or any(cell[name] != code for name, code in relative.items()):
            return False
        unit = cell["printed_unit"] or cell["unit_meant"] or (PERCENT if cell["percent"] else None)
        is_percent = unit is not None and self.mapper.lists.record("unit_text", str(unit))["unit_mult"] == "-2"
        return Decimal(str(cell["numeral"])) == (100 if is_percent else 1)

    def _period(self, row: Row, *entries: Entry) -> str | None:
        return period_of(entries, row.context.get("time_period") or self.table.defaults.time_period)

    def _in_its_year(self, entry: Entry, text: str, naming: Spellings, when: str | None, line: int) -> Entry:
        """The entry of a label with the area that bore its name in the period of a figure; several that did are a fault."""
        found, wrong = in_its_year(entry, text, naming, when)
        if wrong:
            shown = plain_text.shown(text, self.table.read_over)
            self._of_cells.append(Fault(self.file, line, "", shown, wrong, self.mapper.check("figures")))
        return found

    def _cell_says(self, text: str, entry: Label, line: int, column: int, when: str | None = None) -> Said:
        spellings = self.spellings.of_period(when)
        said = spellings.says(text, entry) if entry.holds != UNREAD else {}
        if said is None:
            shared = [spellings.shared(text)] if entry.holds == "ref_area" else []
            told = f"a text that says {entry.holds}; another spelling is declared: codes: {{{text}: CODE}}"
            expected = "; ".join(filter(None, [told, *shared]))
            self._fail(line, f"{self.page.column(column)} ({entry.label})", text, expected)
        return {name: code for name, code in (said or {}).items() if name != UNREAD}

    def _marks(self, row: Label | None, column: Label) -> tuple[list[str], list[str]]:
        """Marks for missing and for not applicable; those of a row or a column go before the table's."""
        for own in (row, column, self.table):
            if own is not None and own.marks:
                return own.missing_values, own.not_applicable
        return [], []

    def _number(self, text: str, row: Label | None, column: Label) -> str | None:
        """The text of a figure as its contract takes it: None where it is a mark."""
        plain, marks = self.spellings.plain(text), sum(self._marks(row, column), [])
        return None if text in marks or plain in map(self.spellings.plain, marks) else self.mapper.units.apart(plain)[0]

    def _read(self, plain: str) -> tuple[numerals.Numeral, str] | None:
        """A number and its qualifier, as the table prints such."""
        return numerals.parse_hedged(plain, self.mapper.lists.words(), self._hedges, self.table.has_ranges)

    def _text_faults(self, block: Block, figures: list[int], records: list[dict], lines: list[int]) -> list[Fault]:
        """Cells whose text is neither a number nor a mark for a missing value."""
        if not records:
            return []
        names = {str(c): f"{self.page.column(c)} ({block.columns[c]})" for c in figures} | {
            "label": self.page.column(block.label_column)
        }
        frame = pl.DataFrame(records, schema=dict.fromkeys(["label", *map(str, figures)], pl.String))
        lists, table = self.mapper.lists, self.table
        schema = contracts.printed_table(map(str, figures), table.marks, lists, self._hedges, table.has_ranges)
        return contracts.faults(schema, frame, self.file, self.mapper.check("figures"), lines, names)

    def _grouped(self, faults: list[Fault]) -> list[Fault]:
        """Faults of one kind as one that counts them, where there are many."""
        kinds: dict[str, list[Fault]] = {}
        for fault in faults:
            kinds.setdefault(self._hinted(fault).expected, []).append(self._hinted(fault))
        told: list[Fault] = []
        for found in kinds.values():
            if len(found) <= SINGLE:
                told += found
                continue
            first, texts = min(found), Counter(fault.read for fault in found)
            read = some([f"{text!r} ({times} cells)" for text, times in texts.most_common()])
            expected = f"{first.expected} ({len(found)} cells read so)"
            told.append(Fault(first.file, first.row, first.column, read, expected, first.check))
        return told

    def _counted(self, faults: list[Fault]) -> list[Fault]:
        """What is wrong with the codes of many figures alike, once, with the first of them."""
        alike: dict[tuple[str, str], list[Fault]] = {}
        for fault in faults:
            alike.setdefault((fault.read, fault.expected), []).append(fault)
        told: list[Fault] = []
        for found in alike.values():
            first, many = min(found), len(found) > SINGLE
            expected = f"{first.expected} ({len(found)} figures read so)"
            told += [replace(first, expected=expected)] if many else found
        return told

    def _hinted(self, fault: Fault) -> Fault:
        expected = fault.expected
        if not expected.startswith(numerals.EXPECTED):
            return fault
        if told := numerals.declared(fault.read, self.mapper.lists.hedges()):
            expected += told
        elif word := plain_text.would_read(
            fault.read, self.table.read_over, lambda t: numerals.parse(t, {}) is not None
        ):
            expected += f"; with read_over: [{word}] it is a number"
        return Fault(fault.file, fault.row, fault.column, fault.read, expected, fault.check)

    def _cell(
        self,
        block: Block,
        row: Row,
        of_row: Entry,
        column: int,
        of_column: Entry,
        columns: dict[int, Entry],
        when: str | None,
    ) -> list[Cell]:
        """The figure where a row and a column meet, with its faults; none if its text has not passed. `when`: its period."""
        (row_entry, row_said), (column_entry, column_said) = of_row, of_column
        text, line = self.page.at(row.index, column), self.page.lines[row.index]
        missing, absent = self._marks(row_entry, column_entry)
        plain = self.spellings.plain(text)
        is_mark = plain in map(self.spellings.plain, [*missing, *absent])
        plain, words = self.mapper.units.apart(plain)
        number = None if is_mark else self._read(plain)
        if number is None and not is_mark:
            return []
        row_said = dict(row_said)
        for other, (entry, said) in columns.items():
            if other != column and UNREAD not in said and entry.label is not None and entry.holds not in (None, UNREAD):
                row_said |= self._cell_says(self._above(row.index, other), entry, line, other, when)
        row_label, column_label = self._above(row.index, block.label_column), block.columns[column]
        row_as, column_as = (
            with_what_is_said(row_entry, row_label, row_said),
            with_what_is_said(column_entry, column_label, column_said),
        )
        broad = self.table.defaults.model_copy(update={k: v for k, v in row.context.items() if k != UNIT})
        broad = Dimensions(**broad.stated())
        shown = plain_text.shown(column_label, self.table.read_over)
        cell, faults = self.mapper.place(self.table, [broad, column_as, row_as], self.file, line, shown)
        of_table = row.context.get(UNIT) or self.table.printed_unit
        has_percent = number is not None and number[0].percent
        unit, wrong = self.mapper.units.of_cell(of_table, row_as, column_as, str(cell["measure"]), has_percent)
        scale = text.scale if isinstance(text, Shown) else 0
        unit, beside = self.mapper.units.of_words(words, unit, scale) if words or scale else (unit, None)
        check = self.mapper.check("figures")
        meant, odd = (
            (None, None) if unit or has_percent else self.mapper.units.meant(self.table, row_as, column_as, cell)
        )
        faults += [Fault(self.file, line, shown, *told, check) for told in (wrong, beside, odd) if told]
        if UNIT in row.context and self.table.printed_unit not in (None, row.context[UNIT]):
            read = f"{row.context[UNIT]} on the page and {self.table.printed_unit} in the descriptor"
            faults.append(Fault(self.file, line, "", read, "one unit", check))
        cell |= {
            "observation_id": printed_id(self.mapper.descriptor.name, self.table.name, line, column + self.page.first),
            "row_no": line,
            "column_no": column + self.page.first,
            "row_label": plain_text.shown(row_label, self.table.read_over),
            "column_label": shown,
            "section": self.table.section,
            "printed_value": plain if words else plain_text.shown(text, self.table.read_over),
            "printed_unit": unit,
            "unit_meant": meant,
            "qualifier": number[1] if number else "_Z",
            "statement": None,
            "whole_table": self.whole,
            "decimals_known": not isinstance(text.number if isinstance(text, Shown) else text, Stored),
            **(self.mapper.told(number[0]) if number else self.mapper.numeral(plain, [plain])),
        }
        if self._is_whole(cell):
            return []
        if cell["percent"] and cell["printed_unit"] not in (None, PERCENT):
            read = f"{text} in {cell['printed_unit']}"
            faults.append(Fault(self.file, line, shown, read, "a percent sign or a unit, not both", check))
        self._of_cells += faults
        if False not in (row_as.unit_stated, column_as.unit_stated, self.table.unit_stated):
            self._undeclared.append(cell)
        return [cell]


def _is_beside(entry: Entry) -> bool:
    """Whether the cells of a column are no figures: not wanted, or saying something of their rows."""
    label, said = entry
    return UNREAD in said or (label.label is not None and label.holds is not None)
