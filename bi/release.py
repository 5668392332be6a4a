"""A published release, opened read-only: what every part of the book is written from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration.artifacts import DATABASE
from orchestration.release.manifest import Approval, Manifest


@dataclass(frozen=True)
class Column:
    """A published column: its DuckDB type, and the comment that gives its meaning and unit."""

    name: str
    type: str
    comment: str
    is_nullable: bool


@dataclass(frozen=True)
class Table:
    """A published table with its columns in order; `comment` gives meaning and grain."""

    schema: str
    name: str
    comment: str
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Release:
    """One release in `folder`, which is its own folder and not the symlink: it stays the same while it is read."""

    folder: Path
    connection: duckdb.DuckDBPyConnection

    @cached_property
    def manifest(self) -> Manifest:
        """Facts of the release, with its checks. Raises OSError, ValueError, TypeError or KeyError if torn."""
        return Manifest.read(self.folder)

    @cached_property
    def approval(self) -> Approval | None:
        """Who approved this release; None where nobody was asked. Raises OSError, ValueError or TypeError if torn."""
        return Approval.read(self.folder)

    @property
    def release_id(self) -> str:
        return self.folder.name

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every published table by its full name, such as `marts.dibao`, in order of schema and name."""
        columns: dict[tuple[str, str], list[Column]] = {}
        for row in self.rows(
            "select schema_name, table_name, column_name, data_type, comment, is_nullable"
            " from duckdb_columns() where not internal order by schema_name, table_name, column_index"
        ):
            columns.setdefault((row["schema_name"], row["table_name"]), []).append(
                Column(row["column_name"], row["data_type"], row["comment"] or "", row["is_nullable"])
            )
        comments = self.rows("select schema_name, table_name, comment from duckdb_tables() order by all")
        found = (
            Table(
                row["schema_name"],
                row["table_name"],
                row["comment"] or "",
                tuple(columns[row["schema_name"], row["table_name"]]),
            )
            for row in comments
        )
        return {table.full_name: table for table in found}

    def rows(self, query: str, parameters: Any = None) -> list[dict[str, Any]]:
        """Rows of a query, each by column name. Raises duckdb.Error."""
        answer = self.connection.execute(query, parameters)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row)) for row in answer.fetchall()]


@contextmanager
def opened(folder: Path) -> Iterator[Release]:
    """The release in `folder`, read-only; a symlink is resolved once, here. Raises duckdb.Error."""
    folder = folder.resolve()
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        yield Release(folder, connection)
