"""The labels of a printed table: each to the entry of the descriptor that maps it, and what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from orchestration.intake.formats.format import Page
from orchestration.intake.layouts.blocks import Block, Fail, texts_of
from orchestration.intake.mapping import SINGLE, Mapper, some
from orchestration.intake.spellings import UNIT, UNREAD, Said, Spellings
from orchestration.intake.units import RELATIVE
from validations import plain_text
from validations.labels import Label, held_by
from validations.layouts import Table
from validations.periods import is_before

#: What to do about a row or a column without a label.
UNWANTED = 'one that is not wanted is left unread: {label: "", holds: _}'
#: The entry of a printed label, and what the label says.
Entry = tuple[Label, Said]


@dataclass
class Labels:
    """The labels of one axis, block by block of all pages: each is found in `entries`, counted, or told to `fail`.

    `axis`: `column` or `row`. `fail` takes (line, column, read, expected), of the page that is read.
    """

    axis: str
    table: Table
    mapper: Mapper
    spellings: Spellings
    fail: Fail
    _seen: Counter[str] = field(default_factory=Counter)
    _told: set[str] = field(default_factory=set)
    _unmapped: list[tuple[int | None, str, str]] = field(default_factory=list)
    _of_units: set[str] = field(default_factory=set)
    _before: Entry | None = None
    _prefecture: str | None = None

    @property
    def entries(self) -> list[Label]:
        return self.table.columns if self.axis == "column" else self.table.rows

    @cached_property
    def _own(self) -> dict[str, Label]:
        return {self.spellings.plain(e.label): e for e in self.entries if e.label is not None}

    @property
    def leaves_bare(self) -> bool:
        """Whether what has no label is declared to be left unread."""
        return "" in self._own

    def find(self, text: str, line: int | None) -> Entry | None:
        """The entry that maps a printed label, and what the label says; a unit that it prints is one that it says."""
        plain = self.spellings.plain(text)
        if plain in self._own:
            return self._own[plain], {}
        for entry in self.entries:
            if entry.label is None and (said := self.naming.says(text, entry)) is not None:
                if UNREAD not in said and text not in self._told:
                    self._told.add(text)
                    stated = with_what_is_said(entry, text, said)
                    for _, read, expected in self.mapper.units.declared_faults(stated, text, self.table):
                        self.fail(line, "", f"{text}: {read}", f"{expected}; {{printed_unit}} in holds reads it")
                return entry, said
        return None

    @property
    def naming(self) -> Spellings:
        """How the next label is read: a name that several areas share is that of the one in the prefecture whose row
        stands above."""
        within = (self._prefecture, *self.spellings.within) if self._prefecture else self.spellings.within
        return replace(self.spellings, within=within)

    def one(self, text: str, seen: Counter, line: int | None, column: str) -> Entry | None:
        """The entry of a label that stands in `line` and `column`; None, and kept for `tell_unmapped`, if none maps it.

        `seen`: how often the block has printed each label so far.
        """
        entry = self.find(text, line)
        if entry is None:
            self._unmapped.append((line, column, text))
            return None
        self._count(entry[0], text, seen, line, column)
        if entry[0].follows:
            return self._of_before(entry[0], text, line, column)
        area = entry[1].get("ref_area") or entry[0].ref_area
        if area in self.mapper.lists.codes("area") and self.mapper.lists.record("area", area)["level"] == "prefecture":
            self._prefecture = area
        self._before = entry
        return entry

    def _of_before(self, follower: Label, text: str, line: int | None, column: str) -> Entry | None:
        """The entry of a label that follows another: what that one says, but for what it says itself."""
        if self._before is None:
            self.fail(line, column, text, f"a {self.axis} label before it that it follows")
            return None
        label, said = self._before
        if label.holds is not None and label.label is not None:
            return follower, {UNREAD: ""}
        of_before = label.stated() | said | ({UNIT: label.printed_unit} if label.printed_unit else {})
        is_told = follower.printed_unit or follower.unit_meant or follower.unit_stated is False
        has_unit = is_told or follower.measure in RELATIVE
        own = {*follower.stated(), *([UNIT] if has_unit else [])}
        return follower, {name: code for name, code in of_before.items() if name not in own}

    def columns(self, page: Page, block: Block) -> dict[int, Entry]:
        """The columns of a block that are read, each with its entry; blank ones are none where blanks are read over."""
        found: dict[int, Entry] = {}
        seen: Counter[str] = Counter()
        line = block.header_line(page)
        for column, text in block.columns.items():
            if not self.spellings.plain(text) and not self.leaves_bare:
                self._without_label(page, block, column)
                continue
            entry = self.one(text, seen, line, page.column(column))
            if entry is not None:
                found[column] = entry
            elif self._are_units(texts_of(page, block, column)):
                self._of_units.add(text)
        self.close_block(seen)
        return found

    def _without_label(self, page: Page, block: Block, column: int) -> None:
        is_empty = not any(self.spellings.plain(cell) for cell in texts_of(page, block, column))
        if is_empty and "blanks" in self.table.read_over:
            return
        first = block.rows[0].index if block.rows else None
        is_below = first is not None and not self.spellings.plain(page.at(first, block.label_column))
        hint = "; or the header goes on below: header_rows: 2" if is_below and not is_empty else ""
        self.tell_empty(block.header_line(page), page.column(column), is_empty, hint)

    def _are_units(self, texts: Iterable[str]) -> bool:
        """Whether nothing but units stands in a column."""
        found = {self.spellings.plain(text) for text in texts} - {""}
        return bool(found) and found <= {*self.mapper.lists.codes("unit_text")}

    def tell_empty(self, line: int | None, column: str, is_empty: bool, hint: str = "") -> None:
        """A row or a column without a label. `is_empty`: nor is there anything in it."""
        merged = "; or read_over: [merged], where the label above stands for several rows" if self.axis == "row" else ""
        hint = "; or read_over: [blanks], where nothing stands in it" if is_empty else hint + merged
        self.fail(line, column, "", f"a {self.axis} label: the cell is empty; {UNWANTED}{hint}")

    def _count(self, entry: Label, text: str, seen: Counter, line: int | None, column: str) -> None:
        if entry.label is None:
            return
        seen[entry.label] += 1
        if seen[entry.label] > max(entry.times_printed, 1) and entry.holds != UNREAD and not entry.follows:
            expected = f"this {self.axis} label {entry.times_printed} time(s), as times_printed states; one that is of the label before it each time: follows: true"
            self.fail(line, column, text, expected)

    def close_block(self, seen: Counter) -> None:
        """Keep how often a block has printed its labels: of each the most of any; no label follows one of it further."""
        self._seen |= seen
        self._before = self._prefecture = None

    def tell_missing(self) -> None:
        """What the descriptor maps and no page printed."""
        for entry in self.entries:
            times = self._seen[entry.label]
            if entry.label is not None and times < entry.times_printed:
                read = f"{self.axis} label {entry.label!r} {times} time(s)"
                self.fail(None, "", read, f"{entry.times_printed} time(s), as the descriptor states")

    def tell_unmapped(self) -> None:
        """Labels of a page that no entry maps: one fault that lists them, and says what to write."""
        found, self._unmapped = self._unmapped, []
        if not found:
            return
        known, over = [entry.text for entry in self.entries], self.table.read_over
        expected = f"a {self.axis} label of the descriptor: {some(known)}"
        texts = list(dict.fromkeys(text for _, _, text in found))
        helps = {text: word for text in texts if (word := plain_text.would_read(text, over, self._is_label()))}
        if helps:
            expected += f"; read_over: [{', '.join(sorted({*helps.values()}))}] recognises {some(helps)}"
        expected += "; one that is not wanted: {label: " + texts[0] + ", holds: _}"
        expected += ", and all that nothing maps: {holds: _}" if len(texts) > SINGLE else ""
        if units := [text for text in texts if text in self._of_units]:
            expected += "; one whose cells are the units of their rows: {label: " + units[0] + ", holds: printed_unit}"
        if any(entry.label is None for entry in self.entries):
            expected += "; another spelling: codes: {" + texts[0] + ": CODE}"
        if self.axis == "row":
            expected += "; a line beside the figures stands in notes"
        if any("ref_area" in held_by(e.holds) for e in self.entries if isinstance(e.holds, str)):
            shared = [f"{text}: {told}" for text in texts if (told := self.spellings.shared(text))]
            expected += f"; {some(shared)}" if shared else ""
        line, column, _ = found[0]
        self.fail(line, column, "; ".join(texts), expected)

    def _is_label(self) -> Callable[[str], bool]:
        def test(text: str) -> bool:
            return any(
                text == e.label if e.label is not None else self.spellings.says(text, e) not in (None, {UNREAD: ""})
                for e in self.entries
            )

        return test


def with_what_is_said(entry: Label, text: str, said: Said) -> Label:
    """The entry of a printed label with what the label, and the cells beside it, say."""
    dimensions = {name: code for name, code in said.items() if name not in (UNIT, UNREAD)}
    unit = {"printed_unit": said[UNIT]} if UNIT in said else {}
    return entry.model_copy(update={"label": text, **dimensions, **unit})


def period_of(entries: Iterable[Entry], otherwise: str | None) -> str | None:
    """The period of a figure by its labels, in which its areas bore their names."""
    told = [text for label, said in entries for text in (said.get("time_period"), label.time_period) if text]
    return next((text for text in told if not is_before(text)), otherwise)


def in_its_year(entry: Entry, text: str, naming: Spellings, when: str | None) -> tuple[Entry, str]:
    """The entry of a label with the area that bore its name in the period `when`; what is expected where several did."""
    label, said = entry
    if "ref_area" not in said or len(naming.readings(text)) == 1:
        return entry, ""
    naming = naming.of_period(when)
    again = naming.says(text, label)
    return (label, said if again is None else again), "" if again else f"{naming.meant(text).expected} ({when})"
