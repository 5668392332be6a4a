"""Figures stated in running text: one record of the file, one row of the raw layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from orchestration.intake.mapping import Cell, covered_cells, printed_id
from orchestration.intake.reading import Setting, SourceRows
from orchestration.intake.records import header_faults, read_records
from orchestration.intake.units import PERCENT
from validations import contracts, numerals
from validations.contracts import UNIT_STATED
from validations.decision import Cover
from validations.dimensions import DIMENSIONS, Dimensions
from validations.faults import Fault
from validations.layouts import Prose

Record = dict[str, str | None]


@dataclass(frozen=True)
class RunningText:
    """The figures of one resource of running text."""

    setting: Setting
    prose: Prose

    def declared_faults(self, place: tuple) -> list[Fault]:
        return []

    def read(self, source: SourceRows, is_sound: bool) -> None:
        """Add its figures to the observations: a text that is no number hides no figure without a unit."""
        file, mapper = self.setting.file(self.prose), self.setting.mapper
        records = read_records(self.setting.path(self.prose), file, mapper.check("files"), source.faults)
        if records is None:
            return
        header, lines, check = records.header, records.lines[1:], mapper.check("figures")
        faults = header_faults(records, contracts.prose_columns(header), file, check)
        cells: list[Cell] = []
        if not faults:
            texts = records.texts(header)
            frame = pl.DataFrame(texts, schema=dict.fromkeys(header, pl.String))
            faults = contracts.faults(contracts.prose(mapper.lists, header), frame, file, check, lines)
            if is_sound:
                # The rows that passed are looked at further: what is wrong with one hides nothing of another.
                broken = {fault.row for fault in faults}
                passed = [] if None in broken else [place for place in zip(lines, texts) if place[0] not in broken]
                cells, wrong = self._cells(passed, file)
                faults += wrong
        source.faults += faults
        if not faults:
            source.rows["observation"] += cells

    def covered(self, cover: Cover, source: SourceRows) -> list[Cell]:
        return covered_cells(cover, source.rows["observation"])

    def _cells(self, records: list[tuple[int, Record]], file: str) -> tuple[list[Cell], list[Fault]]:
        """One cell for each figure; the records, each with its line, have passed their contract."""
        cells, undeclared, faults = [], [], []
        for row_no, record in records:
            cell, wrong = self._cell(record, file, row_no)
            faults += wrong
            cells.append(cell)
            if not record.get(UNIT_STATED) and self.prose.unit_stated is None:
                undeclared.append(cell)
        return cells, faults + self.setting.mapper.without_unit(self.prose, undeclared, "printed_unit")

    def _cell(self, record: Record, file: str, row_no: int) -> tuple[Cell, list[Fault]]:
        """One figure, and what contradicts itself in it.

        A hedge stands in its column, as its code or as worded, or beside the number: `nearly 20`, `20多`.
        """
        mapper, prose = self.setting.mapper, self.prose
        hedges, mirrored = mapper.lists.hedges(), mapper.lists.mirrored()
        stated = Dimensions(**{name: record[name] for name in DIMENSIONS if record.get(name)})
        cell, faults = mapper.place(prose, [prose.defaults, stated], file, row_no, "")
        column_no = list(record).index("printed_value") + 1
        number, beside = numerals.split_hedges(record["printed_value"] or "", hedges)
        stated_hedge = record["qualifier"] and hedges.get(record["qualifier"], record["qualifier"])
        cell |= {
            "observation_id": printed_id(mapper.descriptor.name, prose.name, row_no, column_no),
            "row_no": row_no,
            "column_no": column_no,
            "row_label": record["statement"],
            "column_label": cell["time_period"],
            "section": record["section"],
            "printed_value": record["printed_value"],
            "printed_unit": record["printed_unit"],
            "qualifier": stated_hedge or next(iter(beside), "_Z"),
            "statement": record["statement"],
            **mapper.numeral(number, []),
        }

        def fault(column: str, read: str, expected: str) -> None:
            faults.append(Fault(file, row_no, column, read, expected, mapper.check("figures")))

        if len({*beside, cell["qualifier"]}) > 1 and beside:
            read = f"{stated_hedge or ''} {record['printed_value']}".strip()
            fault("qualifier", read, "one hedge for a number")
        for wrong in _wrong(cell, record["direction"]):
            fault(*wrong)
        if record["direction"] == "fall":
            cell["numeral"] = f"-{cell['numeral']}"
            cell["qualifier"] = mirrored.get(str(cell["qualifier"]), cell["qualifier"])
        if record.get(UNIT_STATED) and record["printed_unit"]:
            fault(UNIT_STATED, f"false beside {record['printed_unit']}", "nothing where a unit is stated")
        return cell, faults


def _wrong(cell: Cell, direction: str | None) -> Iterator[tuple[str, str, str]]:
    """What contradicts itself in the wording of one figure: (column, read, expected)."""
    printed = str(cell["printed_value"])
    if direction and cell["measure"] not in ("change", "growth"):
        yield "direction", direction, "a direction for change and growth, and for nothing else"
    elif direction and printed.startswith("-"):
        yield "printed_value", printed, "a number without a sign where the direction is in words"
    elif direction and cell["numeral_high"]:
        yield "printed_value", printed, "one number where the direction is in words"
    is_range = cell["numeral_high"] is not None
    if is_range != (cell["qualifier"] == "range"):
        yield "qualifier", str(cell["qualifier"]), "range for two numbers, and for nothing else"
    if is_range and Decimal(str(cell["numeral"])) >= Decimal(str(cell["numeral_high"])):
        yield "printed_value", printed, "a range from the lower number to the higher"
    if cell["percent"] and cell["printed_unit"] not in (None, PERCENT):
        yield "printed_unit", str(cell["printed_unit"]), "no unit beside a percent sign"
