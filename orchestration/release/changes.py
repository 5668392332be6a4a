"""What a release changed against its base: one row a value, each with its reason.

Tables of millions of rows are compared by what differs: `comparison` leaves out a table whose content hash is the
base's, and of the others only the rows that the other side does not have are looked at (`differing`).
"""

from __future__ import annotations

import duckdb

from orchestration.engine import literal, quoted
from orchestration.release import content, differing
from orchestration.release.content import PublishedTable
from validations import row_keys
from validations.published import is_followed

OBSERVATION, SERIES = "core.observation", "marts.series"

SOURCE_ROW = (
    "'core.source' as table_name, 'source_id=' || source_id as row_key, 'source_id' as column_name, 'source' as reason"
)
#: By how many per cent a number changed; NULL for what is no number, and from zero.
PERCENT = """
    try_cast(100 * (try_cast(after_value as double) - try_cast(before_value as double))
        / nullif(abs(try_cast(before_value as double)), 0) as decimal(24, 4))
"""

#: What happened to each figure since the base: `whole` with its source, `source` on the page or in its
#: descriptor, `decision` about it. `place` is what a mart row without lineage is found by.
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
    ),
    differing as (
        select
            coalesce(n.observation_id, o.observation_id) as observation_id,
            case
                when n.observation_id is null or o.observation_id is null then 'source'
                when (n.printed_value, n.printed_unit, n.printed_obs_value, n.row_label, n.column_label, n.vintage, n.release_stage)
                    is distinct from (o.printed_value, o.printed_unit, o.printed_obs_value, o.row_label, o.column_label, o.vintage, o.release_stage)
                    then 'source'
                when coalesce(n.observation_id, o.observation_id) in (from redecided) then 'decision'
                else 'source'
            end as reason,
            coalesce(n.ref_area, o.ref_area) as ref_area, coalesce(n.freq, o.freq) as freq, coalesce(n.time_period, o.time_period) as time_period
        from new_observation as n
        full join old_observation as o on o.observation_id = n.observation_id
    )
    from differing
    union all
    select observation_id, 'decision', ref_area, freq, time_period
    from core.observation
    where observation_id in (from redecided) and observation_id not in (select observation_id from differing)
        and source_id not in (select source_id from source_change)
"""
#: The figures of sources that came or went whole: by observation where they are followed one by one, by place in bulk.
WHOLE = f"""
    insert into touched
    select observation_id, 'whole', ref_area, freq, time_period
    from {{catalog}}.core.observation
    where source_id in (select source_id from source_change) and {is_followed()}
    union all
    select distinct null, 'whole', ref_area, freq, time_period
    from {{catalog}}.core.observation
    where source_id in (select source_id from source_change) and not {is_followed()}
