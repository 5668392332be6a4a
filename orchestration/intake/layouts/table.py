"""A printed table: a header of column labels, rows that begin with theirs, and a figure in each other cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from orchestration.intake.mapping import Cell, covered_cells, printed_id, some
from orchestration.intake.reading import Setting, SourceRows
from orchestration.intake.records import Records, read_records
from orchestration.intake.units import PERCENT
from validations import contracts
from validations.decision import Cover
from validations.faults import Fault
from validations.layouts import Label, Table


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
                measured = self._measured(axis, label)
                faults += mapper.unit_faults((*place, axis, index), label, label.label, self.table, measured)
        return faults + mapper.unit_faults(place, self.table, self.table.corner, self.table)

    def read(self, source: SourceRows, is_sound: bool) -> None:
        """Add its cells to the observations; what passes one check is held to the next."""
        file, mapper = self.setting.file(self.table), self.setting.mapper
        records = read_records(self.setting.path(self.table), file, mapper.check("files"), source.faults)
        if records is None:
            return
        faults = self._text_faults(records, file) + list(self._label_faults(records, file))
        cells: list[Cell] = []
        if is_sound:
            cells, wrong = self._cells(records, file)
            faults += wrong
        source.faults += faults
        if not faults:
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

    def _text_faults(self, records: Records, file: str) -> list[Fault]:
        """Cells whose text is neither a number nor a mark for a missing value."""
        mapper = self.setting.mapper
        # A column without a label is told once, not in each of its cells.
        columns = {0: "label"} | {n: str(n) for n, text in enumerate(records.header) if n and text}
        names = {name: f"{n + 1} ({records.header[n]})" if n else "1" for n, name in columns.items()}
        frame = pl.DataFrame(
            [{name: row[n] for n, name in columns.items()} for row in records.rows],
            schema=dict.fromkeys(columns.values(), pl.String),
        )
        schema = contracts.printed_table(list(columns.values())[1:], self.table.missing_values, mapper.lists)
        return contracts.faults(schema, frame, file, mapper.check("figures"), records.lines[1:], names)

    def _label_faults(self, records: Records, file: str) -> Iterator[Fault]:
        """Printed labels that the descriptor does not map, or prints more or less often than the page."""
        corner, *header = records.header
        labels = [row[0] for row in records.rows]

        def fault(row: int | None, column: str, read: str, expected: str) -> Fault:
            return Fault(file, row, column, read, expected, self.setting.mapper.check("figures"))

        if corner != self.table.corner:
            expected = f"{self.table.corner!r}, the corner that the descriptor states"
            yield fault(records.lines[0], "1", corner, expected)
        for axis, printed, mapped in (("column", header, self.table.columns), ("row", labels, self.table.rows)):
            times_of = {label.label: label.times_printed for label in mapped}
            seen: Counter[str] = Counter()
            for index, text in enumerate(printed):
                row, column = (records.lines[0], str(index + 2)) if axis == "column" else (records.line_of(index), "1")
                seen[text] += 1
                if not text:
                    yield fault(row, column, text, f"a {axis} label: the cell is empty; print it, or delete the {axis}")
                elif text not in times_of:
                    yield fault(row, column, text, f"a {axis} label of the descriptor: {some(list(times_of))}")
                elif seen[text] > times_of[text]:
                    expected = f"this {axis} label {times_of[text]} time(s), as times_printed states"
                    yield fault(row, column, text, expected)
            for text, times in times_of.items():
                if seen[text] < times:
                    read = f"{axis} label {text!r} {seen[text]} time(s)"
                    yield fault(None, "", read, f"{times} time(s), as the descriptor states")

    def _cells(self, records: Records, file: str) -> tuple[list[Cell], list[Fault]]:
        """One cell for each printed figure; without those whose label or text has not passed its check."""
        cells, undeclared, faults = [], [], []
        row_labels = {label.label: label for label in self.table.rows}
        column_labels = {label.label: label for label in self.table.columns}
        for row_no, (row_label, *texts) in zip(records.lines[1:], records.rows):
            for column_no, (column_label, text) in enumerate(zip(records.header[1:], texts), start=2):
                row, column = row_labels.get(row_label), column_labels.get(column_label)
                if row is None or column is None:
                    continue
                if not self.setting.mapper.is_readable(text, self.table.missing_values):
                    continue
                cell, wrong = self._cell(row, column, file, row_no, column_no, text)
                cells.append(cell)
                undeclared += [] if False in (row.unit_stated, column.unit_stated, self.table.unit_stated) else [cell]
                faults += wrong
        return cells, faults + self.setting.mapper.without_unit(self.table, undeclared)

    def _cell(
        self, row: Label, column: Label, file: str, row_no: int, column_no: int, text: str
    ) -> tuple[Cell, list[Fault]]:
        """The figure where `row` and `column` meet, and what contradicts itself in it."""
        table, mapper = self.table, self.setting.mapper
        cell, faults = mapper.place(table, [table.defaults, column, row], file, row_no, column.label)
        unit, contradiction = mapper.units.of_cell(table, row, column, str(cell["measure"]))

        def fault(read: str, expected: str) -> None:
            faults.append(Fault(file, row_no, column.label, read, expected, mapper.check("figures")))

        if contradiction:
            fault(contradiction, "one unit")
        cell |= {
            "observation_id": printed_id(mapper.descriptor.name, table.name, row_no, column_no),
            "row_no": row_no,
            "column_no": column_no,
            "row_label": row.label,
            "column_label": column.label,
            "section": table.section,
            "printed_value": text,
            "printed_unit": unit,
            "qualifier": "_Z",
            "statement": None,
            **mapper.numeral(text, table.missing_values),
        }
        if cell["percent"] and cell["printed_unit"] not in (None, PERCENT):
            fault(f"{text} in {cell['printed_unit']}", "a percent sign or a unit, not both")
        return cell, faults
