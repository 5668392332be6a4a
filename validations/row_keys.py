"""The key of a row as text, as core.lineage and the ledgers of a release write it: its grain as column=value, joined by |.

No column of a key is null in a published file; where one is, in a damaged file, it is written as nothing. dbt's macro
`row_key` writes the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def text(grain: Iterable[str], row: Mapping[str, Any]) -> str:
    """The key of `row`. Raises KeyError if it has not all of its grain."""
    return "|".join(f"{column}={'' if row[column] is None else row[column]}" for column in grain)


def sql(grain: Iterable[str], alias: str) -> str:
    """SQL for the key of a row of `alias`."""
    return "concat_ws('|', " + ", ".join(f"concat('{c}=', cast({alias}.\"{c}\" as varchar))" for c in grain) + ")"
