"""The sources as pages: each printed table laid out again as printed, each cell with an address and its marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bi.marks import Mark, Marks, cell_anchor
from bi.release import Release
from validations.published import is_followed, layouts

#: Figures of a source that are laid out cell by cell; a bulk source leads to the files.
SHOWN_FIGURES = 4000


@dataclass(frozen=True)
class PrintedCell:
    """One cell as printed, with its place in the seed file."""

    anchor: str
    text: str
    unit: str
    place: str
    status: str
    marks: list[Mark]


@dataclass(frozen=True)
class PrintedTable:
    """A table as printed: its columns' labels, then rows of a label and the cells of those columns."""

    table_id: str
    section: str
    file: str
    columns: list[str]
    rows: list[tuple[str, list[PrintedCell | None]]]


@dataclass(frozen=True)
class ProseFigure:
    """A figure of running text, with what it is said of in our words."""

    statement: str
    period: str
    cell: PrintedCell
    section: str


@dataclass(frozen=True)
class Source:
    """One source: its citation, its tables, the figures of its text, its documents and events."""

    record: dict[str, Any]
    tables: list[PrintedTable]
    prose: list[ProseFigure]
    documents: list[dict[str, Any]]
    all_figures: int

    @property
    def source_id(self) -> str:
        return self.record["source_id"]

    @property
    def cells(self) -> list[PrintedCell]:
        """Every cell that the page shows."""
        in_tables = [cell for table in self.tables for _, row in table.rows for cell in row if cell]
        return [*in_tables, *(figure.cell for figure in self.prose)]


def read(release: Release, marks: Marks) -> list[Source]:
    """Every source of the release, by its id."""
    return [_source(release, record, marks) for record in release.rows("from core.source order by source_id")]


def _source(release: Release, record: dict[str, Any], marks: Marks) -> Source:
    source_id = record["source_id"]
    cells = release.rows(
        f"from core.observation where source_id = ? and {is_followed()} order by table_id, row_no, column_no limit ?",
        [source_id, SHOWN_FIGURES],
    )
    told = layouts()
    tables = sorted({cell["table_id"] for cell in cells if not told[cell["layout"]]["has_a_figure_a_row"]})
    prose = [
        ProseFigure(
            cell["statement"] or cell["row_label"] or cell["indicator"],
            cell["column_label"] if told[cell["layout"]]["is_printed"] else cell["time_period"],
            _printed(cell, marks),
            cell["section"] or "",
        )
        for cell in cells
        if told[cell["layout"]]["has_a_figure_a_row"]
    ]
    documents = release.rows("from core.document where source_id = ? order by table_id, row_no", [source_id])
    return Source(
        record,
        [_table([cell for cell in cells if cell["table_id"] == table], marks) for table in tables],
        prose,
        documents,
        record["observations"],
    )


def _table(cells: list[dict[str, Any]], marks: Marks) -> PrintedTable:
    columns = {cell["column_no"]: cell["column_label"] for cell in sorted(cells, key=lambda cell: cell["column_no"])}
    rows: dict[int, tuple[str, dict[int, PrintedCell]]] = {}
    for cell in cells:
        _, printed = rows.setdefault(cell["row_no"], (cell["row_label"], {}))
        printed[cell["column_no"]] = _printed(cell, marks)
    first = cells[0]
    return PrintedTable(
        first["table_id"],
        first["section"] or "",
        first["file"],
        list(columns.values()),
        [(label, [printed.get(column) for column in columns]) for label, printed in rows.values()],
    )


def _printed(cell: dict[str, Any], marks: Marks) -> PrintedCell:
    return PrintedCell(
        cell_anchor(cell["observation_id"]),
        cell["printed_value"] or "",
        cell["printed_unit"] or "",
        f"{cell['file']}, row {cell['row_no']}, column {cell['column_no']}",
        cell["obs_status"],
        marks.of_cell(cell["observation_id"]),
    )
