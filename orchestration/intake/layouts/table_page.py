"""One page of a printed table on its way to cells: labels to entries, texts to numbers, faults that fit a screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import polars as pl

from orchestration.intake.formats.format import Page, Stored
from orchestration.intake.layouts.blocks import Block, PageReading, Row, texts_of
from orchestration.intake.mapping import SINGLE, Cell, Mapper, printed_id, some
from orchestration.intake.spellings import UNIT, UNREAD, Said, Spellings
from orchestration.intake.units import PERCENT
from validations import contracts, numerals, plain_text
from validations.dimensions import DIMENSIONS, Dimensions
from validations.faults import Fault
from validations.labels import Label, held_by
from validations.layouts import Table

#: The entry of a printed label, and what the label says.
Entry = tuple[Label, Said]


class TableReading:
    """A table on its way to cells, page by page; `faults` gathers what is wrong. `table` is that of the page that is
    read: the first, or one that continues it."""

    def __init__(self, mapper: Mapper, table: Table):
        self.table, self.mapper, self.whole = table, mapper, table.name
        self.spellings = Spellings(self.mapper.lists, frozenset(self.table.read_over))
        self.faults: list[Fault] = []
        self._hedges = table.hedges(self.mapper.lists.hedges())
        self._undeclared: list[Cell] = []
        self._of_cells: list[Fault] = []
        self._told: set[tuple[str, str]] = set()
        self._of_units: set[str] = set()
        self._own = {
            axis: {self.spellings.plain(e.label): e for e in self._entries(axis) if e.label is not None}
            for axis in ("column", "row")
        }
        self._seen: dict[str, Counter] = {"column": Counter(), "row": Counter()}
        self._context: Said = {}
        self._blocks: list[Block] = []
        self._headers: list[dict[str, str]] = []
        self._stated: dict[tuple, Cell] = {}

    def cells(self, table: Table, file: str, page: Page, is_sound: bool) -> list[Cell]:
        """One cell for each printed figure of a page; without those whose label or text has not passed its check."""
        self.table, self.file, self.page = table, file, page
        if len([row for row in self.page.rows if row]) < 1 + bool(table.header_rows):
            read = f"{len([row for row in self.page.rows if row])} row(s)"
            self._fail(None, "", read, "a header and at least one row", "files")
            return []
        blocks = PageReading(page, table, self.spellings, self._fail_file, self._context, self._blocks).blocks()
        self._blocks = blocks or self._blocks
        before = [*self._headers]
        if any(fault.read.endswith(" cells") for fault in self.faults):
            return []
        for fault in [f for f in self.faults if f.column == "1"]:
            self.faults[self.faults.index(fault)] = Fault(
                fault.file, fault.row, fault.column, fault.read, fault.expected, self.mapper.check("figures")
            )
        cells: list[Cell] = []
        unmapped: dict[str, list[tuple[int, int, str]]] = {"column": [], "row": []}
        texts: list[Fault] = []
        for block in blocks:
            cells += self._of_block(block, unmapped, texts, is_sound)
            self._goes_on(block, before)
        self.faults += self._grouped(texts) + self._counted(self._of_cells)
        self._of_cells = []
        for axis, found in unmapped.items():
            self._unmapped(axis, found)
        self._stated_before(cells)
        return cells

    def close(self) -> None:
        """What can be told once all pages are read."""
        self._missing_labels()
        self.faults += self.mapper.without_unit(self.table, self._undeclared)

    def _goes_on(self, block: Block, before: list[dict[str, str]]) -> None:
        """That a header of a later page is one of an earlier page, or holds none of its columns."""
        own = self._headers[-1]
        shared = max(
            (one for one in before if own.keys() & one.keys()), key=lambda one: len(own.keys() & one.keys()), default={}
        )
        if any(own.keys() == one.keys() for one in before) or not shared:
            return
        lacks, adds = (some(a[k] for k in a if k not in b) for a, b in ((shared, own), (own, shared)))
        read = "; ".join(filter(None, (lacks and f"without {lacks}", adds and f"with {adds}")))
        expected = f"the columns of {self.whole} that it continues, or none of them: {some(shared.values())}"
        line = self.page.lines[block.rows[0].index - 1] if block.rows else None
        self._fail(line, "", f"a header {read}", expected)

    def _stated_before(self, cells: list[Cell]) -> None:
        """Rows that an earlier page has printed, each told once."""
        told = set()
        for cell in cells:
            key = tuple(cell[name] for name in DIMENSIONS)
            first = self._stated.setdefault(key, cell)
            if first["table_id"] != cell["table_id"] and cell["row_no"] not in told:
                told.add(cell["row_no"])
                read = f"{cell['row_label']}, which stands in {first['file']}, row {first['row_no']} as well"
                expected = f"each row of {self.whole} once; range leaves out one that is printed again"
                self._fail(cell["row_no"], str(cell["column_label"]), read, expected)

    def _fail_file(self, row: int | None, column: str, read: str, expected: str) -> None:
        self._fail(row, column, read, expected, "files")

    def _fail(self, row: int | None, column: str, read: str, expected: str, part: str = "figures") -> None:
        self.faults.append(Fault(self.file, row, column, read, expected, self.mapper.check(part)))

    def _column(self, index: int) -> str:
        """The number of a column of the file, for a message."""
        return str(index + self.page.first)

    # Labels.

    def _entry(self, axis: str, text: str, line: int | None) -> Entry | None:
        """The entry that maps a printed label, and what the label says; a unit that it prints is one that it says."""
        plain = self.spellings.plain(text)
        if plain in self._own[axis]:
            return self._own[axis][plain], {}
        for entry in self._entries(axis):
            if entry.label is None and (said := self.spellings.says(text, entry)) is not None:
                if UNREAD not in said and (axis, text) not in self._told:
                    self._told.add((axis, text))
                    stated = _with(entry, text, said)
                    for _, read, expected in self.mapper.units.declared_faults(stated, text, self.table):
                        self._fail(line, "", f"{text}: {read}", f"{expected}; {{printed_unit}} in holds reads it")
                return entry, said
        return None

    def _entries(self, axis: str) -> list[Label]:
        return self.table.columns if axis == "column" else self.table.rows

    def _labels(self, block: Block, unmapped: dict) -> dict[int, Entry]:
        """The columns of a block that are read, each with its entry; blank ones are none where blanks are read over."""
        found: dict[int, Entry] = {}
        seen: Counter[str] = Counter()
        line = self.page.lines[block.rows[0].index - 1] if block.rows else None
        for column, text in block.columns.items():
            if not self.spellings.plain(text):
                is_empty = not any(self.spellings.plain(cell) for cell in texts_of(self.page, block, column))
                if not (is_empty and "blanks" in self.table.read_over):
                    first = block.rows[0].index if block.rows else None
                    is_below = first is not None and not self.spellings.plain(self._at(first, block.label_column))
                    hint = "; or the header goes on below: header_rows: 2" if is_below and not is_empty else ""
                    self._empty("column", line, self._column(column), is_empty, hint)
                continue
            entry = self._entry("column", text, line)
            if entry is None:
                unmapped["column"].append((line, column, text))
                if self._are_units(texts_of(self.page, block, column)):
                    self._of_units.add(text)
            else:
                self._count("column", entry[0], text, seen, line, self._column(column))
                found[column] = entry
        self._seen["column"] |= seen
        read = {c: self.spellings.plain(block.columns[c]) for c, entry in found.items() if not self._is_beside(entry)}
        self._headers.append({text: block.columns[c] for c, text in read.items()})
        return found

    def _are_units(self, texts: Iterable[str]) -> bool:
        """Whether nothing but units stands in a column."""
        found = {self.spellings.plain(text) for text in texts} - {""}
        return bool(found) and found <= {*self.mapper.lists.codes("unit_text")}

    def _empty(self, axis: str, line: int | None, column: str, is_empty: bool, hint: str = "") -> None:
        hint = "; or read_over: [blanks], where nothing stands in it" if is_empty else hint
        self._fail(line, column, "", f"a {axis} label: the cell is empty; print it, or delete the {axis}{hint}")

    def _count(self, axis: str, entry: Label, text: str, seen: Counter, line: int | None, column: str) -> None:
        if entry.label is None:
            return
        seen[entry.label] += 1
        if seen[entry.label] > max(entry.times_printed, 1) and entry.holds != UNREAD:
            expected = f"this {axis} label {entry.times_printed} time(s), as times_printed states"
            self._fail(line, column, text, expected)

    def _missing_labels(self) -> None:
        for axis, mapped in (("column", self.table.columns), ("row", self.table.rows)):
            for entry in mapped:
                times = self._seen[axis][entry.label]
                if entry.label is not None and times < entry.times_printed:
                    read = f"{axis} label {entry.label!r} {times} time(s)"
                    self._fail(None, "", read, f"{entry.times_printed} time(s), as the descriptor states")

    def _unmapped(self, axis: str, found: list[tuple[int, int, str]]) -> None:
        """Labels that no entry maps: one fault that lists them, and says what to write."""
        if not found:
            return
        entries = self._entries(axis)
        known = [entry.text for entry in entries]
        expected = f"a {axis} label of the descriptor: {some(known)}"
        texts = list(dict.fromkeys(text for _, _, text in found))
        helps = {w for t in texts if (w := plain_text.would_read(t, self.table.read_over, self._is_label(axis)))}
        if helps:
            expected += f"; read_over: [{', '.join(sorted(helps))}] recognises " + some(
                [t for t in texts if plain_text.would_read(t, self.table.read_over, self._is_label(axis))]
            )
        expected += "; one that is not wanted: {label: " + texts[0] + ", holds: _}"
        expected += ", and all that nothing maps: {holds: _}" if len(texts) > SINGLE else ""
        if units := [text for text in texts if axis == "column" and text in self._of_units]:
            expected += "; one whose cells are the units of their rows: {label: " + units[0] + ", holds: printed_unit}"
        if any(entry.label is None for entry in entries):
            expected += "; another spelling: codes: {" + texts[0] + ": CODE}"
        if axis == "row":
            expected += "; a line beside the figures stands in notes"
        if any("ref_area" in held_by(e.holds) for e in entries if isinstance(e.holds, str)):
            shared = [f"{text}: {told}" for text in texts if (told := self.spellings.shared(text))]
            expected += f"; {some(shared)}" if shared else ""
        row, column, _ = found[0]
        self._fail(row, self._column(column), "; ".join(texts), expected)

    def _is_label(self, axis: str) -> Callable[[str], bool]:
        entries = self._entries(axis)

        def test(text: str) -> bool:
            return any(
                text == e.label if e.label is not None else self.spellings.says(text, e) not in (None, {UNREAD: ""})
                for e in entries
            )

        return test

    # Cells.

    def _of_block(self, block: Block, unmapped: dict, texts: list[Fault], is_sound: bool) -> list[Cell]:
        columns = self._labels(block, unmapped)
        figures = {c: entry for c, entry in columns.items() if not self._is_beside(entry)}
        said_of_columns: dict[int, Said] = {c: {} for c in figures}
        seen: Counter[str] = Counter()
        cells: list[Cell] = []
        records: list[dict] = []
        lines: list[int] = []
        for row in block.rows:
            line, cells_of_row = self.page.lines[row.index], self.page.rows[row.index]
            label = cells_of_row[block.label_column] if block.label_column < len(cells_of_row) else ""
            of_row = [label, *(self._at(row.index, c) for c in block.columns)]
            if not any(map(self.spellings.plain, of_row)) and "blanks" in self.table.read_over:
                continue
            if not self.spellings.plain(label):
                self._empty("row", line, self._column(block.label_column), not any(map(self.spellings.plain, of_row)))
                continue
            record = {"label": plain_text.shown(label, self.table.read_over)}
            entry = self._entry("row", label, line)
            if entry is None:
                unmapped["row"].append((line, block.label_column, label))
            else:
                self._count("row", entry[0], label, seen, line, self._column(block.label_column))
                if UNREAD in entry[1] or entry[0].holds == UNREAD:
                    continue
                if entry[0].label is not None and entry[0].holds:
                    for c in figures:
                        said_of_columns[c] |= self._cell_says(self._at(row.index, c), entry[0], line, c)
                    continue
            for column, (of_column, said) in figures.items():
                text = self._at(row.index, column)
                record[str(column)] = self._number(text, entry[0] if entry else None, of_column)
                if entry is not None and is_sound:
                    cells += self._cell(block, row, entry, column, (of_column, said | said_of_columns[column]), columns)
            if entry is None and not any(record[str(column)] for column in figures):
                # A line of text that nothing maps is told as such, and not as figures that are missing.
                continue
            records.append(record)
            lines.append(line)
        self._seen["row"] |= seen
        texts += self._text_faults(block, figures, records, lines)
        return cells

    def _at(self, index: int, column: int) -> str:
        row = self.page.rows[index]
        return row[column] if column < len(row) else ""

    def _is_beside(self, entry: Entry) -> bool:
        """Whether the cells of a column are no figures: not wanted, or saying something of their rows."""
        label, said = entry
        return UNREAD in said or (label.label is not None and label.holds is not None)

    def _cell_says(self, text: str, entry: Label, line: int, column: int) -> Said:
        said = self.spellings.says(text, entry) if entry.holds != UNREAD else {}
        if said is None:
            expected = f"a text that says {entry.holds}; another spelling is declared: codes: {{{text}: CODE}}"
            self._fail(line, f"{self._column(column)} ({entry.label})", text, expected)
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
        return None if text in marks or plain in map(self.spellings.plain, marks) else plain

    def _read(self, plain: str) -> tuple[numerals.Numeral, str] | None:
        """A number and its qualifier, as the table prints such."""
        return numerals.parse_hedged(plain, self.mapper.lists.words(), self._hedges, self.table.has_ranges)

    def _text_faults(self, block: Block, figures: dict, records: list[dict], lines: list[int]) -> list[Fault]:
        """Cells whose text is neither a number nor a mark for a missing value."""
        if not records:
            return []
        names = {str(c): f"{self._column(c)} ({block.columns[c]})" for c in figures} | {
            "label": self._column(block.label_column)
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
        self, block: Block, row: Row, of_row: Entry, column: int, of_column: Entry, columns: dict[int, Entry]
    ) -> list[Cell]:
        """The figure where a row and a column meet, with its faults; none if its text has not passed."""
        (row_entry, row_said), (column_entry, column_said) = of_row, of_column
        text, line = self._at(row.index, column), self.page.lines[row.index]
        missing, absent = self._marks(row_entry, column_entry)
        plain = self.spellings.plain(text)
        is_mark = plain in map(self.spellings.plain, [*missing, *absent])
        number = None if is_mark else self._read(plain)
        if number is None and not is_mark:
            return []
        row_said = dict(row_said)
        for other, (entry, said) in columns.items():
            if other != column and UNREAD not in said and entry.label is not None and entry.holds not in (None, UNREAD):
                row_said |= self._cell_says(self._at(row.index, other), entry, line, other)
        row_label, column_label = self._at(row.index, block.label_column), block.columns[column]
        row_as, column_as = _with(row_entry, row_label, row_said), _with(column_entry, column_label, column_said)
        broad = self.table.defaults.model_copy(update={k: v for k, v in row.context.items() if k != UNIT})
        broad = Dimensions(**broad.stated())
        shown = plain_text.shown(column_label, self.table.read_over)
        cell, faults = self.mapper.place(self.table, [broad, column_as, row_as], self.file, line, shown)
        of_table = row.context.get(UNIT) or self.table.printed_unit
        unit, contradiction = self.mapper.units.of_cell(of_table, row_as, column_as, str(cell["measure"]))
        check = self.mapper.check("figures")
        if contradiction:
            faults.append(Fault(self.file, line, shown, contradiction, "one unit", check))
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
            "printed_value": plain_text.shown(text, self.table.read_over),
            "printed_unit": unit,
            "qualifier": number[1] if number else "_Z",
            "statement": None,
            "whole_table": self.whole,
            "decimals_known": not isinstance(text, Stored),
            **(self.mapper.told(number[0]) if number else self.mapper.numeral(plain, [plain])),
        }
        if cell["percent"] and cell["printed_unit"] not in (None, PERCENT):
            read = f"{text} in {cell['printed_unit']}"
            faults.append(Fault(self.file, line, shown, read, "a percent sign or a unit, not both", check))
        self._of_cells += faults
        if False not in (row_as.unit_stated, column_as.unit_stated, self.table.unit_stated):
            self._undeclared.append(cell)
        return [cell]


def _with(entry: Label, text: str, said: Said) -> Label:
    """The entry of a printed label with what the label, and the cells beside it, say."""
    dimensions = {name: code for name, code in said.items() if name not in (UNIT, UNREAD)}
    unit = {"printed_unit": said[UNIT]} if UNIT in said else {}
    return entry.model_copy(update={"label": text, **dimensions, **unit})
