"""From printed texts and their descriptor to one row a printed cell: what all layouts share.

Pure functions: texts and a descriptor in, cells and faults out. Nothing is converted
here except that a printed number loses its separators; units keep their printed text,
and what the descriptor says is taken at its word. The SQL that follows turns numeral,
unit and decision into values.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from orchestration.intake.units import Units
from validations import numerals, periods
from validations.code_lists import CodeLists
from validations.contracts import LIST_OF
from validations.decision import Cover
from validations.descriptor import Descriptor
from validations.dimensions import DIMENSIONS, Dimensions
from validations.faults import Fault
from validations.forms import Forms, codes_of
from validations.labels import Hedged, Unit
from validations.layouts import Resource
from validations.strict_yaml import Document

Cell = dict[str, str | int | bool | None]
#: Dimensions whose codes stand in a code list of the same name.
LISTED = [name for name in DIMENSIONS if name not in ("counterpart", "time_period", "base_period")]
#: Faults of one kind that are told one by one; of more, the first with how many there are.
SINGLE = 3
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

    @cached_property
    def forms(self) -> Forms:
        return Forms(self.lists)

    def check(self, part: str) -> str:
        return f"intake.{self.descriptor.name}.{part}"

    def descriptor_faults(self) -> list[Fault]:
        """Codes of the descriptor that no list knows; what each layout adds is told by the layout."""
        faults = []
        for name in ("release_stage", "cadence", "agency"):
            faults += self.unknown((name,), name, getattr(self.descriptor, name))
        for number, resource in enumerate(self.descriptor.resources):
            if resource.part_of:
                # Its defaults are those of the table that it continues.
                continue
            faults += self.code_faults(("resources", number, "defaults"), resource.defaults)
            if resource.agency:
                faults += self.unknown(("resources", number, "agency"), "agency", resource.agency)
        return faults

    def code_faults(self, place: tuple, dimensions: Dimensions) -> list[Fault]:
        """Codes that the descriptor states at `place`, and no list knows."""
        faults = []
        for name, code in dimensions.stated().items():
            if name in LISTED:
                faults += self.unknown((*place, name), LIST_OF.get(name, name), code)
            if name == "counterpart":
                for dimension, counterpart in codes_of(code).items():
                    if dimension not in COUNTERPARTS:
                        expected = f"dimension=code, the dimension one of {', '.join(COUNTERPARTS)}"
                        faults.append(self.fault((*place, name), code, expected))
                    else:
                        faults += self.unknown((*place, name), LIST_OF.get(dimension, dimension), counterpart)
        return faults

    def unknown(self, place: tuple, codelist: str, code: str) -> list[Fault]:
        """A code that stands at `place` of the descriptor, and that `codelist` does not know."""
        codes = self.lists.codes(codelist)
        return [] if code in codes else [self.fault(place, code, f"a code of {codelist}: {some(codes, code)}")]

    def unit_faults(
        self, place: tuple, stated: Unit, label: str, resource: Resource, measured: Iterable[str | None] = ()
    ) -> list[Fault]:
        """What is wrong with the unit that the descriptor states at `place` (`Units.declared_faults`)."""
        wrong = self.units.declared_faults(stated, label, resource, measured)
        return [self.fault((*place, key), read, expected) for key, read, expected in wrong]

    def without_unit(self, resource: Resource, cells: list[Cell], column: str | None = None) -> list[Fault]:
        """Figures whose unit nothing states, and of which nobody says that the page states none: a fault an indicator,
        or one for all that are counted in the same, where they are many.

        `column`: where the unit belongs; None: it stands with the label of the figure's own column.
        """
        bare: dict[str, list[Cell]] = {}
        for cell in cells:
            is_bare = cell["numeral"] is not None and not cell["percent"] and not cell["printed_unit"]
            if is_bare and self.units.belongs_to(cell):
                bare.setdefault(str(cell["indicator"]), []).append(cell)
        if len(bare) > SINGLE:
            alike: dict[str, list[Cell]] = {}
            for indicator, found in bare.items():
                alike.setdefault(str(self.lists.record("indicator", indicator)["unit_measure"]), []).extend(found)
            bare = alike
        faults = []
        for found in bare.values():
            indicators = [*dict.fromkeys(str(cell["indicator"]) for cell in found)]
            cell, times = found[0], f" ({len(found):,} figures read so)" if len(found) > 1 else ""
            labels = [] if column else [str(cell[axis]) for axis in ("row_label", "column_label")]
            expected = self.units.expected(resource, indicators, labels) + times
            read, at = f"{cell['printed_value']} without a unit", column or str(cell["column_label"])
            faults.append(Fault(str(cell["file"]), int(cell["row_no"]), at, read, expected, self.check("figures")))
        return faults

    def qualifier_faults(self, place: tuple, resource: Hedged) -> list[Fault]:
        """Qualifiers that the descriptor states at `place`, and no list knows."""
        stated = enumerate(resource.qualifiers)
        return [f for n, code in stated for f in self.unknown((*place, "qualifiers", n), "qualifier", code)]

    def fault(self, place: tuple, read: str, expected: str) -> Fault:
        """A fault of the descriptor, at `place`."""
        column = ".".join(map(str, place))
        return Fault(self.file, self.document.line(place), column, read, expected, self.check("descriptor"))

    def dimension_faults(self, values: dict[str, str]) -> list[tuple[str, str, str]]:
        """What is wrong with the dimensions of one cell: (dimension, read, expected)."""
        # Codes that no list knows have no form.
        return self._code_faults(values) or list(self.forms.faults(values))

    def _code_faults(self, values: dict[str, str]) -> list[tuple[str, str, str]]:
        faults = []
        for name in LISTED:
            codes = self.lists.codes(LIST_OF.get(name, name))
            if values[name] and values[name] not in codes:
                faults.append((name, values[name], f"a code of {LIST_OF.get(name, name)}: {some(codes, values[name])}"))
        pattern = PERIODS.get(values["freq"], "")
        for name in ("time_period", "base_period"):
            is_none = name == "base_period" and values[name] == "_Z"
            if not is_none and not re.fullmatch(pattern, values[name], flags=re.ASCII):
                faults.append((name, values[name], f"a period of frequency {values['freq']}, of 1900 to 2099"))
        if values["time_basis"] == "year_to_date" and values["freq"] == "A":
            faults.append(
                ("time_basis", "year_to_date", "a month or a quarter up to which it counts; a whole year is a flow")
            )
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
        relative = codes_of(values["counterpart"]) if values["counterpart"] != "_Z" else {}
        if any(n not in COUNTERPARTS or c not in self.lists.codes(LIST_OF.get(n, n)) for n, c in relative.items()):
            faults.append(("counterpart", values["counterpart"], "dimension=code, both known to the code lists"))
        elif any(values[name] == code for name, code in relative.items()):
            faults.append(("counterpart", values["counterpart"], "another code than the figure's own"))
        return faults

    def place(
        self, resource: Resource, stated: list[Dimensions], file: str, row_no: int, column: str
    ) -> tuple[Cell, list[Fault]]:
        """Source, table and dimensions of a cell, in the canonical form.

        `stated`: broad to narrow; `column`: empty if each has its own.
        """
        faults: list[Fault] = []

        def fault(name: str, read: str, expected: str) -> None:
            at, text = (column, f"{name} {read}") if column else (name, read)
            faults.append(Fault(file, row_no, at, text, expected, self.check("figures")))

        values: dict[str, str] = {}
        earlier = ""
        for index, dimensions in enumerate(stated):
            for name, code in dimensions.stated().items():
                if name == "time_period" and periods.is_before(code):
                    earlier = code
                    continue
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
        # A column of the last year is of one before the table's, and growth is from one before its own.
        values["time_period"] = periods.before(values["time_period"], earlier) or values["time_period"]
        values["base_period"] = periods.before(values["time_period"], values["base_period"]) or values["base_period"]
        for name, read, expected in self.dimension_faults(values):
            fault(name, read, expected)
        place = {"source_id": self.descriptor.name, "table_id": resource.name, "layout": resource.layout, "file": file}
        place["whole_table"], place["decimals_known"], place["unit_meant"] = resource.name, True, None
        place["vintage"] = resource.vintage or self.descriptor.vintage
        place["agency"] = resource.agency or self.descriptor.agency
        return {**place, **self.forms.canonical(values)}, faults

    def numeral(self, text: str, missing_values: list[str]) -> Cell:
        """A printed number or range without its separators; its text has passed its contract."""
        if text in missing_values:
            return {"numeral": None, "numeral_high": None, "decimals": None, "percent": False, "is_missing": True}
        numeral = numerals.parse(text, self.lists.words()) or numerals.parse_range(text)
        if numeral is None:
            raise ValueError(f"{text!r} passed its contract but is not a number")
        return self.told(numeral)

    def told(self, numeral: numerals.Numeral) -> Cell:
        """What the raw layer says of a number that was read."""
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


def covered_cells(cover: Cover, cells: Iterable[Cell]) -> list[Cell]:
    """The printed cells that a decision's selector covers, in reading order; it names them by row and column."""
    return [
        cell
        for cell in cells
        if not cover.where
        and cell["table_id"] == cover.table
        and (cover.row is None or cell["row_no"] == cover.row)
        and (cover.column is None or cell["column_no"] == cover.column)
    ]


def some(values: Iterable[str], read: str = "") -> str:
    """Some of what may stand somewhere, for a message: what looks like the text that was `read`, else the first."""
    values = list(values)
    shown = (difflib.get_close_matches(read, values) if read else []) or values[:8]
    rest = len(values) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def summed(found: list[tuple[str | None, int, int]]) -> list[tuple[str | None, int, int]]:
    """Wrong values of one kind, each with how many rows have it and the first of them, as one where they are many."""
    if len(found) <= SINGLE:
        return found
    often = sorted(found, key=lambda one: (-one[1], one[2]))
    read = some([f"{value!r} ({times:,} rows)" for value, times, _ in often])
    return [(read, sum(times for _, times, _ in found), min(row for _, _, row in found))]
