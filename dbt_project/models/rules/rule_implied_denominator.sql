with
    thresholds as (select {{ thresholds("implied.denominator", ["years_least"]) }} from {{ ref("stg_threshold") }}),

    shares as (
        select
            o.*,
            {{ code_in_text("o.counterpart", "indicator") }} as implied_indicator,
            {{ place("o") }} as place,
            {{
                wide_hash(
                    "concat_ws('|', o.freq, o.time_period, o.time_basis, o.indicator, 'scheme', o.scheme"
                    ~ own_context("o")
                    ~ ")"
                )
            }} as whole_key
        from {{ ref("observation_pass") }} as o
        where {{ is_comparable("o") }} and o.measure = 'share' and o.counterpart like 'indicator=%' and o.value_low > 0
    ),

    amounts as (
        select
            pass,
            source_id,
            whole_key,
            whole_series,
            period_start,
            sum_low as amount_low,
            sum_high as amount_high,
            cast(null as string) as whole_id
        from {{ ref("int_part__sum") }}
        where side = 'leaf'
        union all
        select pass, source_id, whole_key, whole_series, period_start, value_low, value_high, observation_id
        from {{ ref("int_part__figure") }}
        where side = 'whole'
    ),

    implied as (
        select
            a.pass,
            s.source_id,
            a.whole_series,
            a.whole_key,
            s.counterpart,
            s.implied_indicator,
            s.ref_area,
            s.time_period,
            a.period_start,
            s.observation_id,
            s.place,
            s.printed_value,
            cast(a.amount_low as double) / cast(s.value_high as double) as implied_low,
            cast(a.amount_high as double) / cast(s.value_low as double) as implied_high
        from shares as s
        inner join
            amounts as a
            on a.source_id = s.source_id
            and a.whole_key = s.whole_key
            and (s.pass = a.pass or s.pass = 'both')
    ),

    stepped as (
        select
            *,
            lag(observation_id) over earlier as previous_id,
            lag(whole_key) over earlier as previous_key,
            lag(time_period) over earlier as previous_time_period,
            lag(implied_low) over earlier as previous_low,
            lag(implied_high) over earlier as previous_high,
            {{ years_between("lag(period_start) over earlier", "period_start") }} as years
        from implied
        window
            earlier as (partition by pass, source_id, whole_series, counterpart order by period_start, observation_id)
    ),

    judged as (
        select
            s.*,
            b.low,
            b.high,
            b.reason_en,
            {{ factor_a_year("s.implied_low", "s.previous_high", "s.years") }} as factor_low,
            {{ factor_a_year("s.implied_high", "s.previous_low", "s.years") }} as factor_high
        from stepped as s {{ join_growth_band(ref("stg_plausible"), "s.implied_indicator", "s.ref_area") }}
        cross join thresholds as t
        where s.years >= t.years_least and {{ own_band() }}
    ),

    findings as (
        select
            'implied.denominator' as rule_id,
            j.pass,
            j.observation_id as anchor_id,
            concat(
                j.place,
                ': prints ',
                j.printed_value,
                '; with the amounts of the source this implies a ',
                implied_indicator,
                ' of ',
                {{ rounded("implied_low") }},
                ' to ',
                {{ rounded("implied_high") }},
                ', ',
                cast(cast((factor_low + factor_high) / 2 as decimal(24, 3)) as string),
                ' times a year what ',
                previous_time_period,
                ' implies; ',
                {{ shown("low") }},
                ' to ',
                {{ shown("high") }},
                ' is known. ',
                reason_en
            ) as message,
            j.observation_id as result_id,
            j.previous_id,
            p.observation_id as part_id,
            b.observation_id as part_base_id
        from judged as j
        -- The amounts: one of them may be what is wrong, not the share.
        left join
            {{ ref("int_part__code") }} as p
            on {{ equal("p", "j", ["pass", "source_id", "whole_key"]) }}
            and p.side = 'leaf'
        left join
            {{ ref("int_part__code") }} as b
            on {{ equal("b", "j", ["pass", "source_id"]) }}
            and b.whole_key = j.previous_key
            and b.side = 'leaf'
        where j.factor_low > j.high or j.factor_high < j.low
    )

    {{
        by_role(
            "findings",
            {"result": "result_id", "base": "previous_id", "part": "part_id", "part_base": "part_base_id"},
        )
    }}
