"""What the sources in the seeds read from their labels: the same text in a new file says the same.

    before = ReadBefore.of(sources, lists)
    before.label("职工出院人次")        -> {"indicator": "DISCHARGES", "scheme": "BASIC_MEDICAL", "pop_group": "EMPLOYEES"}
    before.read_by["职工出院人次"]       -> {"nhsa_series"}

A label counts that stood for one thing wherever it was read; the figures of a table whose labels are all of one indicator
leave open what says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from orchestration.drafting.page_rows import plain
from orchestration.intake.mapping import Cell
from orchestration.intake.reading import SourceRows
from orchestration.intake.spellings import Said
from validations.dimensions import DIMENSIONS

#: What of a figure its label says, and not its place on the page.
OF_LABELS = ("indicator", "scheme", "pop_group", "age", "residence", "scope", "population_basis")
#: Everything that a text was read as: the codes of OF_LABELS, in their order.
Reading = tuple[str, ...]


@dataclass
class ReadBefore:
    """`readings`: by label, as it is compared, what it was read as; `read_by`: and by which sources. `used`: the readings of
    all figures, whatever their labels. `bases`: by label over what its figures of a month or a quarter were counted."""

    readings: dict[str, set[Reading]] = field(default_factory=lambda: defaultdict(set))
    read_by: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    used: set[Reading] = field(default_factory=set)
    bases: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, sources: Iterable[SourceRows]) -> ReadBefore:
        """What `sources` read, which passed intake."""
        before = cls()
        for source in sources:
            pages: dict[str, list[Cell]] = defaultdict(list)
            for cell in source.rows["observation"]:
                pages[str(cell["table_id"])].append(cell)
            for cells in pages.values():
                before._add(source.source_id, cells, _axes_of_indicators(cells))
            for file in source.bulk.values():
                before._add(source.source_id, file.cells(), ["row_label"])
        return before

    def _add(self, source_id: str, cells: list[Cell], axes: list[str]) -> None:
        """Add what the labels on `axes` stood for; growth and shares are told by words beside what they are of."""
        for cell in cells:
            if cell["measure"] == "level":
                self.used.add(_reading(cell))
                for text in (key(str(cell[axis] or "")) for axis in axes):
                    self.readings[text].add(_reading(cell))
                    self.read_by[text].add(source_id)
                    if cell["freq"] != "A":
                        self.bases[text].add(str(cell["time_basis"]))

    def label(self, text: str) -> Said | None:
        """What a label says that says nothing else anywhere; None of one that nobody read."""
        found = self.readings.get(key(text), set())
        return None if len(found) != 1 else _said(next(iter(found)))

    def told(self, text: str) -> str:
        """Where a label was read."""
        return f"as in {', '.join(sorted(self.read_by[key(text)]))}"

    def scheme_of(self, indicator: str) -> str | None:
        """The one scheme that figures of an indicator are of; None if there are several, or no figure."""
        found = {reading[1] for reading in self.used if reading[0] == indicator}
        return found.pop() if len(found) == 1 else None

    def indicators_of(self, schemes: set[str], group: str | None = None) -> set[str]:
        """The indicators that are stated of any of the schemes, or for a group of insured alone."""
        return {of[0] for of in self.used if of[1] in schemes and group in (None, of[2])}


def _axes_of_indicators(cells: list[Cell]) -> list[str]:
    """Whose labels say what is measured: those of the axis of a page whose labels are each of one indicator, where it has
    several."""
    several = len({cell["indicator"] for cell in cells}) > 1
    return [axis for axis in ("row_label", "column_label") if several and _are_of_one(cells, axis)]


def _are_of_one(cells: list[Cell], axis: str) -> bool:
    found: dict[object, object] = {}
    return all(found.setdefault(cell[axis], cell["indicator"]) == cell["indicator"] for cell in cells)


def _reading(cell: Cell) -> Reading:
    return tuple(str(cell[name]) for name in OF_LABELS)


def _said(reading: Reading) -> Said:
    said = dict(zip(OF_LABELS, reading))
    return {name: code for name, code in said.items() if code not in ("_Z", DIMENSIONS[name])}


def key(text: str) -> str:
    """A label as it is compared."""
    return plain(text).casefold()
