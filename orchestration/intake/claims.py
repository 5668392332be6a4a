"""Claims of a source: which of its own figures each statement is to follow from.

A figure is selected by its dimensions as decided, and each selector must find exactly one: a claim
whose figures are gone, or are no longer told apart, is a fault of its own line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from orchestration.intake.decisions import as_decided, differs
from orchestration.intake.mapping import Cell, Mapper
from orchestration.intake.seed_files import parse_yaml
from validations.claim import OPERATORS, Along, Claim, Claims, Figure, Printed
from validations.faults import Fault
from validations.layouts import SHAPES

CLAIMS = "claims.yaml"
#: Stands for the place of a claim that looks at one place only.
ONE_PLACE = "_Z"
_CLAIM = ("claim_id", "section", "statement", "reading_of", "operator", "test", "missing_en", "missing_zh")
#: Columns of the raw layer: one row a claim; one row a figure of a claim and a place that it is taken for.
SCHEMAS: dict[str, dict[str, type[pl.DataType]]] = {
    "claim": dict.fromkeys(["source_id", *_CLAIM, "test_place", "result_id", "expected_value"], pl.String),
    "claim_operand": {
        **dict.fromkeys(["source_id", "claim_id", "role"], pl.String),
        "side": pl.Int32,
        "place_no": pl.Int32,
        "place": pl.String,
        "observation_id": pl.String,
        "listed": pl.String,
    },
}
Report = Callable[[tuple, str, str], None]


def read_claims(
    folder: Path, file: str, check: str, mapper: Mapper, rows: dict[str, list[Cell]], faults: list[Fault]
) -> str | None:
    """Add the claims of a source folder to `rows`; says how many, None if they could not be told.

    `rows`: what the source holds, table by table, its decisions included; a selector may be in any declared form.
    """
    if not (folder / CLAIMS).exists():
        return "0 claims"
    parsed = parse_yaml(folder / CLAIMS, Claims, file, check, faults)
    # Where figures or decisions are at fault, selectors would fail on what is not theirs.
    if parsed is None or any(fault.check != check for fault in faults):
        return None
    claims, document = parsed
    source_id, cells = mapper.descriptor.name, as_decided(rows["observation"], rows)
    for number, claim in enumerate(claims.claims):

        def fault(where: tuple, read: str, expected: str, place: tuple = ("claims", number)) -> None:
            at = (*place, *where)
            faults.append(Fault(file, document.line(at), ".".join(map(str, at)), read, expected, check))

        result = _printed_cell(claim, claim.printed, cells, fault) if claim.printed else None
        rows["claim"].append(
            {
                "source_id": source_id,
                **claim.model_dump(include=set(_CLAIM)),
                "test_place": claim.at,
                "result_id": result,
                "expected_value": claim.printed.expected if claim.printed else None,
            }
        )
        rows["claim_operand"] += _operands(claim, result, mapper, cells, fault)
    return f"{len(claims.claims)} claims"


def _operands(claim: Claim, result: str | None, mapper: Mapper, cells: list[Cell], fault: Report) -> Iterator[Cell]:
    """One row for each figure of a claim and place; figures that are not to be found go to `fault`."""
    seen: set[tuple[str, str]] = set()
    source_id = mapper.descriptor.name
    for side, role in enumerate(OPERATORS[claim.operator] if claim.operator else (), start=1):
        for index, figure in enumerate(claim.operands[role]):
            where = ("operands", role, index)
            if figure.listed:
                if (ONE_PLACE, figure.listed) in seen:
                    fault(where, figure.listed, "each name of a list once")
                seen.add((ONE_PLACE, figure.listed))
                yield _operand(source_id, claim, role, side) | {"listed": figure.listed}
                continue
            for place_no, (place, cell) in enumerate(
                _places(figure, claim.along, mapper, cells, where, fault), start=1
            ):
                name = str(cell["observation_id"])
                if name == result:
                    fault(where, _place(cell), "another figure than the printed result")
                elif (place, name) in seen:
                    fault(where, _place(cell), "each figure of a claim once")
                seen.add((place, name))
                yield _operand(source_id, claim, role, side) | {
                    "place_no": place_no,
                    "place": place,
                    "observation_id": name,
                }


def _operand(source_id: str, claim: Claim, role: str, side: int) -> Cell:
    """An operand of a claim of one place, before it is said what it is."""
    named = {"source_id": source_id, "claim_id": claim.claim_id, "role": role, "side": side}
    return named | {"place_no": 1, "place": ONE_PLACE, "observation_id": None, "listed": None}


def _places(
    figure: Figure, along: Along | None, mapper: Mapper, cells: list[Cell], where: tuple, fault: Report
) -> Iterator[tuple[str, Cell]]:
    """The figure of a selector at each place of the claim."""
    tables = sorted({str(cell["table_id"]) for cell in cells})
    if figure.table not in tables:
        fault((*where, "table"), figure.table, f"a printed table or text of the source: {', '.join(tables) or 'none'}")
        return
    places = [(ONE_PLACE, {})] if along is None else [(code, {along.dimension: code}) for code in along.codes]
    for place, at in places:
        codes = {**figure.where, **at}
        read = mapper.forms.canonical(codes).items()
        found = [c for c in cells if c["table_id"] == figure.table and all(c[n] == v for n, v in read)]
        selector = f"table {figure.table}, " + ", ".join(f"{name} {code}" for name, code in codes.items())
        if len(found) != 1:
            listed = "; ".join(_place(cell) for cell in found[:4])
            fault(where, f"{selector}: {len(found)} figures" + (f" ({listed})" if listed else ""), "exactly one figure")
        elif found[0]["numeral"] is None:
            fault(where, f"{selector}: {found[0]['printed_value']!r}", "a number; the page prints none")
        else:
            yield place, found[0]


def _printed_cell(claim: Claim, printed: Printed, cells: list[Cell], fault: Report) -> str | None:
    """The id of the cell that prints the result of a claim."""
    found = [
        cell
        for cell in cells
        if cell["table_id"] == printed.table
        and cell["row_no"] == printed.row
        and (cell["column_no"] == printed.column if printed.column else SHAPES[cell["layout"]].has_a_figure_a_row)
    ]
    if not found:
        at = f"table {printed.table}, row {printed.row}" + (f", column {printed.column}" if printed.column else "")
        fault(("printed",), at, "a cell of the source: row and column of a table, or a row of its running text")
        return None
    (cell,) = found
    if cell["section"] != claim.section:
        fault(("section",), claim.section, f"{cell['section']!r}, the section of the printed result")
    if text := differs(cell, printed.expected):
        fault(("printed", "expected"), printed.expected, text)
    if cell["numeral"] is None:
        fault(("printed",), printed.expected, "a number; the page prints none")
    return str(cell["observation_id"])


def _place(cell: Cell) -> str:
    return f"{cell['table_id']} row {cell['row_no']} column {cell['column_no']}"
