"""What stands behind a published value: its printed cells, and the decisions and findings about them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bi.release import Release

#: Cells that one link leads to; a total of more leads to the first of them.
LINKED_CELLS = 40


@dataclass(frozen=True)
class Mark:
    """A note at a figure: `D3` is the third decision, `F2` the second finding that no decision answers."""

    code: str
    kind: str
    record: dict[str, Any]

    @property
    def anchor(self) -> str:
        return self.code.lower()

    @property
    def page(self) -> str:
        return "decisions.html" if self.kind == "decision" else "contracts.html"


def cell_anchor(observation_id: str) -> str:
    """The id of a printed cell on the page of its source: the observation's id without the source."""
    return observation_id.partition(":")[2].replace(":", "-")


class Marks:
    """Lineage, decisions and findings of one release, looked up by value and by printed cell."""

    def __init__(self, release: Release):
        self.decisions = _numbered(release, "decision", "D", "quality.decision", "decision_id", "true")
        self.findings = _numbered(
            release, "finding", "F", "quality.finding", "finding_id", "standing in ('noted', 'unexplained')"
        )
        self._by_cell: dict[str, list[Mark]] = defaultdict(list)
        for table, key, marks, where in (
            ("quality.decision_observation", "decision_id", self.decisions, "is_covered"),
            ("quality.finding_observation", "finding_id", self.findings, "true"),
        ):
            for row in release.rows(
                f"select distinct {key} as key, observation_id from {table} where {where} order by all"
            ):
                if row["key"] in marks:
                    self._by_cell[row["observation_id"]].append(marks[row["key"]])
        self._unmarked = {
            row["obs_status"] for row in release.rows("select obs_status from core.obs_status where mark_en is null")
        }
        self._cells: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for row in release.rows("from core.lineage order by all"):
            place = (row["table_name"], row["row_key"], row["column_name"])
            self._cells[place].append(row["observation_id"])

    def cells(self, table: str, row_key: str, column: str) -> list[str]:
        """The printed figures that a published value follows from."""
        return self._cells.get((table, row_key, column), [])

    def is_told(self, status: str | None) -> bool:
        """Whether a value of this status bears a mark: what is not normal is shown, and says so."""
        return status is not None and status not in self._unmarked

    def of_cell(self, observation_id: str) -> list[Mark]:
        return self._by_cell.get(observation_id, [])

    def of_value(self, table: str, row_key: str, column: str) -> list[Mark]:
        """The marks of every printed figure behind a value, each once, decisions first."""
        found = {mark.code: mark for cell in self.cells(table, row_key, column) for mark in self.of_cell(cell)}
        return [found[code] for code in sorted(found, key=lambda code: (code[0], int(code[1:])))]


def link(cells: list[str]) -> str | None:
    """Where the printed cells stand, below the folder of a language; without scripts the first is shown."""
    if not cells:
        return None
    source = cells[0].partition(":")[0]
    anchors = [cell_anchor(cell) for cell in cells if cell.partition(":")[0] == source][:LINKED_CELLS]
    return f"sources/{source}.html?cells={quote(','.join(anchors), safe=',')}#{quote(anchors[0])}"


def _numbered(release: Release, kind: str, letter: str, table: str, key: str, where: str) -> dict[str, Mark]:
    rows = release.rows(f"from {table} where {where} order by {key}")
    return {row[key]: Mark(f"{letter}{number}", kind, row) for number, row in enumerate(rows, start=1)}
