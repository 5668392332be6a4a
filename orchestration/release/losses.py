"""What the base published and the candidate publishes no more: sources, rows, numbers, tables, columns, checks.

Each loss has to be explained: its source was declared withdrawn, a decision about one of its figures came, went or
changed, or a waiver allows it. A row is found by its key; a figure of core.observation by what it measures and
who states it how often, so that a page that was laid out anew, or a newer vintage, loses nothing. Nor does a series
that the base has in a form which is by now declared to be read as another one: it is looked for in that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb

from orchestration.artifacts import Check
from orchestration.engine import literal, quoted
from orchestration.release import content, differing
from orchestration.release.content import PublishedTable
from validations import row_keys
from validations.dimensions import DIMENSIONS, SERIES_ID
from validations.forms import FORMED, Forms
from validations.withdrawals import NONE

#: The column that names a series by its dimensions.
SERIES = "series_id"
OBSERVATION, SOURCE, INDICATOR = "core.observation", "core.source", "core.indicator"
LINEAGE, COVERAGE = "core.lineage", "core.coverage"
#: What the file tells of its own columns; a column that is gone is told of itself.
TOLD_OF_COLUMNS = ("core.measure", "core.relationship")
#: Types of DuckDB that hold numbers.
NUMBERS = ("DECIMAL", "DOUBLE", "HUGEINT", "BIGINT", "INTEGER", "SMALLINT")
#: What a loss keeps of its row, to be traced by.
PLACE = ("ref_area", "freq", "time_period", "previous_time_period", "observation_id", "source_id")

BEGIN = f"""
    create temp table lost (
        loss varchar, table_name varchar, row_key varchar, name varchar, indicator varchar, area_level varchar,
        {", ".join(f"{column} varchar" for column in PLACE)}
    )
"""
#: Why a figure of the base may be gone, by observation: its source is, or it was decided anew.
CAUSE = """
    create temp table cause as
    with decided as (
        select 'new' as side, observation_id, decision_id, outcome, field, new_value
        from quality.decision_observation inner join quality.decision using (decision_id)
        where is_covered and source_id in (select source_id from core.source)
        union all
        select 'base', observation_id, decision_id, outcome, field, new_value
        from base.quality.decision_observation inner join base.quality.decision using (decision_id)
        where is_covered and source_id in (select source_id from core.source)
    )
    select observation_id, 'decision' as explained_by, min(decision_id) as reference
    from decided
    group by observation_id, outcome, field, new_value
    having count(distinct side) = 1
    union all
    select observation_id, 'withdrawal', source_id
    from base.core.observation
    where source_id not in (select source_id from core.source)
"""
NO_CAUSE = "create temp table cause (observation_id varchar, explained_by varchar, reference varchar)"
#: What is stated of a figure, by what it measures and who states it: whether as often as in the base, and as many values.
STATED = """
    select {key},
        case when count(*) filter (where side = 'new') >= count(*) filter (where side = 'base') then true end as is_there,
        case when count(obs_value) filter (where side = 'new') >= count(obs_value) filter (where side = 'base') then 1 else 0 end as obs_value
    from (
        select 'new' as side, {key}, obs_value from core.observation where source_id in (select source_id from old_rows)
        union all
        select 'base' as side, {key}, obs_value from base.core.observation where source_id in (select source_id from old_rows)
    )
    group by {key}
"""
#: Each loss with its indicators and one reason, where there is one: by the figure that the row names itself, else by
#: the printed figures that it followed from, else (in bulk) by the figures of its place.
EXPLAINED = """
    create temp table explained as
    with numbered as (select row_number() over () as loss_no, * from lost),
    led as (
        select n.loss_no, l.observation_id
        from numbered as n
        inner join base.core.lineage as l on l.table_name = n.table_name and l.row_key = n.row_key
            and (n.name = '_Z' or l.column_name = n.name)
    ),
    indicators as (
        select e.loss_no, string_agg(distinct o.indicator, ',' order by o.indicator) as indicator
        from led as e inner join base.core.observation as o on o.observation_id = e.observation_id
        group by e.loss_no
    ),
    figures as (
        select loss_no, observation_id from numbered where observation_id is not null
        union
        select loss_no, observation_id from led
        union
        select n.loss_no, s.observation_id
        from numbered as n
        inner join base.marts.series as s on s.ref_area = n.ref_area and s.freq = n.freq
            and s.time_period in (n.time_period, n.previous_time_period)
            and list_has_any(
                string_split(n.indicator, ','),
                -- A series is named by its plain indicator first, in bases of every schema.
                [split_part(s.series_id, '.', 1), concat(split_part(s.series_id, '.', 1), '_', upper(s.measure))])
        where n.observation_id is null and n.loss_no not in (select loss_no from led)
    ),
    reasons as (
        select f.loss_no, min(struct_pack(e := c.explained_by, r := c.reference)) as reason
        from figures as f inner join cause as c on c.observation_id = f.observation_id
        group by f.loss_no
    )
    select
        n.loss, n.table_name, n.name, n.area_level, n.row_key,
        case when n.indicator = '_Z' then coalesce(i.indicator, '_Z') else n.indicator end as indicator,
        r.reason.e as explained_by, r.reason.r as reference
    from numbered as n
    left join indicators as i on i.loss_no = n.loss_no
    left join reasons as r on r.loss_no = n.loss_no
