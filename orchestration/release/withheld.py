"""What the marts leave empty, and why: `quality.withheld`, from the contracts of the marts, so that a new one is covered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from validations import agreement, published, row_keys
from validations.agreement import Contract
from validations.published import Table

WITHHELD = "quality.withheld"
#: The column that marts.series and what leads to it name a figure by.
FIGURE = "observation_id"

#: The figures that no mart may show, with the decision that takes them, and the finding that it answers; without a
#: decision, the findings on them.
FIGURES = """
    create temp table withheld_figure as
    with taken as (
        select x.observation_id, x.decision_id
        from quality.decision_observation as x inner join quality.decision as d on d.decision_id = x.decision_id
        where x.is_covered and d.outcome = 'quarantined'
    )
    select s.*, t.decision_id, f.finding_id
    from marts.series as s
    left join taken as t on t.observation_id = s.observation_id
    left join (
        select x.observation_id, x.finding_id, f.decision_id
        from quality.finding_observation as x inner join quality.finding as f on f.finding_id = x.finding_id
    ) as f on f.observation_id = s.observation_id and (t.decision_id is null or f.decision_id = t.decision_id)
    where s.obs_status = 'Q'
"""
#: The first decision and finding behind an empty measure, and how many decisions there are.
REASONS = """
    create temp table withheld_because as
    select table_name, row_key, column_name,
        min(decision_id) as decision_id, count(distinct decision_id) as decisions, min(finding_id) as finding_id
    from ({led}) as l
    group by table_name, row_key, column_name
"""


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the table of the file that `connection` has open, whose other tables are whole."""
    tables = [table for table in published.tables().values() if table.schema == published.MARTS and table.statuses]
    connection.execute(f"delete from {WITHHELD}")
    connection.execute(FIGURES)
    empty = [_empty(table, value, status) for table in tables for value, status in table.statuses.items()]
    connection.execute(f"create temp table withheld_measure as {' union all '.join(empty)}")
    connection.execute(REASONS.format(led=" union all ".join(query for table in tables for query in _led(table))))
    # What no input of its own leads to, such as a part of a whole, was withheld in its area and period.
    connection.execute(
        f"insert into withheld_because {_of_place([table for table in tables if table.full_name in agreement.contracts()])}"
    )
    connection.execute(
        f"""
        insert into {WITHHELD} by name
        select m.*, b.decision_id, coalesce(b.decisions, 0) as decisions, b.finding_id
        from withheld_measure as m
        left join withheld_because as b using (table_name, row_key, column_name)
        """
    )
    for left in ("withheld_figure", "withheld_measure", "withheld_because"):
        connection.execute(f"drop table {left}")


def _empty(table: Table, value: str, status: str) -> str:
    """The rows of a mart in which a measure is empty: with the sentences about it, without one with what its status says."""
    told = ", ".join(
        f"coalesce(c.about_{language}, s.name_{language}) as reason_{language}" for language in published.NAMING
    )
    about = ", ".join(
        f"{_about(value, f'caveat_{language}', comma, colon)} as about_{language}"
        for language, (_, comma, colon) in published.NAMING.items()
    )
    return f"""
        select '{table.full_name}' as table_name, {row_keys.sql(table.grain, "m")} as row_key, '{value}' as column_name,
            m.ref_area, m.time_period, m.year, m.{status} as status, {told}
        from {table.full_name} as m
        left join core.obs_status as s on s.obs_status = m.{status}
        left join (
            select caveat_en, caveat_zh, {about}
            from (select distinct caveat_en, caveat_zh from {table.full_name} where {value} is null)
        ) as c on c.caveat_en = m.caveat_en and c.caveat_zh = m.caveat_zh
        where m.{value} is null"""


def _about(value: str, caveat: str, comma: str, colon: str) -> str:
    """SQL: of a row's caveat, whose sentences stand behind the columns that they are about, those about `value`."""
    name = "[a-z0-9]+(?:_[a-z0-9]+)+"
    heads = f"({name}(?:{comma}{name})*){colon}"
    columns = f"regexp_extract_all({caveat}, '{heads}', 1)"
    told = f"list_zip({columns}, string_split_regex({caveat}, '{heads}')[2:])"
    mine = f"list_filter({told}, lambda told: list_contains(string_split(told[1], '{comma}'), '{value}'))"
    # Of a table of one figure a row, no sentence names a column.
    return f"""nullif(case when len({columns}) = 0 then {caveat}
        else array_to_string(list_transform({mine}, lambda told: trim(told[2])), ' ') end, '')"""


def _led(table: Table) -> Iterator[str]:
    """The withheld figures that an empty measure would follow from, by its inputs."""
    contract = agreement.contracts().get(table.full_name)
    if contract is None:
        for value, status in table.statuses.items():
            if FIGURE in table.columns:
                yield _met(table, value, status, f"w.{FIGURE} = m.{FIGURE}")
        return
    for column in contract.columns:
        if status := table.statuses.get(column.name):
            for put in column.inputs:
                yield _met(table, column.name, status, " and ".join(_meets(contract, put)))


def _met(table: Table, value: str, status: str, meets: str) -> str:
    return f"""
        select '{table.full_name}' as table_name, {row_keys.sql(table.grain, "m")} as row_key, '{value}' as column_name,
            w.decision_id, w.finding_id
        from {table.full_name} as m inner join withheld_figure as w on {meets}
        where m.{value} is null and m.{status} = 'Q'"""


def _meets(contract: Contract, put: Mapping[str, Any]) -> Iterator[str]:
    """Conditions: the figure `w` is the input `put` of the row `m`."""
    for dimension, code in put.items():
        if dimension not in agreement.NO_DIMENSIONS:
            yield f"w.{dimension} = '{code}'"
    for column, dimension in contract.keys.items():
        if column == "time_period" and "lag" in put:
            yield "w.time_period = m.previous_time_period"
        elif column == contract.total_of and column not in put:
            yield f"(w.{dimension} = m.{column} or m.is_total)"
        elif not {column, dimension} & put.keys():
            yield f"w.{dimension} = m.{column}"
    for exclusion in contract.exclusions:
        if not exclusion.unless_beside and exclusion.dimension not in put:
            yield f"not ({exclusion.holds_for('w')})"


def _of_place(tables: list[Table]) -> str:
    """For empty measures that no input led from: what is withheld of their mart's indicators in their area and period."""
    indicators = ", ".join(
        f"('{table.full_name}', '{indicator}')"
        for table in tables
        for indicator in agreement.contracts()[table.full_name].indicators
    )
    return f"""
        select m.table_name, m.row_key, m.column_name,
            min(w.decision_id), count(distinct w.decision_id), min(w.finding_id)
        from withheld_measure as m
        inner join (values {indicators}) as i (table_name, indicator) on i.table_name = m.table_name
        inner join withheld_figure as w on w.indicator = i.indicator and w.ref_area = m.ref_area and w.time_period = m.time_period
        left join withheld_because as b on b.table_name = m.table_name and b.row_key = m.row_key and b.column_name = m.column_name
        where m.status = 'Q' and b.table_name is null
        group by m.table_name, m.row_key, m.column_name"""
