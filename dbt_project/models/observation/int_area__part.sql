{#-
    Amounts and counts of areas, each beside the printed figure of the area, or the group of areas, that they make up,
    and what their sum says of it: in one table, whatever pages it goes on over, or one long file; or as another table
    or another source states the areas last (part_table is empty), which the publication of the whole does not revise,
    nor is revised by. Only where all of them stand there: the members of a group, or all areas that lie in an area.
    What stands beside them (a group without members that lies in the area, such as central units) is added where it is
    printed. An area is not held to a sum beside a printed total of a group of the same areas.

    adds_up: 1 where the intervals of whole and sum meet, else 0. columns_that_add_up: how many columns of its table,
    or periods of its series, add up for the whole, less those that do not.
-#}
{%- set series = series_key_columns() | reject("equalto", "ref_area") | list %}
{%- set line = series | reject("in", ["time_period", "base_period"]) | list %}
{%- set column = ["pass", "source_id", "whole_table", "line", "series_key"] %}
{#- Of the areas: the table that prints the whole, or another table (no name, of whatever tables) of some source. -#}
{%- set one_column = column + ["part_source", "part_table"] %}
{%- set one_sum = ["pass", "whole_id", "is_group", "part_source", "part_table"] %}
with
    figures as (
        select
            e.in_pass as pass,
            o.observation_id,
            o.source_id,
            o.whole_table,
            o.ref_area,
            o.time_period,
            o.vintage,
            {{ prefixed("o", series | reject("equalto", "time_period")) }},
            {{ wide_hash("concat_ws('|', " ~ prefixed("o", line) ~ ")") }} as line,
            {{ wide_hash("concat_ws('|', " ~ prefixed("o", series) ~ ")") }} as series_key,
            o.value_low,
            o.value_high
        from {{ ref("observation_pass") }} as o
        inner join {{ ref("stg_unit") }} as u on u.unit_measure = o.natural_unit
        inner join {{ passes() }} as e on e.row_pass = o.pass
        where
            {{ is_followed("o.layout") }}
            and {{ is_comparable("o") }}
            and o.measure = 'level'
            and u.months is null
            and u.quantity not in ('number', 'points', 'time')
            and o.value_low is not null
            and o.value_high is not null
    )
    {{ computed_once("figures") }},

    members as (
        select area_group as whole, ref_area as part, valid_from, valid_to, true as is_group
        from {{ ref("stg_area_member") }}
        union all
        select parent_area, ref_area, valid_from, valid_to, false
        from {{ ref("stg_area") }}
        where parent_area is not null and level <> 'group'
    ),

    beside as (
        select parent_area as whole, ref_area as part
        from {{ ref("stg_area") }}
        where
            level = 'group'
            and parent_area is not null
            and ref_area not in (select area_group from {{ ref("stg_area_member") }})
    ),

    -- What was stated anew since is held against no other table: what it was revised to is.
    decided as (select * from figures where pass = 'decided'),

    revised as ({{ stated_anew("decided", ref("stg_revision")) }}),

    dated as (
        select f.*, f.pass = 'decided' and r.observation_id is null as is_latest
        from figures as f
        left join revised as r on r.observation_id = f.observation_id
    ),

    -- A whole and the areas that it is held to, in the period that its table counts for.
    wanted as (
        select w.whole, w.time_period, w.is_group, count(*) as parts_wanted
        from
            (
                select distinct m.whole, m.part, m.is_group, f.time_period
                from members as m
                inner join (select distinct ref_area, time_period from figures) as f on f.ref_area = m.whole
                where
                    coalesce(m.valid_from <= {{ period_end("f.time_period") }}, true)
                    and coalesce(m.valid_to >= {{ period_start("f.time_period") }}, true)
            ) as w
        group by w.whole, w.time_period, w.is_group
        having count(*) > 1
    ),

    listed as (
        select whole, part, is_group, true as is_wanted
        from members
        union all
        select whole, part, false, false
        from beside
    ),

    -- What is stated of fewer areas than a whole and its parts holds no whole.
    stated as (select pass, series_key, count(distinct ref_area) as areas from figures group by pass, series_key),

    -- Before the parts are looked up: figures of a column are not to be joined with each other.
    asked as {{ computed_first() }} (
        select
            {{ prefixed("w", column) }},
            w.is_latest,
            w.observation_id as whole_id,
            w.ref_area as whole,
            w.value_low,
            w.value_high,
            l.is_group,
            l.is_wanted,
            n.parts_wanted,
            l.part
        from dated as w
        inner join stated as s on s.pass = w.pass and s.series_key = w.series_key
        inner join wanted as n on n.whole = w.ref_area and n.time_period = w.time_period and n.parts_wanted < s.areas
        inner join listed as l on l.whole = w.ref_area and l.is_group = n.is_group
    ),

    pairs as (
        select distinct
            a.*,
            p.source_id as part_source,
            p.whole_table as part_table,
            p.observation_id as part_id,
            p.value_low as part_low,
            p.value_high as part_high
        from asked as a
        inner join figures as p on p.ref_area = a.part and {{ equal("p", "a", column) }}

        union all

        select distinct a.*, p.source_id, '', p.observation_id, p.value_low, p.value_high
        from asked as a
        inner join dated as p on p.ref_area = a.part and {{ equal("p", "a", ["pass", "line", "series_key"]) }}
        where
            a.is_latest
            and p.is_latest
            and (p.source_id <> a.source_id or p.whole_table <> a.whole_table)
            and {{ no_revision("a", "p", ref("stg_revision")) }}
    )
    {{ computed_once("pairs") }},

    -- A cell that is printed twice counts with all that it may be.
    by_part as (
        select
            {{ one_column | join(", ") }},
            whole_id,
            whole,
            is_group,
            is_wanted,
            part,
            min(parts_wanted) as parts_wanted,
            min(value_low) as value_low,
            min(value_high) as value_high,
            min(part_low) as part_low,
            max(part_high) as part_high
        from pairs
        group by {{ one_column | join(", ") }}, whole_id, whole, is_group, is_wanted, part
    ),

    sums as (
        select
            *,
            case when value_low <= sum_high and value_high >= sum_low then 1 else 0 end as adds_up,
            max(case when is_group then parts_found else 0 end) over (
                partition by {{ one_column | join(", ") }}
            ) as parts_of_a_group
        from
            (
                select
                    {{ one_column | join(", ") }},
                    whole_id,
                    whole,
                    is_group,
                    min(value_low) as value_low,
                    min(value_high) as value_high,
                    sum(part_low) as sum_low,
                    sum(part_high) as sum_high,
                    count(*) as parts_found
                from by_part
                group by {{ one_column | join(", ") }}, whole_id, whole, is_group
                having sum(case when is_wanted then 1 else 0 end) = min(parts_wanted)
            ) as s
    ),

    judged as (
        select
            *,
            sum(2 * adds_up - 1) over (
                partition by
                    pass,
                    source_id,
                    part_source,
                    part_table,
                    whole,
                    is_group,
                    case when part_table = '' then line end,
                    case when part_table <> '' then whole_table end
            ) as columns_that_add_up
        from sums
        where is_group or parts_of_a_group = 0
    )

select
    {{ prefixed("j", one_sum) }},
    j.value_low,
    j.value_high,
    j.sum_low,
    j.sum_high,
    j.parts_found,
    j.adds_up,
    j.columns_that_add_up,
    p.part_id,
    p.part_low,
    p.part_high
from judged as j
inner join pairs as p on {{ equal("p", "j", one_sum) }}
