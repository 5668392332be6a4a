{#-
    Of a panel that is most of its figures: a year of flows is looked at in full only where its least and its most alone
    let it be counted from January.
-#}
{%- set of_series = series_columns() -%}
{%- set place_of_flow = ["source_id", "indicator", "ref_area"] %}
{%- set of_any_basis = of_series | reject("in", ["freq", "time_basis"]) | list -%}
{#- The most of a year's flows, the last, is at least this share of what equal ones, counted together, would reach. -#}
{%- set is_heaped_up -%}
    cast(r.last_low as double) * {{ number_in_year("r.first_period") }}
    >= cast(r.first_high as double) * {{ number_in_year("r.last_period") }} * t.share_of_sum_least
{%- endset %}
with
    of_undeclared as (
        select {{ thresholds("cumulative.undeclared", ["periods_least", "share_of_sum_least"]) }}
        from {{ ref("stg_threshold") }}
    ),

    of_year as (select {{ thresholds("cumulative.year", ["revised_share_most"]) }} from {{ ref("stg_threshold") }}),

    flows as (
        select
            {{ prefixed("o", place_of_flow) }},
            {{ wide_hash("concat_ws('|', o.source_id, " ~ prefixed("o", of_series) ~ ")") }} as series_key,
            {{ period_year("o.time_period") }} as in_year,
            o.time_period,
            o.pass,
            o.value_low,
            o.value_high
        from {{ ref("observation_pass") }} as o
        where
            {{ is_comparable("o") }}
            and o.measure = 'level'
            and o.freq <> 'A'
            and o.time_basis = 'flow'
            and o.value_low > 0
    ),

    -- What a decision touches is not one year in both passes: it is looked at.
    suspects as (
        select distinct {{ prefixed("r", place_of_flow) }}
        from
            (
                select
                    {{ prefixed("f", place_of_flow) }},
                    max(f.pass) as last_pass,
                    min(f.time_period) as first_period,
                    max(f.time_period) as last_period,
                    max(f.value_low) as last_low,
                    min(f.value_high) as first_high
                from flows as f
                group by {{ prefixed("f", place_of_flow) }}, f.series_key, f.in_year
            ) as r
        cross join of_undeclared as t
        where r.first_period <> r.last_period and (r.last_pass <> 'both' or {{ is_heaped_up }})
    ),

    figures as (
        select
            e.in_pass as pass,
            o.observation_id,
            {{ place("o") }} as place,
            o.printed_value,
            o.source_id,
            o.time_period,
            {{ period_year("o.time_period") }} as in_year,
            o.freq,
            o.time_basis,
            {{ prefixed("o", of_any_basis) }},
            {{ wide_hash("concat_ws('|', o.source_id, " ~ prefixed("o", of_series) ~ ")") }} as series_key,
            o.value_low,
            o.value_high
        from {{ ref("observation_pass") }} as o
        inner join {{ passes() }} as e on e.row_pass = o.pass
        left join suspects as s on {{ equal("s", "o", place_of_flow) }}
        where
            {{ is_comparable("o") }}
            and o.measure = 'level'
            and o.freq <> 'A'
            and (
                o.time_basis = 'year_to_date' or (o.time_basis = 'flow' and o.value_low > 0 and s.source_id is not null)
            )
    ),

    stepped as (
        select
            *,
            lag(observation_id) over earlier as previous_id,
            lag(printed_value) over earlier as previous_printed_value,
            lag(value_low) over earlier as previous_low
        from figures
        window earlier as (partition by pass, series_key, in_year order by time_period, observation_id)
    ),

    -- Flows of a year that never fall within it: the first is the least, the last the most.
    rising as (
        select
            pass,
            series_key,
            in_year,
            min(time_period) as first_period,
            max(time_period) as last_period,
            min(value_low) as first_low,
            min(value_high) as first_high,
            max(value_low) as last_low,
            max(value_high) as last_high
        from stepped
        cross join of_undeclared as t
        where time_basis = 'flow'
        group by pass, series_key, in_year, t.periods_least
        having
            count(distinct time_period) >= t.periods_least
            and sum(case when value_high < previous_low then 1 else 0 end) = 0
    ),

    -- As much as is left when equal flows are counted together; the next year begins anew.
    looks_cumulated as (
        select r.*, row_number() over (partition by r.pass, r.series_key order by r.in_year) as nth
        from rising as r
        cross join of_undeclared as t
        where
            {{ is_heaped_up }}
            and not exists (
                select 1
                from figures as n
                where
                    n.pass = r.pass
                    and n.series_key = r.series_key
                    and n.in_year = r.in_year + 1
                    and {{ number_in_year("n.time_period") }} = 1
                    and n.value_high >= r.last_low
            )
    ),

    findings as (
        select
            'cumulative.falls' as rule_id,
            pass,
            observation_id as anchor_id,
            concat(
                place,
                ': prints ',
                printed_value,
                ' since the start of the year, less than ',
                previous_printed_value,
                ' an earlier period of it'
            ) as message,
            observation_id as result_id,
            previous_id as base_id
        from stepped
        where time_basis = 'year_to_date' and value_high < previous_low

        union all

        select
            'cumulative.undeclared',
            c.pass,
            z.observation_id,
            concat(
                z.place,
                ': prints ',
                z.printed_value,
                ' for ',
                c.last_period,
                ', after ',
                a.printed_value,
                ' for ',
                c.first_period,
                ' and no fall between them: that looks counted from the start of the year; if it is, say so:',
                ' time_basis: year_to_date'
            ),
            z.observation_id,
            a.observation_id
        from looks_cumulated as c
        inner join figures as z on z.pass = c.pass and z.series_key = c.series_key and z.time_period = c.last_period
        inner join figures as a on a.pass = c.pass and a.series_key = c.series_key and a.time_period = c.first_period
        where c.nth = 1

        union all

        select
            'cumulative.year',
            c.pass,
            c.observation_id,
            concat(
                c.place,
                ': prints ',
                c.printed_value,
                ' from January to December ',
                cast(c.in_year as string),
                '; the whole year is printed as ',
                y.printed_value,
                ' in ',
                {{ place("y") }}
            ),
            c.observation_id,
            y.observation_id
        from figures as c
        inner join {{ ref("observation_pass") }} as y on {{ equal("y", "c", of_any_basis) }}
        inner join {{ passes() }} as e on e.row_pass = y.pass and e.in_pass = c.pass
        cross join of_year as t
        where
            c.time_basis = 'year_to_date'
            and {{ period_end("c.time_period") }} = {{ period_end("y.time_period") }}
            and y.freq = 'A'
            and y.time_basis = 'flow'
            and {{ is_comparable("y") }}
            and (
                cast(c.value_high as double) < cast(y.value_low as double) * (1 - t.revised_share_most)
                or cast(c.value_low as double) > cast(y.value_high as double) * (1 + t.revised_share_most)
            )
    )

    {{ by_role("findings", {"result": "result_id", "base": "base_id"}) }}
