"""A printed table: headers of column labels, rows that begin with theirs, and a figure in each other cell."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.intake import formats
from orchestration.intake.editions import editions
from orchestration.intake.formats.format import Asked, Page
from orchestration.intake.layouts.table_page import TableReading
from orchestration.intake.mapping import Cell, covered_cells
from orchestration.intake.reading import Setting, SourceRows
from orchestration.intake.units import PURE_NUMBER, RELATIVE
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
        if self.table.part_of:
            return [mapper.fault((*place, "printed_unit"), *told) for told in mapper.units.otherwise(self.table)]
        for axis in ("columns", "rows"):
            for index, label in enumerate(getattr(self.table, axis)):
                faults += mapper.code_faults((*place, axis, index), label)
                if label.label is not None and label.holds is None:
                    measured = self._measured(axis, label)
                    faults += mapper.unit_faults((*place, axis, index), label, label.label, self.table, measured)
        faults += mapper.qualifier_faults(place, self.table)
        return faults + mapper.unit_faults(place, self.table, self.table.corner, self.table)

    def read(self, source: SourceRows, is_sound: bool) -> None:
        """Add its cells to the observations, with those of the pages on which it goes on, which are read with it; what
        passes one check is held to the next."""
        if self.table.part_of:
            return
        folder, declared = self.setting.folder, self.setting.mapper.descriptor.resources
        found = [edition for one in declared if one.part_of for edition in editions(folder, one)]
        reading, cells = TableReading(self.setting.mapper, self.table), []
        for table in [self.table, *(one for one in found if one.part_of == self.table.name)]:
            opened = self._opened(table, source)
            if opened is None:
                return
            cells += reading.cells(table, *opened, is_sound)
        reading.close()
        source.faults += reading.faults
        if not reading.faults:
            source.rows["observation"] += cells

    def _opened(self, table: Table, source: SourceRows) -> tuple[str, Page] | None:
        """A page of the table, and what messages call its file; None (and faults) if it cannot be read."""
        file, check = self.setting.file(table), self.setting.mapper.check("files")
        file += f"#{table.sheet}" if table.sheet else ""
        path, asked = self.setting.path(table), Asked(table.sheet, table.encoding, table.between)
        page = formats.PAGES[path.suffix].page(path, file, check, source.faults, asked)
        if page is None:
            return None
        if page.name and not table.sheet:
            file += f"#{page.name}"
        if page.unseen:
            source.remarks.append(f"{file}: {page.unseen}")
        page = page.within(table.range) if table.range else page
        try:
            return file, page.under(table.headings)
        except ValueError as error:
            expected = "cells of one row of the page over which one text stands, such as C3:E3"
            source.faults.append(Fault(file, None, "headings", str(error), expected, check))
            return None

    def covered(self, cover: Cover, source: SourceRows) -> list[Cell]:
        return covered_cells(cover, source.rows["observation"])

    def _measured(self, axis: str, label: Label) -> set[str | None]:
        """What the figures of a label are measured in: its own indicator, the table's, or those of the other axis;
        growth of whatever is a pure number."""
        if label.measure in RELATIVE:
            return {PURE_NUMBER}
        lists = self.setting.mapper.lists
        across = self.table.rows if axis == "columns" else self.table.columns
        own = label.indicator or self.table.defaults.indicator
        indicators = {own} if own else {other.indicator for other in across}
        known = indicators & {*lists.codes("indicator")}
        return {lists.record("indicator", indicator)["unit_measure"] for indicator in known}
