"""What the UI shows of an asset, as Dagster's metadata: tables, first rows, links to the source."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration.engine import quoted

#: Rows of a preview, and characters of a value in a table: a table of the UI is for looking, not for reading.
PREVIEW_ROWS, PREVIEW_TEXT = 10, 200
#: Rows up to which a preview begins with the first key; a longer table is not sorted for it.
SORTED_ROWS = 100_000


def table(rows: Sequence[Mapping[str, Any]]) -> dg.TableMetadataValue:
    """Rows as a table in the UI; every value as text, nothing for NULL."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    records = [dg.TableRecord({name: _text(row.get(name)) for name in names}) for row in rows]
    schema = dg.TableSchema([dg.TableColumn(name, "string") for name in names])
    return dg.MetadataValue.table(records, schema=schema)


def query(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
    """The rows of a query by column name. Raises duckdb.Error."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def preview(
    connection: duckdb.DuckDBPyConnection, name: str, key: Sequence[str], rows: int
) -> dg.TableMetadataValue | None:
    """The first rows of table `name`, which has `rows`, by its key; None of an empty table."""
    order = f"order by {', '.join(map(quoted, key))}" if key and rows <= SORTED_ROWS else ""
    found = query(connection, f"select * from {name} {order} limit {PREVIEW_ROWS}")
    return table(found) if found else None


def source_code(*references: tuple[Path, str]) -> dict[str, dg.CodeReferencesMetadataValue]:
    """Links to the files that define an asset, each with what it is."""
    with warnings.catch_warnings():
        # Dagster calls these classes beta, on the terminal and once for each asset.
        warnings.simplefilter("ignore", dg.BetaWarning)
        found = [dg.LocalFileCodeReference(file_path=str(path), label=label) for path, label in references]
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=found)}


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= PREVIEW_TEXT else f"{text[: PREVIEW_TEXT - 3]}..."
