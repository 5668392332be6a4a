with
    of_undeclared as (select {{ thresholds("jump.undeclared", ["years_least"]) }} from {{ ref("stg_threshold") }}),

    of_share as (
        select {{ thresholds("jump.share", ["years_least", "share_a_year_most"]) }} from {{ ref("stg_threshold") }}
    ),

    of_rest as (
        select {{ thresholds("jump.rest", ["years_least", "rest_share_least"]) }} from {{ ref("stg_threshold") }}
    ),

    levels as (
        select
            o.*,
            {{ wide_hash("concat_ws('|', " ~ prefixed("o", ["source_id"] + series_columns()) ~ ")") }} as series_key
        from {{ ref("int_level__related") }} as o
        where
            time_basis <> 'year_to_date'
            and value_low > 0
            and indicator in (select numerator from {{ ref("stg_plausible") }} where kind = 'growth')
    ),

    stated as (
        select
            e.in_pass as pass,
            o.series_key,
            o.time_period,
            {{ period_start("o.time_period") }} as period_start,
            {{ period_end("o.time_period") }} as period_end,
            {%- for column in ["indicator", "ref_area", "scheme", "pop_group", "scope", "counterpart"] %}
                min(o.{{ column }}) as {{ column }},
            {%- endfor %}
            min(o.observation_id) as observation_id,
            min(o.value_low) as value_low,
            max(o.value_high) as value_high,
            max(case when o.obs_status = 'B' then 1 else 0 end) as is_break
        from levels as o
        left join {{ touched_places("levels") }} as t on {{ equal("t", "o", ["source_id", "indicator", "ref_area"]) }}
        inner join {{ passes(untouched=true) }} as e on e.row_pass = {{ pass_or_untouched("o", "t") }}
        group by e.in_pass, o.series_key, o.time_period
    ),

    stepped as (
        select
            *,
            lag(observation_id) over earlier as previous_id,
            lag(time_period) over earlier as previous_time_period,
            lag(period_end) over earlier as previous_end,
            lag(value_low) over earlier as previous_low,
            lag(value_high) over earlier as previous_high,
            greatest(t.years_least, {{ years_between("lag(period_start) over earlier", "period_start") }}) as years
        from stated
        cross join of_undeclared as t
        window earlier as (partition by pass, series_key order by period_start)
    ),

    jumps as (
        select
            s.*,
            {{ factor_a_year("s.value_low", "s.previous_high", "s.years") }} as factor_low,
            {{ factor_a_year("s.value_high", "s.previous_low", "s.years") }} as factor_high,
            b.low,
            b.high,
            b.reason_en
        from stepped as s {{ join_growth_band(ref("stg_plausible"), "s.indicator", "s.ref_area") }}
        where
            s.previous_id is not null
            and s.is_break = 0
            and {{ own_band() }}
            and not exists (
                select 1
                from {{ ref("stg_break") }} as k
                where {{ is_broken_by("k", "s") }} and {{ lies_between("k", "s.previous_end", "s.period_end") }}
            )
    ),

    shares as (
        select
            f.pass,
            f.source_id,
            f.whole_series,
            f.whole_key,
            f.code,
            f.observation_id,
            f.place,
            f.printed_value,
            f.time_period,
            f.period_start,
            f.period_end,
            f.adds_up_as,
            f.dimension,
            f.scheme,
            f.ref_area,
            f.whole,
            cast(f.value_low + f.value_high as double) / nullif(cast(s.sum_low + s.sum_high as double), 0) as share
        from {{ ref("int_part__code") }} as f
        inner join
            {{ ref("int_part__sum") }} as s
            on s.pass = f.pass
            and s.source_id = f.source_id
            and s.whole_key = f.whole_key
            and s.side = 'leaf'
        -- Statements that contradict each other are for other rules.
        where f.side = 'leaf' and s.is_consistent
    ),

    shares_stepped as (
        select
            *,
            lag(observation_id) over earlier as previous_id,
            lag(whole_key) over earlier as previous_key,
            lag(time_period) over earlier as previous_time_period,
            lag(period_end) over earlier as previous_end,
            lag(share) over earlier as previous_share,
            greatest(t.years_least, {{ years_between("lag(period_start) over earlier", "period_start") }}) as years
        from shares
        cross join of_share as t
        window earlier as (partition by pass, source_id, whole_series, code order by period_start, observation_id)
    ),

    -- A part against its whole: what is left, unless it is too small a share of the whole, must move as such figures
    -- do.
    rests as (
        select
            p.pass,
            p.source_id,
            p.whole_series,
            p.code,
            p.whole,
            p.dimension,
            p.scheme,
            p.adds_up_as,
            p.place,
            p.printed_value,
            p.observation_id,
            w.observation_id as whole_id,
            w.ref_area,
            w.place as whole_place,
            w.printed_value as whole_printed_value,
            p.time_period,
            p.period_start,
            p.period_end,
            w.value_low - p.value_high as rest_low,
            w.value_high - p.value_low as rest_high
        from {{ ref("int_part__code") }} as p
        inner join
            {{ ref("int_part__figure") }} as w
            on w.pass = p.pass
            and w.source_id = p.source_id
            and w.whole_key = p.whole_key
            and w.side = 'whole'
        cross join of_rest as t
        where
            p.side = 'part'
            and p.is_consistent
            and w.value_low - p.value_high > cast(w.value_high as double) * cast(t.rest_share_least as double)
    ),

    rests_stepped as (
        select
            *,
            lag(observation_id) over earlier as previous_id,
            lag(whole_id) over earlier as previous_whole_id,
            lag(time_period) over earlier as previous_time_period,
            lag(period_end) over earlier as previous_end,
            lag(rest_low) over earlier as previous_low,
            lag(rest_high) over earlier as previous_high,
            greatest(t.years_least, {{ years_between("lag(period_start) over earlier", "period_start") }}) as years
        from rests
        cross join of_rest as t
        window earlier as (partition by pass, source_id, whole_series, code order by period_start, whole_id)
    ),

    rests_judged as (
        select
            s.*,
            b.low,
            b.high,
            b.reason_en,
            {{ factor_a_year("s.rest_low", "s.previous_high", "s.years") }} as factor_low,
            {{ factor_a_year("s.rest_high", "s.previous_low", "s.years") }} as factor_high
        from rests_stepped as s {{ join_growth_band(ref("stg_plausible"), "s.adds_up_as", "s.ref_area") }}
        where
            s.previous_time_period <> s.time_period
            and {{ own_band() }}
            and not exists (
                select 1
                from {{ ref("stg_break") }} as k
                where {{ is_broken_part("k", "s") }} and {{ lies_between("k", "s.previous_end", "s.period_end") }}
            )
    ),

    findings as (
        select
            'jump.undeclared' as rule_id,
            e.in_pass as pass,
            j.observation_id as anchor_id,
            concat(
                {{ place("o") }},
                ': prints ',
                o.printed_value,
                ', ',
                cast(cast((j.factor_low + j.factor_high) / 2 as decimal(24, 3)) as string),
                ' times a year what ',
                j.previous_time_period,
                ' has (',
                b.printed_value,
                '); ',
                {{ shown("j.low") }},
                ' to ',
                {{ shown("j.high") }},
                ' is known, and no break is declared. ',
                j.reason_en
            ) as message,
            j.observation_id as result_id,
            j.previous_id,
            cast(null as string) as whole_id,
            cast(null as string) as previous_whole_id,
            cast(null as string) as part_id,
            cast(null as string) as part_base_id
        from jumps as j
        inner join levels as o on o.observation_id = j.observation_id and o.pass in (j.pass, 'both')
        inner join levels as b on b.observation_id = j.previous_id and b.pass in (j.pass, 'both')
        inner join {{ passes() }} as e on e.row_pass = j.pass
        where j.factor_low > j.high or j.factor_high < j.low

        union all

        select
            'jump.share',
            s.pass,
            concat(s.observation_id, '|', s.whole),
            concat(
                s.place,
                ': prints ',
                s.printed_value,
                ', ',
                cast(cast(100 * s.share as decimal(24, 1)) as string),
                ' % of ',
                s.dimension,
                ' ',
                s.whole,
                '; in ',
                s.previous_time_period,
                ' the share was ',
                cast(cast(100 * s.previous_share as decimal(24, 1)) as string),
                ' %, and no break is declared'
            ),
            s.observation_id,
            s.previous_id,
            null,
            null,
            p.observation_id,
            b.observation_id
        from shares_stepped as s
        -- The other parts of the whole: one of them may be what is wrong, not this one.
        left join
            {{ ref("int_part__code") }} as p
            on {{ equal("p", "s", ["pass", "source_id", "whole_key"]) }}
            and p.side = 'leaf'
            and p.code <> s.code
        left join
            {{ ref("int_part__code") }} as b
            on {{ equal("b", "s", ["pass", "source_id"]) }}
            and b.side = 'leaf'
            and b.whole_key = s.previous_key
            and b.code <> s.code
        where
            abs(s.share - s.previous_share) > s.share_a_year_most * s.years
            -- A share moves with every part of its whole.
            and not exists (
                select 1
                from {{ ref("stg_break") }} as k
                where {{ is_broken_part("k", "s") }} and {{ lies_between("k", "s.previous_end", "s.period_end") }}
            )

        union all

        select
            'jump.rest',
            pass,
            concat(observation_id, '|', whole_id),
            concat(
                place,
                ': prints ',
                printed_value,
                ' of ',
                whole_printed_value,
                ' at ',
                whole_place,
                '; what is left is ',
                cast(cast((factor_low + factor_high) / 2 as decimal(24, 3)) as string),
                ' times a year what was left in ',
                previous_time_period,
                '; ',
                {{ shown("low") }},
                ' to ',
                {{ shown("high") }},
                ' is known, and no break is declared'
            ),
            observation_id,
            previous_id,
            whole_id,
            previous_whole_id,
            null,
            null
        from rests_judged
        where factor_low > high or factor_high < low
    )

    {{
        by_role(
            "findings",
            {
                "result": "result_id",
                "base": "previous_id",
                "whole": "whole_id",
                "whole_base": "previous_whole_id",
                "part": "part_id",
                "part_base": "part_base_id",
            },
        )
    }}