"""
GROUPS = """
    select loss, table_name, name, indicator, area_level, count(*), min(row_key), explained_by, reference
    from explained
    group by all
    order by all
"""


@dataclass(frozen=True)
class Loss:
    """Losses of one kind in one table, and what explains them. `loss`, `name`: as in release.loss.

    `explained_by`: withdrawal, decision, waiver; None where nothing does. `reference`: the source or the decision.
    """

    loss: str
    table: str
    name: str
    indicator: str
    area_level: str
    losses: int
    first_row_key: str | None = None
    explained_by: str | None = None
    reference: str = NONE
    reason: str = ""
    said_by: str = ""
    said_on: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What a waiver names it by."""
        return (self.loss, self.table, self.name, self.indicator, self.area_level)


def guards(table: PublishedTable) -> bool:
    """Whether every row of the base's must be there: the marts, and what they lead to.

    Findings, lineage and coverage come and go with what they tell of; sources are told of by name, columns by themselves.
    """
    return table.schema in ("core", "marts") and table.full_name not in (SOURCE, LINEAGE, COVERAGE, *TOLD_OF_COLUMNS)


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """What earlier releases lost, carried over; then nothing yet."""
    connection.execute("delete from release.loss")
    differing.carry_over(connection, "loss")
    connection.execute(BEGIN)


def end(connection: duckdb.DuckDBPyConnection) -> None:
    """Nothing of the comparison stays in the file."""
    for left in ("lost", "cause", "explained"):
        connection.execute(f"drop table if exists {left}")


def of_table(connection: duckdb.DuckDBPyConnection, table: PublishedTable, forms: Forms) -> None:
    """Rows and numbers of `old_rows`, rows that only the base has, whose key or number the candidate has nowhere."""
    before, now = (content.columns_of(connection, side, table) for side in ("base", "minsheng"))
    both = {name: data_type for name, data_type in before.items() if name in now}
    keys = [name for name in table.grain if name in both]
    numbers = [n for n, data_type in both.items() if n not in keys and data_type.startswith(NUMBERS)]
    if SERIES in keys and before.keys() >= {*SERIES_ID}:
        _read_on(connection, forms)
    row_key = row_keys.sql(keys, "o")
    still = "false"
    if table.full_name == OBSERVATION:
        keys, numbers = [name for name in ("source_id", *DIMENSIONS) if name in both], ["obs_value"]
        still = "o.observation_id in (select observation_id from core.observation where {} is not null)"
    key = ", ".join(map(quoted, keys))
    counted = "".join(f", count({quoted(name)}) as {quoted(name)}" for name in numbers)
    stated = f"select {key}, true as is_there{counted} from new_rows group by {key}"
    if table.full_name == OBSERVATION:
        stated = STATED.format(key=key)
    if table.full_name == INDICATOR and "measure" in both:
        # That an indicator has another measure than its level follows from figures, which are told of themselves.
        still = "o.measure <> 'level'"
    place = ", ".join(f"o.{name}" if name in both else f"null as {name}" for name in PLACE)
    area_level = "coalesce(a.level, '_Z')" if "ref_area" in both else "'_Z'"
    lost = [("row", NONE, _indicators(table, both), f"o.is_there is null and not {still.format('observation_id')}")]
    lost += [
        (
            "value",
            name,
            _indicator(table, both, name),
            f"o.is_there and o.{quoted(name)} is not null and o.{quoted('there_' + name)} = 0 and not {still.format(name)}",
        )
        for name in numbers
    ]
    connection.execute(
        f"""
        create temp table matched as
        select o.*, n.is_there{"".join(f", n.{quoted(name)} as {quoted('there_' + name)}" for name in numbers)}
        from old_rows as o
        left join ({stated}) as n on {" and ".join(f"n.{quoted(c)} is not distinct from o.{quoted(c)}" for c in keys)}
        """
    )
    for loss, name, indicator, condition in lost:
        connection.execute(
            f"""
            insert into lost
            select {literal(loss)}, {literal(table.full_name)}, {row_key},
                {literal(name)}, {indicator}, {area_level}, {place}
            from matched as o
            {"left join base.core.area as a on a.ref_area = o.ref_area" if "ref_area" in both else ""}
            where {condition}
            """
        )
    connection.execute("drop table matched")


def _read_on(connection: duckdb.DuckDBPyConnection, forms: Forms) -> None:
    """Put the canonical form in place of every other that is declared by now, in `old_rows` of a table of series."""
    series = ", ".join(SERIES_ID)
    for stated in connection.execute(f"select distinct {', '.join(FORMED)} from old_rows").fetchall():
        codes = dict(zip(FORMED, stated))
        read = {name: code for name, code in forms.canonical(codes).items() if codes[name] != code}
        if read:
            put = ", ".join(f"{name} = {literal(code)}" for name, code in read.items())
            where = " and ".join(f"{name} = {literal(code)}" for name, code in codes.items())
            connection.execute(f"update old_rows set {SERIES} = null, {put} where {where}")
    connection.execute(f"update old_rows set {SERIES} = concat_ws('.', {series}) where {SERIES} is null")


