"""Parquet: a bulk file whose rows are numbered from 1, and whose columns have types."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from orchestration.engine import literal
from orchestration.intake.formats.format import PLAIN, ROW, Asked, Broken, Column


class Parquet:
    """Of a file only the columns that are asked for are read."""

    endings = (".parquet",)

    def ways(self, path: Path) -> list[Asked]:
        return [PLAIN]

    def bulk(self, path: Path, asked: Asked = PLAIN) -> ParquetFile:
        return ParquetFile(path)


@dataclass(frozen=True)
class ParquetFile:
    """One Parquet file."""

    path: Path
    header_row = None
    is_costly = tells_stored = False
    sheet = unseen = ""

    def within(self, folder: Path) -> AbstractContextManager[None]:
        return nullcontext()

    def columns(self, connection: duckdb.DuckDBPyConnection) -> list[Column]:
        described = connection.execute(
            f"describe select * from read_parquet({literal(str(self.path))}, hive_partitioning = false)"
        ).fetchall()
        return list(zip(pl.read_parquet_schema(self.path), (row[1] for row in described)))

    def scan(self, connection: duckdb.DuckDBPyConnection) -> str:
        return (
            f"select * exclude (file_row_number), file_row_number + 1 as {ROW} from"
            f" read_parquet({literal(str(self.path))}, file_row_number = true, hive_partitioning = false)"
        )

    def is_misread(self, rows: int) -> bool:
        return False

    def look_through(self) -> list[Broken]:
        return []
