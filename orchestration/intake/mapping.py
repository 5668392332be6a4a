"""From a printed table and its descriptor to one row a printed cell.

Pure functions: texts and a descriptor in, cells and faults out. Nothing is converted
here except that a printed number loses its separators; units keep their printed text,
and what the descriptor says is taken at its word. The SQL that follows turns numeral,
unit and decision into values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.intake.seed_files import Records
from orchestration.intake.units import PERCENT, Units, value_column
from validations import numerals
from validations.contracts import LIST_OF, CodeLists
from validations.decision import Cover
from validations.descriptor import DIMENSIONS, Descriptor, Dimensions, Label, Prose, Table, Tidy, Unit
from validations.faults import Fault
from validations.strict_yaml import Document

Cell = dict[str, str | int | bool | None]
#: Dimensions whose codes stand in a code list of the same name.
LISTED = [name for name in DIMENSIONS if name not in ("counterpart", "time_period", "base_period")]
#: Periods of the years 1900 to 2099.
YEAR = "(19|20)[0-9]{2}"
PERIODS = {"A": YEAR, "Q": f"{YEAR}-Q[1-4]", "M": f"{YEAR}-(0[1-9]|1[0-2])"}
#: Dimensions that a ratio or a share may be relative in.
COUNTERPARTS = [name for name in LISTED if name not in ("measure", "freq", "time_basis")]


@dataclass(frozen=True)
class Mapper:
    """Maps the tables of one source. `document` gives the lines of its descriptor."""

    descriptor: Descriptor
    document: Document
    lists: CodeLists
    file: str

    @property
    def units(self) -> Units:
        return Units(self.lists)

    def check(self, part: str) -> str:
        return f"intake.{self.descriptor.name}.{part}"

    def descriptor_faults(self) -> list[Fault]:
        """Codes and unit texts of the descriptor that no list knows, or that the page does not print."""
        faults = self._unknown(("release_stage",), "release_stage", self.descriptor.release_stage)
        faults += self._unknown(("cadence",), "cadence", self.descriptor.cadence)
        faults += self._unknown(("agency",), "agency", self.descriptor.agency)
        for number, resource in enumerate(self.descriptor.resources):
            place = ("resources", number)
            faults += self._dimension_faults((*place, "defaults"), resource.defaults)
            if isinstance(resource, Table):
                for axis in ("columns", "rows"):
                    for index, label in enumerate(getattr(resource, axis)):
                        faults += self._dimension_faults((*place, axis, index), label)
                        measured = self._measured(resource, axis, label)
                        faults += self._unit_faults((*place, axis, index), label, label.label, resource, measured)
                faults += self._unit_faults(place, resource, resource.corner, resource)
            elif isinstance(resource, Tidy):
                for index, column in enumerate(resource.columns):
                    for text, code in column.codes.items():
                        if column.holds in LISTED:
                            where = (*place, "columns", index, "codes", text)
                            faults += self._unknown(where, LIST_OF.get(column.holds, column.holds), code)
                faults += self._unit_faults(place, resource, value_column(resource), resource)
        return faults

    def _dimension_faults(self, place: tuple, dimensions: Dimensions) -> list[Fault]:
        faults = []
        for name, code in dimensions.stated().items():
            if name in LISTED:
                faults += self._unknown((*place, name), LIST_OF.get(name, name), code)
            if name == "counterpart":
                dimension, _, counterpart = code.partition("=")
                if dimension not in COUNTERPARTS:
                    faults.append(
                        self._fault(
                            (*place, name), code, f"dimension=code, the dimension one of {', '.join(COUNTERPARTS)}"
                        )
                    )
                else:
                    faults += self._unknown((*place, name), LIST_OF.get(dimension, dimension), counterpart)
        return faults

    def _unknown(self, place: tuple, codelist: str, code: str) -> list[Fault]:
        codes = self.lists.codes(codelist)
        return [] if code in codes else [self._fault(place, code, f"a code of {codelist}: {_some(codes)}")]

    def _unit_faults(
        self, place: tuple, stated: Unit, label: str, resource: Table | Tidy, measured: Iterable[str | None] = ()
    ) -> list[Fault]:
        wrong = self.units.declared_faults(stated, label, resource, measured)
        return [self._fault((*place, key), read, expected) for key, read, expected in wrong]

    def _measured(self, table: Table, axis: str, label: Label) -> set[str | None]:
        """What the figures of a label are measured in: its own indicator, the table's, or those of the other axis."""
        across = table.rows if axis == "columns" else table.columns
        own = label.indicator or table.defaults.indicator
        indicators = {own} if own else {other.indicator for other in across}
        known = indicators & {*self.lists.codes("indicator")}
        return {self.lists.record("indicator", indicator)["unit_measure"] for indicator in known}

    def without_unit(self, resource: Table | Prose, cells: list[Cell], column: str | None = None) -> list[Fault]:
        """Figures whose unit nothing states, and of which nobody says that the page states none: a fault an indicator.

        `column`: where the unit belongs; None: it stands with the label of the figure's own column.
        """
        bare: dict[str, list[Cell]] = {}
        for cell in cells:
            is_bare = cell["numeral"] is not None and not cell["percent"] and not cell["printed_unit"]
            if is_bare and self.units.belongs_to(cell):
                bare.setdefault(str(cell["indicator"]), []).append(cell)
        faults = []
        for found in bare.values():
            cell, times = found[0], f" ({len(found):,} figures read so)" if len(found) > 1 else ""
            read, expected = f"{cell['printed_value']} without a unit", self._unit_of(resource, cell) + times
            at = column or str(cell["column_label"])
            faults.append(Fault(str(cell["file"]), int(cell["row_no"]), at, read, expected, self.check(resource.name)))
        return faults

    def _unit_of(self, resource: Table | Prose, cell: Cell) -> str:
        labels = [str(cell[axis]) for axis in ("row_label", "column_label")] if isinstance(resource, Table) else []
        return self.units.expected(resource, str(cell["indicator"]), labels)

    def _fault(self, place: tuple, read: str, expected: str) -> Fault:
        column = ".".join(map(str, place))
        return Fault(self.file, self.document.line(place), column, read, expected, self.check("descriptor"))

    def label_faults(self, table: Table, records: Records, file: str) -> list[Fault]:
        """Printed labels that the descriptor does not map, or prints more or less often than the page."""
        faults: list[Fault] = []
        corner, *header = records.header
        labels = [row[0] for row in records.rows]

        def add(row: int | None, column: str, read: str, expected: str) -> None:
            faults.append(Fault(file, row, column, read, expected, self.check(table.name)))

        if corner != table.corner:
            add(records.lines[0], "1", corner, f"{table.corner!r}, the corner that the descriptor states")
        for axis, printed, mapped in (("column", header, table.columns), ("row", labels, table.rows)):
            expected = {label.label: label.times_printed for label in mapped}
            seen: Counter[str] = Counter()
            for index, text in enumerate(printed):
                row, column = (records.lines[0], str(index + 2)) if axis == "column" else (records.line_of(index), "1")
                seen[text] += 1
                if not text:
                    add(row, column, text, f"a {axis} label: the cell is empty; print it, or delete the {axis}")
                elif text not in expected:
                    add(row, column, text, f"a {axis} label of the descriptor: {_some(list(expected))}")
                elif seen[text] > expected[text]:
                    add(row, column, text, f"this {axis} label {expected[text]} time(s), as times_printed states")
            for text, times in expected.items():
                if seen[text] < times:
                    add(
                        None,
                        "",
                        f"{axis} label {text!r} {seen[text]} time(s)",
                        f"{times} time(s), as the descriptor states",
                    )
        return faults

    def table_cells(self, table: Table, records: Records, file: str) -> tuple[list[Cell], list[Fault]]:
        """One cell for each printed figure of a table; without those whose label or text has not passed its check."""
        cells, undeclared, faults = [], [], []
        row_labels = {label.label: label for label in table.rows}
        column_labels = {label.label: label for label in table.columns}
        for row_no, (row_label, *texts) in zip(records.lines[1:], records.rows):
            for column_no, (column_label, text) in enumerate(zip(records.header[1:], texts), start=2):
                row, column = row_labels.get(row_label), column_labels.get(column_label)
                if row is None or column is None or not self.is_readable(text, table.missing_values):
                    continue
                cell, wrong = self.place(table, [table.defaults, column, row], file, row_no, column_label)
                unit, contradiction = self.units.of_cell(table, row, column, str(cell["measure"]))
                if contradiction:
                    wrong.append(Fault(file, row_no, column_label, contradiction, "one unit", self.check(table.name)))
                cell |= {
                    "observation_id": printed_id(self.descriptor.name, table.name, row_no, column_no),
                    "row_no": row_no,
                    "column_no": column_no,
                    "row_label": row_label,
                    "column_label": column_label,
                    "section": table.section,
                    "printed_value": text,
                    "printed_unit": unit,
                    "qualifier": "_Z",
                    "statement": None,
                    **self.numeral(text, table.missing_values),
                }
                if cell["percent"] and cell["printed_unit"] not in (None, PERCENT):
                    wrong.append(
                        Fault(
                            file,
                            row_no,
                            column_label,
                            f"{text} in {cell['printed_unit']}",
                            "a percent sign or a unit, not both",
                            self.check(table.name),
                        )
                    )
                cells.append(cell)
                undeclared += [] if False in (row.unit_stated, column.unit_stated, table.unit_stated) else [cell]
                faults += wrong
        return cells, faults + self.without_unit(table, undeclared)

    def dimension_faults(self, values: dict[str, str]) -> list[tuple[str, str, str]]:
        """What is wrong with the dimensions of one cell: (dimension, read, expected)."""
        faults = []
        for name in LISTED:
            codes = self.lists.codes(LIST_OF.get(name, name))
            if values[name] and values[name] not in codes:
                faults.append((name, values[name], f"a code of {LIST_OF.get(name, name)}: {_some(codes)}"))
        pattern = PERIODS.get(values["freq"], "")
        for name in ("time_period", "base_period"):
            is_none = name == "base_period" and values[name] == "_Z"
            if not is_none and not re.fullmatch(pattern, values[name], flags=re.ASCII):
                faults.append((name, values[name], f"a period of frequency {values['freq']}, of 1900 to 2099"))
        if values["base_period"] != "_Z" and values["base_period"] >= values["time_period"]:
            faults.append(("base_period", values["base_period"], f"a period before {values['time_period']}"))
        if (values["base_period"] == "_Z") != (values["measure"] not in ("change", "growth")):
            faults.append(
                ("base_period", values["base_period"], "a base period for change and growth, and for nothing else")
            )
        if (values["counterpart"] == "_Z") != (values["measure"] not in ("ratio", "share")):
            faults.append(
                ("counterpart", values["counterpart"], "a counterpart for ratio and share, and for nothing else")
            )
        dimension, _, code = values["counterpart"].partition("=")
        if values["counterpart"] != "_Z" and not (
            dimension in COUNTERPARTS and code in self.lists.codes(LIST_OF.get(dimension, dimension))
        ):
            faults.append(("counterpart", values["counterpart"], "dimension=code, both known to the code lists"))
        elif values["counterpart"] != "_Z" and values[dimension] == code:
            faults.append(("counterpart", values["counterpart"], "another code than the figure's own"))
        return faults

    def place(
        self, resource: Table | Prose, stated: list[Dimensions], file: str, row_no: int, column: str
    ) -> tuple[Cell, list[Fault]]:
        """Source, table and dimensions of a cell. `stated`: broad to narrow; `column`: empty if each has its own."""
        faults: list[Fault] = []

        def fault(name: str, read: str, expected: str) -> None:
            at, text = (column, f"{name} {read}") if column else (name, read)
            faults.append(Fault(file, row_no, at, text, expected, self.check(resource.name)))

        values: dict[str, str] = {}
        for index, dimensions in enumerate(stated):
            for name, code in dimensions.stated().items():
                if index > 1 and name in stated[1].stated() and values[name] != code:
                    fault(
                        name,
                        f"{values[name]} and {code}",
                        "one code: row and column of the table contradict each other",
                    )
                values[name] = code
        indicator = values.get("indicator")
        if indicator in self.lists.codes("indicator"):
            values.setdefault("time_basis", self.lists.record("indicator", indicator)["time_basis"] or "")
        for name, default in DIMENSIONS.items():
            if name not in values and default is None:
                fault(name, "nothing", "a code, stated for the table, the row or the column")
            values.setdefault(name, default or "")
        for name, read, expected in self.dimension_faults(values):
            fault(name, read, expected)
        place = {"source_id": self.descriptor.name, "table_id": resource.name, "layout": resource.layout, "file": file}
        return {**place, **values}, faults

    def is_readable(self, text: str, missing_values: list[str]) -> bool:
        number = numerals.parse(text, self.lists.words()) or numerals.parse_range(text)
        return text in missing_values or number is not None

    def numeral(self, text: str, missing_values: list[str]) -> Cell:
        """A printed number or range without its separators; its text has passed its contract."""
        if text in missing_values:
            return {"numeral": None, "numeral_high": None, "decimals": None, "percent": False, "is_missing": True}
        numeral = numerals.parse(text, self.lists.words()) or numerals.parse_range(text)
        if numeral is None:
            raise ValueError(f"{text!r} passed its contract but is not a number")
        return {
            "numeral": numeral.text,
            "numeral_high": numeral.high,
            "decimals": numeral.decimals,
            "percent": numeral.percent,
            "is_missing": False,
        }


def printed_id(source: str, table: str, row: int, column: int) -> str:
    """The id of a printed figure: where it stands."""
    return f"{source}:{table}:r{row}:c{column}"


def cover_cells(cover: Cover, cells: Iterable[Cell]) -> list[Cell]:
    """The printed cells that a decision's selector covers, in reading order."""
    return [
        cell
        for cell in cells
        if cell["table_id"] == cover.table
        and (cover.row is None or cell["row_no"] == cover.row)
        and (cover.column is None or cell["column_no"] == cover.column)
    ]


def _some(values: list[str]) -> str:
    shown = ", ".join(values[:8])
    return shown + (f" and {len(values) - 8} more" if len(values) > 8 else "")
