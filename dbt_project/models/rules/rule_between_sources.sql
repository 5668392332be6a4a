with
    shared as (
        select *
        from {{ ref("int_figure__restated") }}
        where {{ is_comparable() }} and pass <> 'printed' and measure = 'level'
    ),

    -- What was stated anew since is held against no other source: what it was revised to is.
    revised as ({{ stated_anew("shared", ref("stg_revision")) }}),

    latest as (
        select s.*
        from shared as s
        left join revised as r on r.observation_id = s.observation_id
        where r.observation_id is null
    ),

    wholes as (
        select w.*
        from {{ ref("int_part__figure") }} as w
        left join revised as r on r.observation_id = w.observation_id
        where w.side = 'whole' and w.pass = 'decided' and r.observation_id is null
    ),

    -- Parts of a source whose whole another one states anew.
    sums as (
        select s.*
        from {{ ref("int_part__sum") }} as s
        where
            s.side = 'part'
            and not exists (
                select 1
                from wholes as n
                inner join {{ ref("stg_revision") }} as v on v.source_id = n.source_id
                where n.whole_key = s.whole_key and v.revised_source_id = s.source_id
            )
    ),

    -- What two sources state of one figure: both the figure itself, or one the figure and the other all of its parts.
    -- `a` states the figure. Grain: kind, series, a_source, b_source, time_period, a_id.
    pairs as (
        select
            'figure' as kind,
            concat_ws('|', {{ prefixed("a", series_columns()) }}) as series,
            a.source_id as a_source,
            b.source_id as b_source,
            a.time_period,
            {{ period_start("a.time_period") }} as period_start,
            a.observation_id as a_id,
            {{ place("a") }} as a_place,
            a.printed_value,
            a.printed_unit,
            a.value_low as a_low,
            a.value_high as a_high,
            b.observation_id as b_id,
            cast(null as string) as b_key,
            b.value_low as b_low,
            b.value_high as b_high
        from latest as a
        inner join
            latest as b
            on b.value_key = a.value_key
            and b.source_id < a.source_id
            and {{ equal("b", "a", series_key_columns()) }}
        where {{ no_revision("a", "b", ref("stg_revision")) }}

        union all

        select
            'parts',
            cast(w.whole_series as string),
            w.source_id,
            s.source_id,
            w.time_period,
            w.period_start,
            w.observation_id,
            w.place,
            w.printed_value,
            w.printed_unit,
            w.value_low,
            w.value_high,
            null,
            cast(s.whole_key as string),
            s.sum_low,
            s.sum_high
        from wholes as w
        inner join sums as s on s.pass = w.pass and s.whole_key = w.whole_key and s.source_id <> w.source_id
        where {{ no_revision("w", "s", ref("stg_revision")) }}
    ),

    stepped as (
        select
            p.*,
            lag(time_period) over earlier as previous_time_period,
            lag(a_id) over earlier as previous_id,
            lag(a_low) over earlier as previous_a_low,
            lag(a_high) over earlier as previous_a_high,
            lag(b_low) over earlier as previous_b_low,
            lag(b_high) over earlier as previous_b_high
        from pairs as p
        window earlier as (partition by kind, series, a_source, b_source order by period_start, a_id)
    ),

    growth as (
        select
            s.*,
            cast(a_low as double) / nullif(cast(previous_a_high as double), 0) as a_growth_low,
            cast(a_high as double) / nullif(cast(previous_a_low as double), 0) as a_growth_high,
            cast(b_low as double) / nullif(cast(previous_b_high as double), 0) as b_growth_low,
            cast(b_high as double) / nullif(cast(previous_b_low as double), 0) as b_growth_high
        from stepped as s
        where previous_time_period <> time_period and previous_a_low > 0 and previous_b_low > 0
    ),

    found as (
        select
            'rollup.between_sources' as rule_id,
            a_id,
            b_id,
            b_key,
            b_source,
            cast(null as string) as previous_id,
            concat(
                a_place,
                ': prints ',
                printed_value,
                {{ after(" ", "printed_unit") }},
                '; the parts of ',
                b_source,
                ' add up to ',
                {{ rounded("b_low") }},
                ' to ',
                {{ rounded("b_high") }},
                ', ',
                cast(
                    cast(
                        100
                        * (cast(b_low + b_high as double) / nullif(cast(a_low + a_high as double), 0) - 1) as decimal(
                            24, 1
                        )
                    ) as string
                ),
                ' % from it'
            ) as message
        from pairs
        where kind = 'parts' and (a_low > b_high or a_high < b_low)

        union all

        select
            'growth.between_sources',
            a_id,
            b_id,
            b_key,
            b_source,
            previous_id,
            concat(
                a_place,
                ': moves by ',
                cast(cast(50 * (a_growth_low + a_growth_high) - 100 as decimal(24, 1)) as string),
                ' % since ',
                previous_time_period,
                ', in ',
                b_source,
                ' by ',
                cast(cast(50 * (b_growth_low + b_growth_high) - 100 as decimal(24, 1)) as string),
                ' %'
            )
        from growth
        where a_growth_low > b_growth_high or a_growth_high < b_growth_low
    ),

    -- Without what is missing of it already more than the whole.
    exceeding as (
        select
            x.whole_id,
            x.part_id,
            concat(
                w.place,
                ': prints ',
                w.printed_value,
                {{ after(" ", "w.printed_unit") }},
                '; of its parts those that are published beside it, in ',
                x.source_ids,
                ', add up to ',
                {{ rounded("x.sum_low") }},
                ' at least: more than the whole'
            ) as message
        from {{ ref("int_part__exceeding") }} as x
        inner join wholes as w on w.observation_id = x.whole_id
    ),

    findings as (
        select
            'rollup.between_sources' as rule_id,
            'decided' as pass,
            concat(whole_id, '|*') as anchor_id,
            message,
            whole_id as a_id,
            cast(null as string) as previous_id,
            part_id as b_id
        from exceeding

        union all

        select
            f.rule_id,
            'decided' as pass,
            concat(f.a_id, '|', f.b_source) as anchor_id,
            f.message,
            f.a_id,
            f.previous_id,
            coalesce(f.b_id, p.observation_id) as b_id
        from found as f
        left join
            {{ ref("int_part__figure") }} as p
            on cast(p.whole_key as string) = f.b_key
            and p.source_id = f.b_source
            and p.side = 'part'
            and p.pass = 'decided'
    )

    {{ by_role("findings", {"stated": "a_id", "also_stated": "b_id", "base": "previous_id"}) }}
