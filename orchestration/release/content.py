"""Content of a published file: its tables, their hashes, and what changed against another file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.engine import quoted
from orchestration.release.manifest import TableFacts

#: Schemas whose rows make a release what it is; `release` tells of it and is left out.
HASHED_SCHEMAS = ("core", "marts", "quality")


@dataclass(frozen=True)
class PublishedTable:
    """A published table as its contract states it. `grain`: the columns of its key."""

    schema: str
    name: str
    grain: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"


def published_tables(dbt_manifest: dict[str, Any]) -> list[PublishedTable]:
    """The published tables that a dbt manifest declares, by name."""
    models = [node for node in dbt_manifest["nodes"].values() if node["resource_type"] == "model"]
    return sorted(
        (
            PublishedTable(
                schema=node["schema"],
                name=node["name"],
                grain=tuple(node["config"]["meta"]["grain"]),
                columns=tuple(node["columns"]),
            )
            for node in models
            if node["config"]["contract"]["enforced"]
        ),
        key=lambda table: table.full_name,
    )


def table_facts(connection: duckdb.DuckDBPyConnection, catalog: str, table: PublishedTable) -> TableFacts:
    """Rows, and a hash that depends on names and values of the rows and not on their order.

    Each row becomes one text, each text an md5; their exclusive or is hashed again. Rows are told apart by
    their key, so none cancels another; nothing is sorted, so millions of rows need no memory.
    """
    name = f"{catalog}.{table.schema}.{quoted(table.name)}"
    row = row_text(connection, name, table.columns, escape=holds_marks(connection, name, table.columns))
    rows, digest = connection.execute(
        f"select count(*), cast(coalesce(bit_xor(md5_number({row})), 0) as varchar) from {name}"
    ).fetchone()
    header = connection.execute(
        "select sha256(?)", [f"{table.full_name}({','.join(table.columns)}):{rows}:{digest}"]
    ).fetchone()
    return TableFacts(rows=rows, sha256=header[0])


#: Between two values of a row, for NULL, and before either where a text holds it.
SEPARATOR, NULL, ESCAPE = 31, 30, 27


def _types(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"describe {name}").fetchall()}


def holds_marks(connection: duckdb.DuckDBPyConnection, name: str, columns: Iterable[str]) -> bool:
    """Whether a text of table `name` holds a mark of `row_text`. Intake refuses such texts; code could make one."""
    types = _types(connection, name)
    tests = [
        f"contains({quoted(c)}, chr({m}))" for c in columns if types[c] == "VARCHAR" for m in (SEPARATOR, NULL, ESCAPE)
    ]
    query = f"select exists (select 1 from {name} where {' or '.join(tests) or 'false'})"
    return connection.execute(query).fetchone()[0]


def row_text(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Iterable[str], escape: bool, alias: str = ""
) -> str:
    """SQL for the values of a row of table `name` as one text that no other values give."""
    types = _types(connection, name)
    texts = []
    for column in columns:
        value = f"{alias}.{quoted(column)}" if alias else quoted(column)
        text = f"cast({value} as varchar)"
        if types[column] == "VARCHAR":
            text = value
            for mark in (ESCAPE, NULL, SEPARATOR) if escape else ():
                text = f"replace({text}, chr({mark}), chr({ESCAPE}) || '{mark}')"
        elif types[column].startswith("DECIMAL"):
            # A decimal of 128 bits takes ten times as long to write as a double, which is as exact for most.
            short = f"cast({value} as double)"
            text = f"case when try_cast({short} as {types[column]}) = {value} then cast({short} as varchar) else {text} end"
        texts.append(f"coalesce({text}, chr({NULL}))")
    return f"concat_ws(chr({SEPARATOR}), {', '.join(texts)})"


def key_expression(table: PublishedTable, alias: str) -> str:
    """The row's key as text: its grain as column=value, joined by |."""
    parts = ", ".join(
        f"'{column}=' || coalesce(cast({alias}.{quoted(column)} as varchar), '')" for column in table.grain
    )
    return f"concat_ws('|', {parts})"
