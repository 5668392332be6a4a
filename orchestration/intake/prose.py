"""Figures stated in running text: one record of a prose file, one row of the raw layer."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from orchestration.intake.mapping import Cell, Mapper, printed_id
from orchestration.intake.units import PERCENT
from validations import numerals
from validations.contracts import UNIT_STATED
from validations.descriptor import DIMENSIONS, Dimensions, Prose
from validations.faults import Fault


def prose_cells(
    mapper: Mapper, prose: Prose, records: list[dict[str, str | None]], lines: list[int], file: str
) -> tuple[list[Cell], list[Fault]]:
    """One cell for each figure; the records, of which each begins on one of `lines`, have passed their contract.

    A hedge stands in its column, as its code or as worded, or beside the number: `nearly 20`, `20多`.
    """
    cells, undeclared, faults = [], [], []
    hedges, mirrored = mapper.lists.hedges(), mapper.lists.mirrored()
    for row_no, record in zip(lines, records):
        stated = Dimensions(**{name: record[name] for name in DIMENSIONS if record.get(name)})
        cell, wrong = mapper.place(prose, [prose.defaults, stated], file, row_no, "")
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
        faults += wrong
        if len({*beside, cell["qualifier"]}) > 1 and beside:
            read, expected = f"{stated_hedge or ''} {record['printed_value']}".strip(), "one hedge for a number"
            faults.append(Fault(file, row_no, "qualifier", read, expected, mapper.check("prose")))
        for column, read, expected in _wrong(cell, record["direction"]):
            faults.append(Fault(file, row_no, column, read, expected, mapper.check("prose")))
        if record["direction"] == "fall":
            cell["numeral"] = f"-{cell['numeral']}"
            cell["qualifier"] = mirrored.get(str(cell["qualifier"]), cell["qualifier"])
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
