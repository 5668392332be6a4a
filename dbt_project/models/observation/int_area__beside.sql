{#-
    A column is what one table, or one long file, states of a series for one period, area by area. What binds two of
    them: the same series in the period before or after, whoever states it; an amount and the count that it is divided
    by; two columns of a printed table that stand beside each other. Money per person is also bound to its own column.
-#}
{%- set line = series_key_columns() | reject("in", ["ref_area", "time_period"]) | list %}
{%- set own = ["scheme", "pop_group", "age", "residence", "scope", "population_basis", "actuality", "freq"] %}
{%- set column = ["pass", "source_id", "whole_table", "line", "time_period"] %}
{%- set binding = ["pass", "column_id", "other_id"] %}
with
    cells as (
        select
            e.in_pass as pass,
            o.source_id,
            o.whole_table,
            {{ wide_hash("concat_ws('|', " ~ prefixed("o", line) ~ ")") }} as line,
            o.time_period,
            o.ref_area,
            {{ wide_hash("concat_ws('|', " ~ prefixed("o", own) ~ ")") }} as own_key,
            o.indicator,
            o.natural_unit,
            {{ in_printed_table("o.layout") }} as is_in_table,
            o.column_no,
            o.observation_id,
            ln(cast(o.obs_value as double)) as size
        from {{ ref("observation_pass") }} as o
        inner join {{ passes() }} as e on e.row_pass = o.pass
        where {{ is_followed("o.layout") }} and {{ is_comparable("o") }} and o.measure = 'level' and o.obs_value > 0
    ),

    columns_stated as (
        select
            c.*,
            row_number() over (
                partition by pass, source_id, whole_table, time_period order by column_no, column_id
            ) as nth,
            row_number() over (partition by pass, line, time_period order by areas desc nulls last, column_id) as rank
        from
            (
                select
                    {{ prefixed("c", column) }},
                    {{ wide_hash("concat_ws('|', c.source_id, c.whole_table, c.line, c.time_period)") }} as column_id,
                    min(c.own_key) as own_key,
                    min(c.indicator) as indicator,
                    min(c.natural_unit) as natural_unit,
                    min(case when c.is_in_table then 1 else 0 end) as is_in_table,
                    min(c.column_no) as column_no,
                    count(distinct c.ref_area) as areas
                from cells as c
                group by {{ prefixed("c", column) }}
            ) as c
        where c.areas > 2
    )
    {{ computed_once("cells columns_stated") }},

    periods as (
        select
            pass,
            line,
            time_period,
            lag(column_id) over (partition by pass, line order by time_period) as earlier_id,
            lead(column_id) over (partition by pass, line order by time_period) as later_id
        from columns_stated
        where rank = 1
    ),

    divided as (
        select distinct numerator, denominator
        from {{ ref("stg_quotient") }}
        union
        select numerator, denominator
        from {{ ref("stg_plausible") }}
        where kind = 'quotient'
    ),

    bound as (
        select c.pass, c.column_id, p.earlier_id as other_id, 'time' as bound_by
        from columns_stated as c
        inner join periods as p on {{ equal("p", "c", ["pass", "line", "time_period"]) }}
        union
        select c.pass, p.later_id, c.column_id, 'time'
        from columns_stated as c
        inner join periods as p on {{ equal("p", "c", ["pass", "line", "time_period"]) }}
        union
        select c.pass, c.column_id, d.column_id, 'quotient'
        from columns_stated as c
        inner join divided as q on q.numerator = c.indicator
        inner join
            columns_stated as d
            on {{ equal("d", "c", ["pass", "source_id", "whole_table", "time_period", "own_key"]) }}
            and d.indicator = q.denominator
        union
        select c.pass, c.column_id, d.column_id, 'table'
        from columns_stated as c
        inner join
            columns_stated as d
            on {{ equal("d", "c", ["pass", "source_id", "whole_table", "time_period"]) }}
            and d.nth = c.nth + 1
        where c.is_in_table = 1
        union
        select c.pass, c.column_id, c.column_id, 'itself'
        from columns_stated as c
        inner join {{ ref("stg_unit") }} as u on u.unit_measure = c.natural_unit and u.months is not null
    ),

    -- A cell that is printed twice binds nothing.
    sized as (
        select c.pass, s.column_id, c.ref_area, min(c.observation_id) as observation_id, min(c.size) as size
        from cells as c
        inner join columns_stated as s on {{ equal("s", "c", column) }}
        group by c.pass, s.column_id, c.ref_area
        having count(*) = 1
    )
    {{ computed_once("bound sized") }},

    beside as (
        select
            {{ prefixed("b", binding) }},
            b.bound_by,
            c.ref_area,
            c.observation_id,
            c.size,
            d.observation_id as other_observation_id,
            case when b.other_id = b.column_id then 0.0 else d.size end as other_size
        from
            (
                select {{ binding | join(", ") }}, min(bound_by) as bound_by
                from bound
                group by {{ binding | join(", ") }}
            ) as b
        inner join sized as c on c.pass = b.pass and c.column_id = b.column_id
        inner join sized as d on d.pass = b.pass and d.column_id = b.other_id and d.ref_area = c.ref_area
    )

select *
from beside
