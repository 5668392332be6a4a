"""The unit of a figure: that one is stated where one belongs, as the page states it, or is said not to be stated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from validations import numerals
from validations.code_lists import CodeLists
from validations.labels import Label, Unit
from validations.layouts import Resource, Table
from validations.printed_unit import all_printed, are_one, printed_units, prints, stated_for_all, unknown_unit

#: Measures without a unit, whatever their indicator is measured in; the unit of indicators without one.
RELATIVE, PURE_NUMBER = ("ratio", "share", "growth"), "PURE_NUMB"
PERCENT = "%"
#: What to do about growth that takes on the unit of what has grown.
SIGNED = (
    'printed_unit: "%" with its label, where that or a line prints the sign; where the page prints none,'
    ' unit_meant: "%" there, if 5.3 is 5.3 %; else unit_stated: false: 5.3 is 530 %, until a decision gives the unit'
)
#: What a cell may print behind a number where the unit stands around it.
MULTIPLIERS = ("百", "千", "万", "百万", "千万", "亿", "万亿")
#: What to do about a number whose format divides it by more than its unit tells.
UNSCALED = "as the page prints it of what it shows (printed_unit); else save the workbook under a format that divides by nothing, such as 0.0"
#: What to do about a unit that no list knows; never to write a smaller one in its place.
ADD = "one that unit_text.csv lacks is added there"


@dataclass(frozen=True)
class Units:
    """What the code lists know of units."""

    lists: CodeLists

    def declared_faults(
        self, stated: Unit, label: str, resource: Resource, measured: Iterable[str | None] = ()
    ) -> Iterator[tuple[str, str, str]]:
        """What is wrong with what a descriptor says of a unit: (key, read, expected).

        A unit is stated whole, as the label prints it, or as the texts around do. `measured`: what the figures of
        the label are measured in.
        """
        text, known, texts = stated.printed_unit, self.lists.codes("unit_text"), resource.around
        in_label, foreign = printed_units(label, known), unknown_unit(label, known)
        of_all = dict.fromkeys(unit for part in texts for unit in all_printed(part, known))
        quantities = [self._measures(unit) for unit in in_label]
        is_label = stated is not resource
        if in_label and self.is_counted(label, in_label[0], of_all):
            in_label = []
        if in_label and resource.has_unit_cells and self._is_noun(label, in_label[0]):
            in_label = []
        if text is not None and text not in known:
            yield "printed_unit", text, f"a unit text of unit_text.csv, whole; {ADD}"
        elif len(quantities) > len({*quantities}):
            yield "printed_unit", text or "no unit", f"one unit: the label prints {' and '.join(in_label)}"
        elif in_label and not (text and any(are_one(text, unit) for unit in in_label)):
            yield "printed_unit", text or "no unit", f"{in_label[0]!r}, as the label prints it"
        elif foreign and (text or stated.unit_meant or stated.unit_stated is False or resource.printed_unit):
            key = "unit_stated" if stated.unit_stated is False else "printed_unit"
            yield (
                key,
                text or ("false" if key == "unit_stated" else "no unit"),
                f"{foreign!r}, as the label prints it; {ADD}",
            )
        elif text is not None and not any(prints(part, text, known) for part in (label, *texts)):
            yield "printed_unit", text, f"a unit that the label, the title or a note prints; {ADD}"
        elif text is not None and not any(are_one(text, unit) for unit in (*in_label, *of_all)):
            for unit in of_all:
                if self._same(unit, text):
                    yield "printed_unit", text, f"{unit!r}, as the title or a note states it"
        if stated.unit_meant:
            if stated.unit_meant not in known or self._measures(stated.unit_meant) != PURE_NUMBER:
                yield "unit_meant", stated.unit_meant, "a unit text of pure numbers, such as %"
            for unit in of_all:
                if self._same(unit, stated.unit_meant) and not in_label:
                    yield "unit_meant", stated.unit_meant, f"printed_unit: {unit}, as the title or a note prints it"
        if stated.unit_stated is False and (not is_label or resource.printed_unit is None):
            for unit in dict.fromkeys(unit for part in texts for unit in stated_for_all(part, known)):
                if not is_label or self._measures(unit) in (None, *measured):
                    expected = f"printed_unit: {unit}, as the title or a note states it for all figures"
                    yield "unit_stated", "false", expected
            for unit in filter(None, (unknown_unit(part, known) for part in texts)):
                yield "unit_stated", "false", f"{unit!r}, as the title or a note prints it; {ADD}"

    def is_counted(self, label: str, unit: str, of_all: Iterable[str]) -> bool:
        """Whether a `unit` in a label only says what is counted, and a unit line in which unit: `Persons`, 住院人次 in 万人次."""
        alike = [other for other in of_all if self._same(unit, other)]
        if label.strip().casefold() in self.lists.codes("unit_text"):
            return bool(alike)
        return self._is_noun(label, unit) and bool(alike) and not any(are_one(unit, other) for other in alike)

    def in_label(self, label: str, unit: str, measure: str) -> str | None:
        """The unit that the label of a figure prints, where the `unit` beside it is another one; of growth and shares no
        quantity counts."""
        known = self.lists.codes("unit_text")
        printed = printed_units(label, known) if unit in known else []
        if measure in RELATIVE:
            printed = [one for one in printed if not self._is_of_quantities(one)]
        if not printed or self._is_noun(label, printed[0]):
            return None
        are_same = any(are_one(unit, one) or self._counts(unit) == self._counts(one) for one in printed)
        return None if are_same else printed[0]

    def _is_noun(self, label: str, unit: str) -> bool:
        """Whether a label in Chinese ends in a unit that is what it counts, once each, and no money: 住院人次."""
        record = self.lists.record("unit_text", unit)
        is_once = record["unit_mult"] == "0" and not re.search("[元/·]", unit)
        counted = re.sub("[（(][^（()）]*[)）]$", "", label.strip())
        return is_once and re.search(rf"[\u3400-\u9fff]{re.escape(unit)}\W*$", counted) is not None

    def otherwise(self, part: Table) -> Iterator[tuple[str, str]]:
        """The unit that a page on which a table goes on prints in place of the table's: (read, expected)."""
        unit, known = part.printed_unit, self.lists.codes("unit_text")
        if unit is None or unit not in known:
            return
        of_all = {u for text in part.around for u in stated_for_all(text, known)}
        for other in dict.fromkeys(u for text in part.around for u in all_printed(text, known)):
            is_one = are_one(other, unit) or self._counts(other) == self._counts(unit)
            if not is_one and (self._same(other, unit) or (other in of_all and self._is_of_quantities(other))):
                yield other, f"{unit}, the unit of {part.part_of}, which it continues; else it is a table of its own"

    def _same(self, one: str, other: str) -> bool:
        """Whether two units may measure the same; one that is a number only, such as `million`, measures anything."""
        measures = {self._measures(one), self._measures(other)}
        return len(measures) == 1 or (None in measures and PURE_NUMBER not in measures)

    def of_cell(
        self, of_table: str | None, row: Label, column: Label, measure: str, has_percent: bool
    ) -> tuple[str | None, tuple[str, str] | None]:
        """The unit text of a cell, and what is wrong with it: (read, expected), None if nothing is.

        Its labels go before `of_table`, the unit of all figures. Growth, a ratio and a share have a unit of pure numbers
        or none, whatever the figures beside them are measured in: in a table of yuan growth is in the per cent of its
        own label, or of its cell (`has_percent`), and where neither prints the sign, the descriptor says so.
        """
        declared = [axis for axis in (row, column) if axis.printed_unit or axis.unit_stated is False or axis.unit_meant]
        said = {axis.printed_unit for axis in declared}
        if measure in RELATIVE:
            measured = {unit for unit in said or {of_table} if unit and self._is_of_quantities(unit)}
            said -= measured
            if measured and not (said or has_percent):
                return None, (f"{measure} in {' and '.join(sorted(measured))}", SIGNED)
            of_table = None if of_table in measured else of_table
        if len(said) > 1:
            told = ((axis.printed_unit or "none", name) for axis, name in ((row, "row"), (column, "column")))
            return row.printed_unit, (" and ".join(f"{unit} for the {name}" for unit, name in told), "one unit")
        return (said.pop() if said else of_table), None

    def apart(self, text: str) -> tuple[str, str]:
        """A number that stands before a unit, or a multiplier of one, and that: `5.0万人`, `1.2亿`; of any other text all
        of it."""
        if text[-1:].isdigit():
            return text, ""
        found = re.fullmatch(rf"(-?{numerals.DIGITS}) ?([^\d\s.,%-].*)", text, flags=re.ASCII)
        is_unit = found is not None and (found[2] in MULTIPLIERS or found[2] in self.lists.codes("unit_text"))
        return (found[1], found[2]) if found and is_unit else (text, "")

    def of_words(self, words: str, unit: str | None, scale: int) -> tuple[str | None, tuple[str, str] | None]:
        """The unit of a figure beside which its cell prints `words`, with the `unit` that stands around it, and what is
        wrong with it, as `of_cell` has them: 万 under 人 is 万人. Of a number that is stored `scale` powers of ten larger,
        the unit in which it is stored is one as well: 12.3 under 万人 is stored in 人."""
        known = self.lists.codes("unit_text")
        joined = next((one for one in (f"{words}{unit}", f"{words} {unit}") if words and unit and one in known), None)
        is_one = unit in known and (
            words in known and self._counts(words) == self._counts(unit) or unit.startswith(words)
        )
        found = joined or (unit if is_one or not words else words if words in known and unit is None else None)
        if words and found is None:
            return unit, (f"{words} in the cell and {unit or 'no unit'} around it", "one unit; " + ADD)
        if scale and (found is None or found in known) and not self._is_stored(found, scale):
            read = f"a number that is stored {10**scale:,} times as large, in {found or 'base units'}"
            return found, (read, f"a unit {10**scale:,} times that of the stored number, {UNSCALED}")
        return found, None

    def _is_stored(self, unit: str | None, scale: int) -> bool:
        """Whether a unit that is 10 to the `scale` smaller is one of the lists."""
        if unit is None:
            return False
        measured, multiple = self._counts(unit)
        stored = (measured, str(int(multiple or 0) - scale))
        return any(self._counts(other) == stored for other in self.lists.codes("unit_text"))

    def meant(
        self, resource: Table, row: Label, column: Label, codes: Mapping[str, object]
    ) -> tuple[str | None, tuple[str, str] | None]:
        """The unit that a figure without one is in all the same, and what is wrong with it, as `of_cell` has them."""
        of_labels = row.unit_meant or column.unit_meant
        if not self.belongs_to(codes):
            return of_labels or resource.unit_meant, None
        expected = "growth, a ratio, a share or a pure number; of anything else printed_unit, or unit_stated: false"
        return None, (f"unit_meant {of_labels} of {codes['indicator']}", expected) if of_labels else None

    def of_quantities(self) -> list[str]:
        """The unit texts of whatever is no pure number."""
        return [text for text in self.lists.codes("unit_text") if self._is_of_quantities(text)]

    def _is_of_quantities(self, text: str) -> bool:
        return (self._measures(text) or PURE_NUMBER) != PURE_NUMBER

    def _counts(self, text: str) -> tuple[str | None, str | None]:
        """What a unit measures, and in which multiple: 亿元 and 100 million yuan count alike."""
        record = self.lists.record("unit_text", text)
        return record["unit_measure"], record["unit_mult"]

    def _measures(self, text: str) -> str | None:
        return self.lists.record("unit_text", text)["unit_measure"]

    def belongs_to(self, codes: Mapping[str, object]) -> bool:
        """Whether a figure of this indicator and measure has a unit: all but pure numbers and relations do.

        An indicator that no list knows is a fault of its own.
        """
        if codes["measure"] in RELATIVE or codes["indicator"] not in self.lists.codes("indicator"):
            return False
        return self.lists.record("indicator", str(codes["indicator"]))["unit_measure"] != PURE_NUMBER

    def expected(self, resource: Resource, indicators: Sequence[str], labels: Iterable[str] = ()) -> str:
        """What to do about a figure without a unit: 484 may be 484 yuan, or 484 hundred millions of them.

        `indicators`: all counted in one unit; `labels`: of the figure; what they and the texts around print is shown, of the right quantity first.
        """
        known = self.lists.codes("unit_text")
        texts = [*labels, resource.value_column, *resource.around]
        base = self.lists.record("indicator", indicators[0])["unit_measure"]
        named = ", ".join(indicators[:3]) + (f" and {len(indicators) - 3} more" if len(indicators) > 3 else "")
        seen = [unit for text in texts for unit in all_printed(text, known)]
        seen.sort(key=lambda unit: (self._measures(unit) != base, self._measures(unit) is not None))
        foreign = next(filter(None, (unknown_unit(text, known) for text in texts)), None)
        stated, not_stated = resource.unit_declared
        shown = f" (it prints {foreign or seen[0]!r})" if foreign or seen else ""
        return (
            f"a unit for {named}: {stated}, as the page states it{shown}; {ADD}"
            f"; where it states none, {not_stated}: then it counts in {base}, of low reliability"
        )
