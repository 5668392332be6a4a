"""What a release changed against its base: one row a value, each with its reason."""

from __future__ import annotations

import duckdb

from orchestration import content
from orchestration.content import PublishedTable
from orchestration.manifest import DATABASE
from orchestration.paths import Paths

#: What happened to each printed figure since the base: `whole` with its source, `source` on the page or in
#: its descriptor, `decision` about it.
TOUCHED = """
    create temp table touched as
    with decided as (
        select 'new' as side, observation_id, outcome, field, new_value
        from quality.decision_observation inner join quality.decision using (decision_id)
        union all
        select 'base', observation_id, outcome, field, new_value
        from base.quality.decision_observation inner join base.quality.decision using (decision_id)
    ),
    redecided as (
        select distinct observation_id
        from decided
        group by observation_id, outcome, field, new_value
        having count(distinct side) = 1
    )
    select
        coalesce(n.observation_id, o.observation_id) as observation_id,
        case
            when ns.source_id is null or os.source_id is null then 'whole'
            when n.observation_id is null or o.observation_id is null then 'source'
            when (n.printed_value, n.printed_unit, n.printed_obs_value, n.row_label, n.column_label, n.vintage, n.release_stage)
                is distinct from (o.printed_value, o.printed_unit, o.printed_obs_value, o.row_label, o.column_label, o.vintage, o.release_stage)
                then 'source'
            when r.observation_id is not null then 'decision'
            else 'source'
        end as reason
    from core.observation as n
    full join base.core.observation as o on o.observation_id = n.observation_id
    left join core.source as ns on ns.source_id = coalesce(n.source_id, o.source_id)
    left join base.core.source as os on os.source_id = coalesce(n.source_id, o.source_id)
    left join redecided as r on r.observation_id = coalesce(n.observation_id, o.observation_id)
    where r.observation_id is not null or n is distinct from o
"""


def fill(
    connection: duckdb.DuckDBPyConnection, paths: Paths, tables: list[PublishedTable], release_id: str, base: str | None
) -> None:
    """Every value of the marts, and every obs_value, that differs from the base; older changes are carried over."""
    connection.execute("delete from release.change")
    if base is None:
        connection.execute(
            "insert into release.change select ?, null, 'core.source', 'source_id=' || source_id, 'source_id', null, source_id, 'source' from core.source",
            [release_id],
        )
        return
    connection.execute(
        f"attach '{(paths.releases / base / DATABASE).as_posix().replace(chr(39), chr(39) * 2)}' as base (read_only)"
    )
    _carry_over(connection)
    connection.execute(
        """
        insert into release.change
        select ?, ?, 'core.source', 'source_id=' || coalesce(n.source_id, o.source_id), 'source_id', o.source_id, n.source_id, 'source'
        from core.source as n full join base.core.source as o on o.source_id = n.source_id
        where n.source_id is null or o.source_id is null
        """,
        [release_id, base],
    )
    try:
        connection.execute(TOUCHED)
    except (duckdb.BinderException, duckdb.CatalogException):
        # The base is of an older schema, in which this cannot be asked: what differs is put down to code.
        connection.execute("create temp table touched (observation_id varchar, reason varchar)")
    otherwise = _reason_without_trace(connection)
    for table in tables:
        compared = _compared_columns(table)
        in_base = _columns(connection, "base", table)
        if compared and not set(table.grain) <= in_base:
            row = [release_id, base, table.full_name, "", "", None, None, "code"]
            connection.execute("insert into release.change values (?, ?, ?, ?, ?, ?, ?, ?)", row)
            continue
        columns = tuple(column for column in compared if column in in_base)
        for key, column, before, after, both in content.changed_values(connection, table, columns, "minsheng", "base"):
            reason = _reason(connection, table, key) or otherwise
            # The rows of a source that came or went whole are one change; rows that stay and differ are their own.
            if reason != "whole" or both:
                connection.execute(
                    "insert into release.change values (?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        release_id,
                        base,
                        table.full_name,
                        key,
                        column,
                        before,
                        after,
                        "source" if reason == "whole" else reason,
                    ],
                )
    connection.execute("drop table touched")
    connection.execute("detach base")


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str, table: PublishedTable) -> set[str]:
    query = "select column_name from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ?"
    return {row[0] for row in connection.execute(query, [catalog, table.schema, table.name]).fetchall()}


def _carry_over(connection: duckdb.DuckDBPyConnection) -> None:
    """The ledger of changes of earlier releases, in the columns that both schemas have."""
    ledger_of_changes = PublishedTable("release", "change", (), ())
    shared = _columns(connection, "minsheng", ledger_of_changes) & _columns(connection, "base", ledger_of_changes)
    if shared:
        names = ", ".join(sorted(shared))
        connection.execute(f"insert into release.change by name select {names} from base.release.change")


def _reason_without_trace(connection: duckdb.DuckDBPyConnection) -> str:
    """Why a value changed that follows from no figure that did: code if the code did, else what did change."""
    built_by = connection.execute(
        "select count(distinct code_version) from (from release.info union all by name from base.release.info)"
    )
    if built_by.fetchone()[0] > 1:
        return "code"
    reasons = {row[0] for row in connection.execute("select distinct reason from touched").fetchall()}
    return "decision" if reasons == {"decision"} else "source"


def _compared_columns(table: PublishedTable) -> tuple[str, ...]:
    if table.schema == "marts":
        return tuple(column for column in table.columns if column not in table.grain)
    return ("obs_value",) if table.full_name == "core.observation" else ()


def _reason(connection: duckdb.DuckDBPyConnection, table: PublishedTable, key: str) -> str | None:
    """source, else decision, else whole: by what happened to the printed figures that the row follows from."""
    if table.full_name == "core.observation":
        query, arguments = "select reason from touched where 'observation_id=' || observation_id = ?", [key]
    else:
        query = """
            select reason from touched where observation_id in (
                select observation_id from core.lineage where table_name = ? and row_key = ?
                union all select observation_id from base.core.lineage where table_name = ? and row_key = ?)
        """
        arguments = [table.full_name, key, table.full_name, key]
    reasons = {row[0] for row in connection.execute(query, arguments).fetchall()}
    return next((reason for reason in ("source", "decision", "whole") if reason in reasons), None)
