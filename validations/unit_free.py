"""Quotients in which a decision about a unit cancels, and which way they go: what it covers stands above and below the line."""

from __future__ import annotations

from validations import published
from validations.published import Table

#: Units of which no amount is left to scale.
NUMBERS_AND_TIMES = ("PURE_NUMB", "MTH")


def columns(table: Table) -> list[str]:
    """The computed quotients of a table that are numbers or times."""
    return [
        column.name
        for column in table.values
        if column.meta.get("denominator") and column.meta.get("inputs") is not None and not column.meta.get("printed")
        if (unit := published.unit_of(column.name)) and unit["unit"] in NUMBERS_AND_TIMES
    ]


def directions(table: Table) -> list[str]:
    """The columns that say which way one of these quotients goes, period by period."""
    return [column.name for column in table.values if column.meta.get("direction_of") in columns(table)]


def alone(table: Table) -> list[str]:
    """Those whose status is that of no other column, and so tells of no amount."""
    statuses = list(table.statuses.values())
    return [name for name in columns(table) if statuses.count(table.statuses[name]) == 1]


def cancelled(table: Table) -> str:
    """SQL: row_key, column_name and decision_id wherever a decision about a unit covers all figures behind a quotient
    that are counted in units of its quantity; of a direction, behind each of its two periods in which it covers any. Where
    a publication states no unit it stands for the decision. A doubt stays where a status tells of amounts as well."""
    led = directions(table)
    named = ", ".join(f"'{name}'" for name in columns(table) + led) or "null"
    free = ", ".join(f"'{name}'" for name in alone(table) + led) or "null"
    period = f"case when l.column_name in ({', '.join(map(repr, led))}) then o.time_period else '' end" if led else "''"
    return f"""
        with decided as (
            select d.decision_id, o.observation_id, u.quantity, d.doubted_field is not null as doubts from quality.decision as d
            inner join quality.decision_observation as c on c.decision_id = d.decision_id and c.is_covered
            inner join core.observation as o on o.observation_id = c.observation_id
            inner join core.unit as u on u.unit_measure = o.unit_measure
            where coalesce(d.doubted_field, d.field) = 'printed_unit'
            union all
            select o.source_id, o.observation_id, u.quantity, true from quality.caveat as c
            inner join core.observation as o on o.observation_id = c.observation_id
            inner join core.unit as u on u.unit_measure = o.unit_measure
            where c.reason = 'unit_not_stated'
        ), behind as (
            select distinct l.row_key, l.column_name, l.observation_id, u.quantity, {period} as period
            from core.lineage as l
            inner join core.observation as o on o.observation_id = l.observation_id
            inner join core.unit as u on u.unit_measure = o.unit_measure
            where l.table_name = '{table.full_name}' and l.column_name in ({named})
        ), covered as (
            select distinct b.row_key, b.column_name, b.period, d.decision_id, d.quantity
            from behind as b
            inner join decided as d on d.observation_id = b.observation_id
            where not d.doubts or b.column_name in ({free})
        )
        select row_key, column_name, decision_id from covered
        except
        select c.row_key, c.column_name, c.decision_id
        from covered as c
        inner join behind as b on b.row_key = c.row_key and b.column_name = c.column_name and b.period = c.period
            and b.quantity = c.quantity
        where not exists (
            select 1 from decided as e where e.decision_id = c.decision_id and e.observation_id = b.observation_id
        )"""
