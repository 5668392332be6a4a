{#-
    Where most areas of two columns that are bound differ by nearly the same factor, those that do not stand apart. The
    spread is that of the areas that stand nearest together; where many stand apart, the columns do not bind each other.

    Two areas that stand apart, and would not if their figures were exchanged, are exchanged: found by steps of what
    they would have to be, so that not every two are compared. One that stands apart by a power of ten, or by twelve
    where money is for a period, has a slipped point, or is for another period. Which of two cells it is: the one of a
    table that more columns say so of, then of a column; then the later.
-#}
{%- set binding = ["pass", "column_id", "other_id"] %}
with
    thresholds as (
        select
            {{
                thresholds(
                    "pattern.exchanged_areas",
                    [
                        "areas_least",
                        "alike_share_least",
                        "apart_share_most",
                        "spread_least",
                        "spreads_apart_least",
                        "spreads_from_fit_most",
                    ],
                )
            }}
        from {{ ref("stg_threshold") }}
    ),

    of_shifted as (
        select {{ thresholds("pattern.shifted_area", ["spreads_apart_least", "spreads_from_fit_most"]) }}
        from {{ ref("stg_threshold") }}
    ),

    ordered as (
        select
            b.*,
            count(*) over (partition by {{ prefixed("b", binding) }}) as areas,
            row_number() over (partition by {{ prefixed("b", binding) }} order by size - other_size, ref_area) as nth
        from {{ ref("int_area__beside") }} as b
    ),

    middle as (
        select {{ binding | join(", ") }}, min(size - other_size) as usual
        from ordered
        where nth = floor((areas + 1) / 2)
        group by {{ binding | join(", ") }}
    ),

    off as (
        select
            o.*,
            m.usual,
            o.size - o.other_size - m.usual as off_by,
            row_number() over (
                partition by {{ prefixed("o", binding) }} order by abs(o.size - o.other_size - m.usual), o.ref_area
            ) as nearest
        from ordered as o
        inner join middle as m on {{ equal("m", "o", binding) }}
        cross join thresholds as t
        where o.areas >= t.areas_least
    ),

    spread as (
        select {{ prefixed("o", binding) }}, greatest(max(t.spread_least), max(abs(o.off_by))) as spread
        from off as o
        cross join thresholds as t
        where o.nearest <= ceil(o.areas * t.alike_share_least)
        group by {{ prefixed("o", binding) }}
    ),

    apart as (
        select a.*
        from
            (
                select o.*, s.spread, count(*) over (partition by {{ prefixed("o", binding) }}) as areas_apart
                from off as o
                inner join spread as s on {{ equal("s", "o", binding) }}
                cross join thresholds as t
                where abs(o.off_by) > t.spreads_apart_least * s.spread
            ) as a
        cross join thresholds as t
        where a.areas_apart <= greatest(2, floor(a.areas * t.apart_share_most))
    )
    {{ computed_once("apart of_shifted thresholds") }},

    stepped as (
        select
            a.*,
            t.spreads_from_fit_most * a.spread as room,
            floor(a.other_size / (t.spreads_from_fit_most * a.spread)) as step,
            floor((a.size - a.usual) / (t.spreads_from_fit_most * a.spread)) as step_of_fit
        from apart as a
        cross join thresholds as t
        where a.other_id <> a.column_id
    ),

    exchanges as (
        select
            {{ prefixed("a", binding) }},
            concat(a.ref_area, '|', b.ref_area) as place,
            'exchanged' as kind,
            0.0 as factor,
            a.bound_by,
            a.areas,
            a.observation_id as first_id,
            b.observation_id as second_id,
            a.other_observation_id as other_first_id,
            b.other_observation_id as other_second_id
        from
            (
                select s.*, s.step_of_fit + n.off as step_looked_into
                from stepped as s
                cross join
                    (
                        select -1 as off
                        union all
                        select 0
                        union all
                        select 1
                    ) as n
            ) as a
        inner join stepped as b on {{ equal("b", "a", binding) }} and b.step = a.step_looked_into
        where
            a.ref_area < b.ref_area
            and abs(a.size - b.other_size - a.usual) <= a.room
            and abs(b.size - a.other_size - a.usual) <= a.room
    ),

    factors as (
        select cast(f.factor as double) as factor, f.is_of_a_period
        from
            (
                select 10 as factor, false as is_of_a_period
                {%- for power in [2, 3, 4] %}
                    union all
                    select 1{{ "0" * power }}, false
                {%- endfor %}
                union all
                select 12, true
            ) as f
    ),

    shifts as (
        select *
        from
            (
                select
                    {{ prefixed("a", binding) }},
                    a.ref_area as place,
                    'shifted' as kind,
                    case when a.off_by > 0 then f.factor else - f.factor end as factor,
                    a.bound_by,
                    a.areas,
                    a.observation_id as first_id,
                    cast(null as string) as second_id,
                    case when a.other_id <> a.column_id then a.other_observation_id end as other_first_id,
                    cast(null as string) as other_second_id,
                    row_number() over (
                        partition by {{ prefixed("a", binding) }}, a.ref_area order by abs(abs(a.off_by) - ln(f.factor))
                    ) as nearest
                from apart as a
                inner join
                    {{ ref("observation_pass") }} as c
                    on c.observation_id = a.observation_id
                    and c.pass in (a.pass, 'both')
                inner join {{ ref("stg_unit") }} as u on u.unit_measure = c.natural_unit
                inner join factors as f on not f.is_of_a_period or u.months is not null
                cross join of_shifted as h
                where
                    a.bound_by <> 'table'
                    and abs(a.off_by) > h.spreads_apart_least * a.spread
                    and abs(abs(a.off_by) - ln(f.factor)) <= h.spreads_from_fit_most * a.spread
            ) as s
        where nearest = 1
    ),

    sides as (
        select
            s.*,
            c.source_id,
            c.whole_table,
            c.time_period,
            c.column_no,
            count(*) over (
                partition by s.kind, s.factor, s.pass, s.place, c.source_id, c.whole_table, c.time_period
            ) as in_table,
            count(*) over (partition by s.kind, s.factor, s.pass, s.place, s.side_id) as in_column
        from
            (
                {%- for side, first, second, base, other_base in [
                    ["column_id", "first_id", "second_id", "other_first_id", "other_second_id"],
                    ["other_id", "other_first_id", "other_second_id", "first_id", "second_id"],
                ] %}
                    select
                        pass,
                        column_id,
                        other_id,
                        {{ side }} as side_id,
                        place,
                        kind,
                        {{ "- factor as factor" if side == "other_id" else "factor" }},
                        bound_by,
                        areas,
                        {{ first }} as first_id,
                        {{ second }} as second_id,
                        {{ base }} as base_id,
                        {{ other_base }} as other_base_id
                    from
                        (
                            select *
                            from exchanges
                            union all
                            select
                                {{ binding | join(", ") }},
                                place,
                                kind,
                                factor,
                                bound_by,
                                areas,
                                first_id,
                                second_id,
                                other_first_id,
                                other_second_id
                            from shifts
                        ) as e
                    where {{ first }} is not null {{ "union all" if not loop.last }}
                {%- endfor %}
            ) as s
        inner join {{ ref("observation_pass") }} as c on c.observation_id = s.first_id and c.pass in (s.pass, 'both')
    ),

    told as (
        select
            s.*,
            concat(s.source_id, ':', s.whole_table, ':', s.time_period, '|', s.place) as anchor_id,
            row_number() over (
                partition by s.kind, s.pass, s.source_id, s.whole_table, s.time_period, s.place
                order by s.column_no, s.first_id, s.base_id nulls last
            ) as nth,
            min(s.column_no) over (
                partition by s.kind, s.pass, s.source_id, s.whole_table, s.time_period, s.place
            ) as first_column
        from
            (
                select
                    s.*,
                    row_number() over (
                        partition by s.kind, s.pass, s.column_id, s.other_id, s.place
                        order by
                            s.in_table desc nulls last,
                            s.in_column desc nulls last,
                            s.time_period desc nulls last,
                            s.side_id
                    ) as rank
                from sides as s
            ) as s
        where s.rank = 1
    ),

    counted as (
        select kind, pass, anchor_id, count(distinct side_id) as columns_told from told group by kind, pass, anchor_id
    ),

    messages as (
        select
            s.kind,
            s.pass,
            s.anchor_id,
            concat(
                {{ place("a") }},
                ': prints ',
                a.printed_value,
                case
                    when s.kind = 'exchanged'
                    then
                        concat(
                            ', and ',
                            {{ place("b") }},
                            ' ',
                            b.printed_value,
                            ': exchanged, the two would stand to ',
                            d.printed_value,
                            ' and ',
                            e.printed_value,
                            ' of ',
                            {{ place("d") }}
                        )
                    else
                        concat(
                            {{ after(" ", "a.printed_unit") }},
                            ', some ',
                            cast({{ as_shown("abs(s.factor)", "integer") }} as string),
                            case when s.factor > 0 then ' times ' else ' times less than ' end,
                            'what it would be to stand to ',
                            case
                                when d.observation_id is null
                                then 'its column'
                                else concat(d.printed_value, ' of ', {{ place("d") }})
                            end
                        )
                end,
                ' as the most of ',
                cast(s.areas as string),
                ' areas do',
                case
                    when abs(s.factor) = 12
                    then
                        concat(
                            ': that looks like money ',
                            case when s.factor > 0 then 'a year' else 'a month' end,
                            ' in a column for another period'
                        )
                    when s.kind = 'shifted'
                    then ': the point may have slipped'
                    else ''
                end,
                case
                    when n.columns_told > 1 then concat('; so in ', cast(n.columns_told as string), ' columns') else ''
                end
            ) as message
        from told as s
        inner join counted as n on {{ equal("n", "s", ["kind", "pass", "anchor_id"]) }}
        inner join {{ ref("observation_pass") }} as a on a.observation_id = s.first_id and a.pass in (s.pass, 'both')
        left join {{ ref("observation_pass") }} as b on b.observation_id = s.second_id and b.pass in (s.pass, 'both')
        left join {{ ref("observation_pass") }} as d on d.observation_id = s.base_id and d.pass in (s.pass, 'both')
        left join
            {{ ref("observation_pass") }} as e on e.observation_id = s.other_base_id and e.pass in (s.pass, 'both')
        where s.nth = 1
    ),

    findings as (
        select
            case when s.kind = 'exchanged' then 'pattern.exchanged_areas' else 'pattern.shifted_area' end as rule_id,
            s.pass,
            s.anchor_id,
            m.message,
            s.first_id,
            s.second_id,
            s.base_id,
            s.other_base_id
        from told as s
        inner join messages as m on {{ equal("m", "s", ["kind", "pass", "anchor_id"]) }}
    )

    {{ by_role("findings", {"cell": "first_id", "base": "base_id"}) }}
union
{{ by_role("findings", {"cell": "second_id", "base": "other_base_id"}) }}