def explained(connection: duckdb.DuckDBPyConnection, before: Sequence[Check], now: Iterable[Check]) -> list[Loss]:
    """Every loss, in groups, with the decision or the withdrawal behind it. `before`, `now`: the declared checks."""
    try:
        connection.execute(CAUSE)
        connection.execute(EXPLAINED)
    except (duckdb.BinderException, duckdb.CatalogException):
        # The base is of an older schema, in which reasons cannot be asked: what is lost needs a waiver.
        connection.execute("drop table if exists cause")
        connection.execute(NO_CAUSE)
        connection.execute(
            "create or replace temp table explained as select *, null as explained_by, null as reference from lost"
        )
    found = [
        _with_evidence(connection, Loss(*row[:8], row[8] or NONE)) for row in connection.execute(GROUPS).fetchall()
    ]
    gone = _sources(connection)
    return [*gone, *_shapes(connection), *_checks(before, now, {loss.name for loss in gone}), *found]


def _with_evidence(connection: duckdb.DuckDBPyConnection, loss: Loss) -> Loss:
    """A loss by a decision, with why it was decided so; that of the base where it was taken back."""
    if loss.explained_by != "decision":
        return loss
    for side in ("", "base."):
        why = connection.execute(
            f"select evidence, decided_by, coalesce(cast(decided_on as varchar), '_Z') from {side}quality.decision where decision_id = ?",
            [loss.reference],
        ).fetchone()
        if why:
            return said(loss, "decision", loss.reference, why)
    return loss


def _sources(connection: duckdb.DuckDBPyConnection) -> list[Loss]:
    """Sources of the base whose folder is gone, with the figures and documents that they had."""
    rows = connection.execute(
        """
        select s.source_id, count(x.source_id)
        from base.core.source as s
        left join (
            select source_id from base.core.observation union all select source_id from base.core.document
        ) as x on x.source_id = s.source_id
        where s.source_id not in (select source_id from core.source)
        group by s.source_id order by s.source_id
        """
    ).fetchall()
    return [Loss("source", SOURCE, name, NONE, NONE, held, f"source_id={name}") for name, held in rows]


def _shapes(connection: duckdb.DuckDBPyConnection) -> list[Loss]:
    """Published tables and columns of the base that are gone, and columns of another type."""
    rows = connection.execute(
        """
        with before as (select * from duckdb_columns() where database_name = 'base' and not internal),
        now as (select * from duckdb_columns() where database_name = 'minsheng' and not internal)
        select distinct
            case when t.table_name is null then 'table' when n.column_name is null then 'column' else 'type' end,
            concat(b.schema_name, '.', b.table_name),
            case when t.table_name is null then '_Z' else b.column_name end
        from before as b
        left join (select distinct schema_name, table_name from now) as t using (schema_name, table_name)
        left join now as n using (schema_name, table_name, column_name)
        where n.data_type is distinct from b.data_type
        order by all
        """
    ).fetchall()
    return [Loss(loss, table, name, NONE, NONE, 1) for loss, table, name in rows]


def _checks(before: Sequence[Check], now: Iterable[Check], withdrawn: set[str]) -> list[Loss]:
    """Checks that the base declared and this candidate does not; those of a source go with it."""
    names = {(check.stage, check.check) for check in now}
    found = []
    for check in before:
        if (check.stage, check.check) not in names:
            source = next((s for s in withdrawn if check.check.startswith(f"intake.{s}.")), None)
            why = ("withdrawal", source) if source else (None, NONE)
            found.append(Loss("check", check.table or NONE, check.check, NONE, NONE, 1, None, *why))
    return sorted(found, key=lambda loss: loss.key)


def said(loss: Loss, explained_by: str, reference: str, why: tuple[str, str, str]) -> Loss:
    """The loss with what explains it: why, who says so, and when."""
    reason, said_by, said_on = why
    return replace(
        loss, explained_by=explained_by, reference=reference, reason=reason, said_by=said_by, said_on=said_on
    )


def _indicator(table: PublishedTable, columns: Iterable[str], name: str) -> str:
    """SQL for the indicators of a number."""
    if "indicator" in columns:
        return "o.indicator"
    return literal(",".join(table.indicators.get(name, ())) or NONE)


def _indicators(table: PublishedTable, columns: Iterable[str]) -> str:
    """SQL for the indicators of a whole row: of those columns that hold something."""
    if "indicator" in columns:
        return "o.indicator"
    showing: dict[str, list[str]] = {}
    for name, codes in table.indicators.items():
        for code in codes if name in columns else ():
            showing.setdefault(code, []).append(f"o.{quoted(name)} is not null")
    if not showing:
        return literal(NONE)
    cases = [f"case when {' or '.join(there)} then {literal(code)} end" for code, there in sorted(showing.items())]
    return f"coalesce(nullif(concat_ws(',', {', '.join(cases)}), ''), '{NONE}')"
