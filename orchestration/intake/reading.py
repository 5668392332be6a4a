"""What reading one source takes and gives, and what a layout is to the reader of a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from orchestration.intake.mapping import Cell, Mapper
from validations.decision import Cover
from validations.faults import Fault
from validations.layouts import Resource

Progress = Callable[[str], None]
#: What a source gives, table by table of the raw layer.
TABLES = (
    "observation",
    "document",
    "source",
    "revision",
    "decision",
    "decision_rule",
    "decision_cell",
    "claim",
    "claim_operand",
)


class BulkRows(Protocol):
    """Figures that are too many to be held in memory: laid down file by file."""

    def cells(self) -> list[Cell]:
        """Those that are followed one by one; the files are still there."""
        ...

    def write(self, folder: Path, spill: Path, progress: Progress) -> None:
        """Leave one Parquet file for each file of the source in `folder`; the rows have passed their checks."""
        ...


class Layout(Protocol):
    """One resource of a source, read as its layout says."""

    def declared_faults(self, place: tuple) -> list[Fault]:
        """What is wrong with its part of the descriptor, which stands at `place`, beyond its shape and its defaults."""
        ...

    def read(self, source: SourceRows, is_sound: bool) -> None:
        """Add what it states to `source`, with all its faults.

        `is_sound`: whether the descriptor passed its own checks; if not, nothing can be mapped.
        """
        ...

    def covered(self, cover: Cover, source: SourceRows) -> list[Cell]:
        """Its figures that the selector of a decision covers, in the order of the page or of the files; it has been read."""
        ...


@dataclass
class SourceRows:
    """What one source folder holds, table by table, and the checks it went through.

    `layouts`: its resources by name. `bulk`: those whose rows are never held in memory, by name as well. `remarks`: what
    is to be known of its files, and is no fault.
    """

    source_id: str
    rows: dict[str, list[Cell]] = field(default_factory=lambda: {name: [] for name in TABLES})
    faults: list[Fault] = field(default_factory=list)
    observed: dict[str, str] = field(default_factory=dict)
    layouts: dict[str, Layout] = field(default_factory=dict)
    bulk: dict[str, BulkRows] = field(default_factory=dict)
    bulk_figures: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def figures(self) -> int:
        """Figures of the source, printed and bulk."""
        return len(self.rows["observation"]) + self.bulk_figures


@dataclass(frozen=True)
class Setting:
    """Where the resources of one source lie. `relative`: how messages call the source's `folder`.

    `spill`: where what exceeds memory is spilled to; `progress` is told of every bulk file.
    """

    mapper: Mapper
    folder: Path
    relative: str
    spill: Path
    progress: Progress

    def path(self, resource: Resource) -> Path:
        return self.folder / resource.path

    def file(self, resource: Resource) -> str:
        """The file of a resource, as messages name it."""
        return f"{self.relative}/{resource.path}"
