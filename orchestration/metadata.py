"""What the UI shows of an asset, as Dagster's metadata."""

from __future__ import annotations

from typing import Any

import dagster as dg


def table(rows: list[dict[str, Any]]) -> dg.TableMetadataValue:
    """Rows as a table in the UI; every value as text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    records = [
        dg.TableRecord({name: "" if row.get(name) is None else str(row[name]) for name in names}) for row in rows
    ]
    schema = dg.TableSchema([dg.TableColumn(name, "string") for name in names])
    return dg.MetadataValue.table(records, schema=schema)
