"""Content of a published file: its tables, their hashes, and what changed against another file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.manifest import TableFacts

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


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def table_facts(connection: duckdb.DuckDBPyConnection, catalog: str, table: PublishedTable) -> TableFacts:
    """Rows, and a hash that depends on names and values of the rows and not on their order.

    Each row becomes one text (each value with its length before it, NULL marked), each text a
    sha256; the sorted digests, joined, are hashed again.
    """
    texts = [f"cast({quoted(column)} as varchar)" for column in table.columns]
    values = ", ".join(f"coalesce(length({text}) || ':' || {text}, '-')" for text in texts)
    rows, digest = connection.execute(
        f"""
        select count(*), sha256(coalesce(string_agg(digest, '' order by digest), ''))
        from (select sha256(concat_ws(chr(31), {values})) as digest from {catalog}.{table.schema}.{quoted(table.name)})
        """
    ).fetchone()
    header = connection.execute(
        "select sha256(?)", [f"{table.full_name}({','.join(table.columns)}):{digest}"]
    ).fetchone()
    return TableFacts(rows=rows, sha256=header[0])


def key_expression(table: PublishedTable, alias: str) -> str:
    """The row's key as text: its grain as column=value, joined by |."""
    parts = ", ".join(
        f"'{column}=' || coalesce(cast({alias}.{quoted(column)} as varchar), '')" for column in table.grain
    )
    # The side of an outer join that has no such row has no key.
    return f"case when {alias}.{quoted(table.grain[0])} is not null then concat_ws('|', {parts}) end"


def changed_values(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, columns: tuple[str, ...], new: str, old: str
) -> list[tuple[str, str, str | None, str | None, bool]]:
    """(row key, column, before, after, row on both sides) for each value that differs between two catalogs."""
    key_new, key_old = key_expression(table, "n"), key_expression(table, "o")
    queries = [
        f"""
        select coalesce({key_new}, {key_old}) as row_key, '{column}' as column_name,
            cast(o.{quoted(column)} as varchar) as before_value, cast(n.{quoted(column)} as varchar) as after_value,
            {key_new} = {key_old} as on_both_sides
        from {new}.{table.schema}.{quoted(table.name)} as n
        full join {old}.{table.schema}.{quoted(table.name)} as o on {key_new} = {key_old}
        where n.{quoted(column)} is distinct from o.{quoted(column)}
        """
        for column in columns
    ]
    return connection.execute(" union all ".join(queries) + " order by all").fetchall() if queries else []


def latest_changes(database: Path, limit: int = 50) -> list[dict[str, Any]]:
    """What the release in `database` changed, some rows of it."""
    with duckdb.connect(str(database), read_only=True) as connection:
        cursor = connection.execute(
            """
            select c.table_name, c.row_key, c.column_name, c.before_value, c.after_value, c.reason
            from release.change as c inner join release.info as i on i.release_id = c.release_id
            order by all limit ?
            """,
            [limit],
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]
