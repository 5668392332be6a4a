"""Quotients in which a decision about a unit cancels: what it covers stands above and below the line."""

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


def cancelled(table: Table) -> str:
    """SQL: row_key, column_name and decision_id wherever a decision about a unit covers all figures behind a quotient
    that are counted in units of its quantity."""
    named = ", ".join(f"'{name}'" for name in columns(table)) or "null"
    return f"""
        with decided as (
            select d.decision_id, o.observation_id, u.quantity from quality.decision as d
            inner join quality.decision_observation as c on c.decision_id = d.decision_id and c.is_covered
            inner join core.observation as o on o.observation_id = c.observation_id
            inner join core.unit as u on u.unit_measure = o.unit_measure
            where coalesce(d.doubted_field, d.field) = 'printed_unit'
        ), behind as (
            select distinct l.row_key, l.column_name, l.observation_id, u.quantity from core.lineage as l
            inner join core.observation as o on o.observation_id = l.observation_id
            inner join core.unit as u on u.unit_measure = o.unit_measure
            where l.table_name = '{table.full_name}' and l.column_name in ({named})
        )
        select distinct b.row_key, b.column_name, d.decision_id
        from behind as b
        inner join decided as d on d.observation_id = b.observation_id
        where not exists (
            select 1 from behind as x
            where x.row_key = b.row_key and x.column_name = b.column_name and x.quantity = d.quantity and not exists (
                select 1 from decided as e where e.decision_id = d.decision_id and e.observation_id = x.observation_id
            )
        )"""
