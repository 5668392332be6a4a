with
    failed as (
        select
            w.pass,
            w.observation_id,
            w.source_id,
            w.whole_key,
            w.dimension,
            w.place,
            w.printed_value,
            w.printed_unit,
            w.value_low,
            w.value_high,
            s.sum_low,
            s.sum_high
        from {{ ref("int_part__figure") }} as w
        inner join
            {{ ref("int_part__sum") }} as s
            on s.pass = w.pass
            and s.source_id = w.source_id
            and s.whole_key = w.whole_key
        where w.side = 'whole' and s.side = 'part' and (w.value_low > s.sum_high or w.value_high < s.sum_low)
    ),

    parts as (
        select
            f.*,
            p.code,
            p.observation_id as part_id,
            f.value_low <= f.sum_high - p.value_high and f.value_high >= f.sum_low - p.value_low as fits_without
        from failed as f
        inner join
            {{ ref("int_part__figure") }} as p
            on p.pass = f.pass
            and p.source_id = f.source_id
            and p.whole_key = f.whole_key
            and p.side = 'part'
    ),

    findings as (
        select
            'identity.sum' as rule_id,
            pass,
            concat(observation_id, '|', dimension) as anchor_id,
            concat(
                place,
                ': prints ',
                printed_value,
                {{ after(" ", "printed_unit") }},
                ', that is ',
                {{ shown("value_low") }},
                ' to ',
                {{ shown("value_high") }},
                '; its parts add up to ',
                {{ shown("sum_low") }},
                ' to ',
                {{ shown("sum_high") }},
                {{
                    after(
                        "; they would without ",
                        "min(case when fits_without then code end) over (partition by pass, observation_id, dimension)",
                    )
                }}
            ) as message,
            observation_id as whole_id,
            part_id
        from parts
    )

    {{ by_role("findings", {"whole": "whole_id", "part": "part_id"}) }}
