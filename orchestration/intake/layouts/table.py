"""A printed table: headers of column labels, rows that begin with theirs, and a figure in each other cell."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.intake import formats
from orchestration.intake.formats.format import Asked
from orchestration.intake.layouts.table_page import TableReading
from orchestration.intake.mapping import Cell, covered_cells
from orchestration.intake.reading import Setting, SourceRows
from validations.decision import Cover
from validations.faults import Fault
from validations.labels import Label
from validations.layouts import Table


@dataclass(frozen=True)
class PrintedTable:
    """The table of one resource: every printed label is mapped, and every cell has its place, text and unit."""

    setting: Setting
    table: Table

    def declared_faults(self, place: tuple) -> list[Fault]:
        """Codes and unit texts that no list knows, or that the page does not print."""
        mapper, faults = self.setting.mapper, []
        for axis in ("columns", "rows"):
            for index, label in enumerate(getattr(self.table, axis)):
                faults += mapper.code_faults((*place, axis, index), label)
                if label.label is not None and label.holds is None:
                    measured = self._measured(axis, label)
                    faults += mapper.unit_faults((*place, axis, index), label, label.label, self.table, measured)
        return faults + mapper.unit_faults(place, self.table, self.table.corner, self.table)

    def read(self, source: SourceRows, is_sound: bool) -> None:
        """Add its cells to the observations; what passes one check is held to the next."""
        file, mapper = self.setting.file(self.table), self.setting.mapper
        file += f"#{self.table.sheet}" if self.table.sheet else ""
        path, check = self.setting.path(self.table), mapper.check("files")
        asked = Asked(self.table.sheet, self.table.encoding)
        page = formats.PAGES[path.suffix].page(path, file, check, source.faults, asked)
        if page is None:
            return
        if page.name and not self.table.sheet:
            file += f"#{page.name}"
        if page.unseen:
            source.remarks.append(f"{file}: {page.unseen}")
        page = page.within(self.table.range) if self.table.range else page
        reading = TableReading(mapper, self.table, file, page)
        cells = reading.cells(is_sound)
        source.faults += reading.faults
        if not reading.faults:
            source.rows["observation"] += cells

    def covered(self, cover: Cover, source: SourceRows) -> list[Cell]:
        return covered_cells(cover, source.rows["observation"])

    def _measured(self, axis: str, label: Label) -> set[str | None]:
        """What the figures of a label are measured in: its own indicator, the table's, or those of the other axis."""
        lists = self.setting.mapper.lists
        across = self.table.rows if axis == "columns" else self.table.columns
        own = label.indicator or self.table.defaults.indicator
        indicators = {own} if own else {other.indicator for other in across}
        known = indicators & {*lists.codes("indicator")}
        return {lists.record("indicator", indicator)["unit_measure"] for indicator in known}
