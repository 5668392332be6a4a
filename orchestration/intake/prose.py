"""Figures stated in running text: one record of a prose file, one row of the raw layer."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from orchestration.intake.mapping import Cell, Mapper, printed_id
from orchestration.intake.units import PERCENT
from validations.contracts import UNIT_STATED
from validations.descriptor import DIMENSIONS, Dimensions, Prose
from validations.faults import Fault

#: What "fell by more than 8" is: a change of less than -8.
MIRRORED = {"more_than": "less_than", "less_than": "more_than"}


def prose_cells(
    mapper: Mapper, prose: Prose, records: list[dict[str, str | None]], lines: list[int], file: str
) -> tuple[list[Cell], list[Fault]]:
    """One cell for each figure; the records, of which each begins on one of `lines`, have passed their contract."""
    cells, undeclared, faults = [], [], []
    for row_no, record in zip(lines, records):
        stated = Dimensions(**{name: record[name] for name in DIMENSIONS if record.get(name)})
        cell, wrong = mapper.place(prose, [prose.defaults, stated], file, row_no, "")
        column_no = list(record).index("printed_value") + 1
        cell |= {
            "observation_id": printed_id(mapper.descriptor.name, prose.name, row_no, column_no),
            "row_no": row_no,
            "column_no": column_no,
            "row_label": record["statement"],
            "column_label": cell["time_period"],
            "section": record["section"],
            "printed_value": record["printed_value"],
            "printed_unit": record["printed_unit"],
            "qualifier": record["qualifier"] or "_Z",
            "statement": record["statement"],
            **mapper.numeral(record["printed_value"] or "", []),
        }
        faults += wrong
        for column, read, expected in _wrong(cell, record["direction"]):
            faults.append(Fault(file, row_no, column, read, expected, mapper.check("prose")))
        if record["direction"] == "fall":
            cell["numeral"] = f"-{cell['numeral']}"
            cell["qualifier"] = MIRRORED.get(str(cell["qualifier"]), cell["qualifier"])
        if record.get(UNIT_STATED) and record["printed_unit"]:
            read = f"false beside {record['printed_unit']}"
            faults.append(
                Fault(file, row_no, UNIT_STATED, read, "nothing where a unit is stated", mapper.check("prose"))
            )
        if not record.get(UNIT_STATED) and prose.unit_stated is None:
            undeclared.append(cell)
        cells.append(cell)
    return cells, faults + mapper.without_unit(prose, undeclared, "printed_unit")


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
