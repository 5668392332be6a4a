"""DuckDB within bounds: how much memory a stage may take, and where it spills what does not fit."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb

from orchestration import settings


def cores() -> int:
    """Those that this process may use; where the system does not say so, those of the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory(processes: int = 1) -> str:
    """Memory that DuckDB's buffers may take in one process, of so many at once; more is spilled beside the candidate.

    Raises ValueError for a setting that means nothing.
    """
    amount, unit = re.fullmatch(r"([0-9.]+) ?(\w+)", settings.MEMORY.read()).groups()
    return f"{float(amount) / processes:g}{unit}"


def limit(connection: duckdb.DuckDBPyConnection, spill: Path) -> duckdb.DuckDBPyConnection:
    """Bound `connection` to `memory()`; it spills to the folder `spill`. Rows may come in any order."""
    connection.execute(f"set memory_limit = {literal(memory())}")
    connection.execute(f"set temp_directory = {literal(str(spill))}")
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set TimeZone = 'UTC'")
    return connection


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def constant(text: str) -> str:
    """`text` as an SQL value for a whole column of a Parquet file: of an ENUM, which is written without looking at each row.

    Who reads the file reads text.
    """
    return f"cast({literal(text)} as enum({literal(text)}))"


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
