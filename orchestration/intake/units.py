"""The unit of a figure: that one is stated where one belongs, as the page states it, or is said not to be stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from validations.contracts import CodeLists
from validations.descriptor import Label, Prose, Table, Tidy, Unit
from validations.printed_unit import printed_units, prints, stated_for_all

#: Measures without a unit, whatever their indicator is measured in; the unit of indicators without one.
RELATIVE, PURE_NUMBER = ("ratio", "share", "growth"), "PURE_NUMB"
PERCENT = "%"
#: Where a unit is declared, and where it is declared that none is stated, by the layout of the resource.
DECLARED = {
    "table": ("printed_unit of its label or of the table in datapackage.yaml", "unit_stated: false there"),
    "prose": ("printed_unit in its row", "false in a column unit_stated, or unit_stated: false of the resource"),
    "tidy": ("printed_unit in its row, or of the resource in datapackage.yaml", "unit_stated: false of the resource"),
}


@dataclass(frozen=True)
class Units:
    """What the code lists know of units."""

    lists: CodeLists

    def declared_faults(self, stated: Unit, label: str, texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        """What is wrong with what a descriptor says of a unit: (key, read, expected).

        A unit is stated whole, as the label prints it, or as one of the `texts` around does.
        """
        text, known = stated.printed_unit, self.lists.codes("unit_text")
        if text is not None and text not in known:
            yield "printed_unit", text, "a unit text of unit_text.csv, whole"
        if text is not None and not any(prints(part, text, known) for part in (label, *texts)):
            yield "printed_unit", text, "a unit that the label, the title or a note prints"
        in_label = printed_units(label, known)
        if in_label and text not in in_label:
            yield "printed_unit", text or "no unit", f"{in_label[0]!r}, as the label prints it"
        if stated.unit_stated is False and isinstance(stated, Table | Tidy):
            for unit in dict.fromkeys(unit for part in texts for unit in stated_for_all(part, known)):
                yield "unit_stated", "false", f"printed_unit: {unit}, as the title or a note states it for all figures"

    def of_cell(self, table: Table, row: Label, column: Label, measure: str) -> tuple[str | None, str]:
        """The unit text of a cell, and what contradicts itself in it, empty if nothing does.

        Its labels go before its table. Where both print a unit, growth in a table of yuan is in the percent of its own
        label, not in yuan.
        """
        said = {axis.printed_unit for axis in (row, column) if axis.printed_unit or axis.unit_stated is False}
        if len(said) > 1 and measure in RELATIVE:
            said = {unit for unit in said if unit and self._measures(unit) == PURE_NUMBER} or said
        if len(said) > 1:
            return row.printed_unit, " and ".join(
                f"{axis.printed_unit or 'none'} for the {name}" for name, axis in (("row", row), ("column", column))
            )
        return (said.pop() if said else table.printed_unit), ""

    def _measures(self, text: str) -> str | None:
        return self.lists.record("unit_text", text)["unit_measure"]

    def belongs_to(self, codes: Mapping[str, object]) -> bool:
        """Whether a figure of this indicator and measure has a unit: all but pure numbers and relations do.

        An indicator that no list knows is a fault of its own.
        """
        if codes["measure"] in RELATIVE or codes["indicator"] not in self.lists.codes("indicator"):
            return False
        return self.lists.record("indicator", str(codes["indicator"]))["unit_measure"] != PURE_NUMBER

    def expected(self, resource: Table | Prose | Tidy, indicator: str) -> str:
        """What to do about a figure without a unit: 484 may be 484 yuan, or 484 hundred millions of them."""
        known = self.lists.codes("unit_text")
        seen = next((unit for text in around(resource) for unit in printed_units(text, known)), None)
        base = self.lists.record("indicator", indicator)["unit_measure"]
        stated, not_stated = DECLARED[resource.layout]
        return (
            f"a unit for {indicator}: {stated}, as the page states it"
            + (f" (it prints {seen!r})" if seen else "")
            + f"; where it states none, {not_stated}: then it counts in {base}, of low reliability"
        )


def around(resource: Table | Prose | Tidy) -> list[str]:
    """The texts around the figures of a resource, which may state their unit."""
    texts = [resource.title, getattr(resource, "section", ""), getattr(resource, "corner", "")]
    return [text for text in (*texts, *getattr(resource, "notes", [])) if text]
