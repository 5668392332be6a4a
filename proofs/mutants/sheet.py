"""A printed sheet of a source, and a sheet with one error. Pure: texts in, texts out."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.intake.mapping import Cell
from validations.layouts import Prose, Table

#: Record and column of a cell, both from 1: the header is record 1.
Place = tuple[int, int]
Records = list[list[str]]


@dataclass(frozen=True)
class Sheet:
    """One printed table, or the figures of the text: records as printed (header first), and its cells by place."""

    source_id: str
    resource: Table | Prose
    records: Records
    cells: Mapping[Place, Cell]

    def text(self, place: Place) -> str:
        """What is printed at `place`."""
        return self.records[place[0] - 1][place[1] - 1]

    def column(self, name: str) -> int:
        """The column of the field `name` of a prose file, from 1. Raises ValueError if the file has none."""
        return self.records[0].index(name) + 1

    def with_texts(self, texts: Mapping[Place, str]) -> Records:
        """The records with other texts at some places."""
        records = [list(record) for record in self.records]
        for (row, column), text in texts.items():
            records[row - 1][column - 1] = text
        return records


@dataclass(frozen=True)
class Mutant:
    """A sheet with one error. `touched`: the cells that read otherwise; `note`: what was done, for people.

    `is_cell`: whether one figure was misread; if not, figures were moved or called by another name.
    """

    kind: str
    source_id: str
    resource: Table | Prose
    records: Records
    touched: tuple[Place, ...]
    note: str
    is_cell: bool


def read_records(text: str) -> Records:
    """The records of a CSV text, header first."""
    return list(csv.reader(io.StringIO(text, newline="")))


def as_csv(records: Records) -> str:
    """The CSV text of records."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(records)
    return text.getvalue()
