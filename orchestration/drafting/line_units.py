"""The units that the lines beside the figures print: of all figures, or each of those that follow a heading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from orchestration.drafting.page_look import Look
from orchestration.drafting.page_rows import texts_of
from orchestration.intake.spellings import Said
from orchestration.intake.units import PURE_NUMBER, RELATIVE
from validations.code_lists import CodeLists
from validations.printed_unit import all_printed, unknown_unit

#: What a line of units has beside them.
OF_UNITS = re.compile(r"[\s:：()（）,，、;；/.]*(?:计量单位|单位|units?)?[\s:：()（）,，、;；/.]*", re.IGNORECASE)

#: The kind of units of which a line may state two sizes.
MONEY = "money"


@dataclass(frozen=True)
class LineUnits:
    """What is read of the lines of a page by the `lists`."""

    lists: CodeLists
    seen: Look

    @cached_property
    def of_all(self) -> list[str]:
        """The units of the first line that states any: for all figures, or each for those that are measured in it."""
        lines = [text for _, text in self.seen.lines if text not in self.of_headings]
        found = next((found for line in lines if (found := all_printed(line, self._units))), [])
        records = [self.lists.record("unit_text", unit) for unit in found]
        # A unit line in two languages says one unit.
        kinds = {(one["unit_measure"], one["unit_mult"]): unit for one, unit in reversed([*zip(records, found)])}
        return [unit for unit in found if unit in kinds.values()]

    @cached_property
    def contradicted(self) -> str:
        """Units of one kind and of two sizes that lines above the figures state for all of them, each in a line of its own:
        单位：亿元 and (10 000 yuan). Empty where they agree."""
        found: dict[str, tuple[str, set[int]]] = {}
        for index, text in self.seen.lines:
            units = all_printed(text, self._units) if index < self.seen.header else []
            rest = text
            for unit in sorted(units, key=len, reverse=True):
                rest = rest.replace(unit, " ")
            if not units or not OF_UNITS.fullmatch(rest):
                continue
            sizes: dict[str, set[int]] = {}
            for record in (self.lists.record("unit_text", unit) for unit in units):
                sizes.setdefault(str(record["unit_measure"]), set()).add(int(record["unit_mult"] or 0))
            for measure, of in sizes.items():
                first, known = found.setdefault(measure, (text, of))
                if not known & of:
                    return f"{first.strip()} and {text.strip()}"
        return ""

    @cached_property
    def of_headings(self) -> dict[str, str]:
        """Headings between the rows that print a unit in brackets at their end, which is that of the figures below them:
        一、参保人数（万人）."""
        last = max((n for n, row in enumerate(self.seen.page.rows) if len(texts_of(row)) > 1), default=0)
        found, above = {}, {}
        for index, text in self.seen.lines:
            in_brackets = re.search(r"[^\W\d].*[（(] ?([^（()）]+?) ?[)）]$", text.strip())
            if in_brackets and in_brackets[1] in self._units and index < last:
                (found if index > self.seen.header else above)[text] = in_brackets[1]
        # The heading of the first of several blocks stands above the first header.
        return {**above, **found} if found and self.seen.blocks > 1 else found

    def of(self, said: Said | None = None) -> str | None:
        """The unit that a line states for what is `said`, by what its indicator is measured in, or by its kind: yuan for what
        is told in yuan a year. Else the first one."""
        said, units = said or {}, self.of_all
        if len(units) < 2 or not ("indicator" in said or said.get("measure") in RELATIVE):
            return units[0] if units else None
        of, is_rate = PURE_NUMBER, False
        if said.get("measure") not in RELATIVE:
            record = self.lists.record("indicator", said["indicator"])
            of = record["unit_measure"] or ""
            is_rate = "true" in (record["is_rate"], record["is_of_its_period"])
        exactly = [u for u in units if self.lists.record("unit_text", u)["unit_measure"] == of]
        found = exactly or [u for u in units if self._is_of_kind(u, of)]
        # Of yuan and 10 thousand yuan in one line what is told by head is in the smaller one, a sum in the larger one.
        found = sorted(found, key=self._size, reverse=not is_rate) if self._kind(of) == MONEY else found
        return found[0] if found else None

    def _is_of_kind(self, unit: str, measure: str) -> bool:
        """Whether a unit is of the same kind as a measure, and says no other period."""
        of = self.lists.record("unit_text", unit)["unit_measure"]
        return bool(of) and self._kind(of) == self._kind(measure) and not self.lists.record("unit", of)["months"]

    def _kind(self, measure: str) -> str:
        return self.lists.record("unit", measure)["quantity"] if measure else ""

    def _size(self, unit: str) -> int:
        return int(self.lists.record("unit_text", unit)["unit_mult"] or 0)

    def unknown(self) -> str | None:
        """A unit that a line prints and no list knows."""
        return next((unit for _, line in self.seen.lines if (unit := unknown_unit(line, self._units))), None)

    @cached_property
    def _units(self) -> list[str]:
        return list(self.lists.codes("unit_text"))
