"""A dbt test that failed, for the person who must mend it: the rows, the printed cells behind them, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg
import duckdb

from orchestration import cells, findings
from orchestration.desk.markdown import fenced
from orchestration.desk.metadata import query, table
from orchestration.transform import Outcome

SHOWN_ROWS = 20
#: The test whose rows are findings of the rules.
GATE = "no_error_is_unexplained"


@dataclass(frozen=True)
class FailedTest:
    """`rows`: some rows that the test returned. `cells`: the same, one for each printed cell behind, where it is known."""

    rows: list[dict[str, Any]]
    cells: list[dict[str, Any]]
    help_text: str = ""

    def metadata(self) -> dict[str, Any]:
        """What the failed check shows in the UI."""
        return {
            "failing_rows": table(self.cells),
            **({"what_to_do": dg.MetadataValue.md(fenced(self.help_text))} if self.help_text else {}),
        }


def read(connection: duckdb.DuckDBPyConnection, outcome: Outcome, unique_id: str) -> FailedTest:
    """What the test `unique_id` returns on the candidate that `connection` has open."""
    node = outcome.manifest["nodes"][unique_id]
    rows = query(connection, f"select * from ({outcome.compiled[unique_id]}) limit {SHOWN_ROWS}")
    if node["test_metadata"]["name"] == GATE:
        found = findings.read(connection, standing="unexplained")
        return FailedTest(rows, list(_of_findings(found)), findings.help_for(found))
    model = outcome.manifest["nodes"][node["attached_node"]]
    connection.execute("use minsheng")
    try:
        return FailedTest(rows, list(_traced(connection, model, rows)))
    finally:
        connection.execute("use work")


def _of_findings(found: list[findings.Finding]) -> Iterator[dict[str, Any]]:
    """The cells of the first findings; a finding in both passes is one."""
    for finding in found[:SHOWN_ROWS]:
        doubted = findings.leading(finding.cells)
        # What contradicts the others stands first.
        for cell in sorted(finding.cells, key=lambda cell: cell.role != doubted):
            yield {
                "file": cell.file,
                "row": cell.row,
                "column": cell.column,
                "read": " ".join(filter(None, (cell.printed_value, cell.printed_unit))),
                "expected": finding.message if cell.role == doubted else "",
                "role": cell.role,
                "rule_id": finding.rule_id,
                "pass": ", ".join(finding.passes),
            }


def _traced(
    connection: duckdb.DuckDBPyConnection, model: dict[str, Any], rows: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The rows with their cells. A test names the row of another table by `table_name` and `row_key`."""
    own, grain = f"{model['schema']}.{model['name']}", model["config"]["meta"].get("grain", [])
    for row in rows:
        key = row.get("row_key") or cells.row_key(grain, row)
        behind = cells.behind(connection, row.get("table_name") or own, key, row) if key else []
        for cell in behind:
            yield {"file": cell.file, "row": cell.row, "column": cell.column, "read": cell.read, **row}
        if not behind:
            yield row