"""


def begin(connection: duckdb.DuckDBPyConnection, release_id: str, base: str | None) -> None:
    """The ledger of changes of earlier releases; then the sources that came or went. `base` is attached, if there is one."""
    connection.execute("delete from release.change")
    if base is None:
        connection.execute(
            f"insert into release.change by name select ? as release_id, {SOURCE_ROW}, source_id as after_value from core.source",
            [release_id],
        )
        return
    differing.carry_over(connection, "change")
    _source_changes(connection, release_id, base)


def end(connection: duckdb.DuckDBPyConnection) -> None:
    """Nothing of the comparison stays in the file."""
    for left in ("touched", "source_change"):
        connection.execute(f"drop table {left}")


def _source_changes(connection: duckdb.DuckDBPyConnection, release_id: str, base: str) -> None:
    """Sources that came or went, one row each."""
    connection.execute(
        """
        create temp table source_change as
        select coalesce(n.source_id, o.source_id) as source_id, o.source_id as before_value, n.source_id as after_value
        from core.source as n full join base.core.source as o on o.source_id = n.source_id
        where n.source_id is null or o.source_id is null
        """
    )
    connection.execute(
        f"insert into release.change by name select ? as release_id, ? as base_release_id, {SOURCE_ROW}, before_value, after_value from source_change",
        [release_id, base],
    )


def touched(connection: duckdb.DuckDBPyConnection, observation: PublishedTable) -> None:
    """Temp table `touched`: what happened to each figure since the base."""
    try:
        differing.rows(connection, observation, "new_observation", "old_observation")
        connection.execute(TOUCHED)
        for catalog in ("minsheng", "base"):
            connection.execute(WHOLE.format(catalog=catalog))
    except (duckdb.BinderException, duckdb.CatalogException):
        # The base is of an older schema, in which this cannot be asked: what differs is put down to code.
        connection.execute(
            "create or replace temp table touched (observation_id varchar, reason varchar, ref_area varchar, freq varchar, time_period varchar)"
        )
    for left in ("new_observation", "old_observation"):
        connection.execute(f"drop table if exists {left}")


def of_table(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, release_id: str, base: str, otherwise: str
) -> None:
    """One row a value of `table` that differs, with its reason: source, else decision, else as `otherwise`.

    Temp tables `new_rows` and `old_rows` hold the rows that the other side does not have.
    """
    in_base = content.columns_of(connection, "base", table)
    if not set(table.grain) <= in_base.keys():
        connection.execute(
            "insert into release.change by name select ? as release_id, ? as base_release_id, ? as table_name, '' as row_key, '' as column_name, 'code' as reason",
            [release_id, base, table.full_name],
        )
        return
    columns = [column for column in compared_columns(table) if column in in_base]
    keys = " and ".join(f"n.{quoted(c)} is not distinct from o.{quoted(c)}" for c in table.grain)
    first = quoted(table.grain[0])
    key_new, key_old = row_keys.sql(table.grain, "n"), row_keys.sql(table.grain, "o")
    place = ["ref_area", "freq", "time_period"] if {"ref_area", "freq", "time_period"} <= set(table.columns) else []
    values = " union all ".join(
        f"""
        select row_key, on_both_sides, observation_ids, {", ".join(place or ["cast(null as varchar) as ref_area, cast(null as varchar) as freq, cast(null as varchar) as time_period"])},
            {literal(column)} as column_name, "o_{column}" as before_value, "n_{column}" as after_value
        from joined where "o_{column}" is distinct from "n_{column}"
        """
        for column in columns
    )
    connection.execute(
        f"""
        create temp table differing as
        with joined as (
            select
                case when n.{first} is not null then {key_new} else {key_old} end as row_key,
                n.{first} is not null and o.{first} is not null as on_both_sides,
                {_observation_ids(table)} as observation_ids
                {"".join(f", coalesce(n.{c}, o.{c}) as {c}" for c in place)}
                {"".join(f', cast(n.{quoted(c)} as varchar) as "n_{c}", cast(o.{quoted(c)} as varchar) as "o_{c}"' for c in columns)}
            from new_rows as n full join old_rows as o on {keys}
        )
        {values}
        """
    )
    connection.execute(
        f"""
        insert into release.change by name
        with ranked as (
            select reason, case reason when 'source' then 1 when 'decision' then 2 else 3 end as rank, * exclude (reason)
            from touched
        ),
        leads as (
            select distinct row_key, observation_id from core.lineage where table_name = {literal(table.full_name)}
            union
            select distinct row_key, observation_id from base.core.lineage where table_name = {literal(table.full_name)}
        ),
        traced as (
            select d.row_key, min(r.rank) as rank
            from (select distinct row_key, unnest(observation_ids) as observation_id from differing) as d
            inner join ranked as r on r.observation_id = d.observation_id
            group by d.row_key
            union all
            select l.row_key, min(r.rank) from leads as l inner join ranked as r on r.observation_id = l.observation_id group by l.row_key
        ),
        placed as (
            select ref_area, freq, time_period, min(rank) as rank from ranked where observation_id is null or {literal(table.full_name)} not in ('{OBSERVATION}', '{SERIES}') group by all
        ),
        reasoned as (
            select d.*, coalesce(
                (select min(t.rank) from traced as t where t.row_key = d.row_key),
                case when d.row_key not in (select row_key from core.lineage where table_name = {literal(table.full_name)}) then p.rank end) as rank
            from differing as d
            left join placed as p on p.ref_area = d.ref_area and p.freq = d.freq and p.time_period = d.time_period
        )
        select ? as release_id, ? as base_release_id, ? as table_name, row_key, column_name, before_value, after_value,
            case rank when 1 then 'source' when 2 then 'decision' when 3 then 'source' else ? end as reason,
            ref_area, time_period, {PERCENT} as change_percent
        from reasoned
        -- The rows of a source that came or went whole are one change; rows that stay and differ are their own.
        where coalesce(rank, 0) <> 3 or on_both_sides
        """,
        [release_id, base, table.full_name, otherwise],
    )
    connection.execute("drop table differing")


def _observation_ids(table: PublishedTable) -> str:
    """The figures that a row names itself: core.observation and marts.series do."""
    return (
        "[n.observation_id, o.observation_id]" if table.full_name in (OBSERVATION, SERIES) else "cast([] as varchar[])"
    )


def reason_without_trace(connection: duckdb.DuckDBPyConnection) -> str:
    """Why a value changed that follows from no figure that did: code if the code did, else what did change."""
    built_by = connection.execute(
        "select count(distinct code_version) from (from release.info union all by name from base.release.info)"
    )
    if built_by.fetchone()[0] > 1:
        return "code"
    reasons = {row[0] for row in connection.execute("select distinct reason from touched").fetchall()}
    return "decision" if reasons == {"decision"} else "source"


def compared_columns(table: PublishedTable) -> tuple[str, ...]:
    """The columns whose values are told of one by one."""
    if table.schema == "marts":
        return tuple(column for column in table.columns if column not in table.grain)
    return ("obs_value",) if table.full_name == OBSERVATION else ()
