with
    missing as (
        select
            e.in_pass as pass,
            o.observation_id,
            o.source_id,
            o.printed_value,
            o.is_missing,
            o.indicator,
            o.freq,
            o.time_period,
            o.time_basis,
            {{ prefixed("o", context_columns()) }},
            {{ place("o") }} as place,
            {{ level_key("o") }} as level_key
        from {{ ref("observation_pass") }} as o
        inner join {{ passes() }} as e on e.row_pass = o.pass
        where not o.is_usable and o.measure = 'level'
    ),

    keyed as (
        select
            m.pass,
            m.observation_id,
            m.source_id,
            m.place,
            m.printed_value,
            m.is_missing,
            s.side,
            s.code,
            {{
                wide_hash(
                    "concat_ws('|', m.freq, m.time_period, m.time_basis, m.indicator, s.dimension, s.whole"
                    ~ whole_context("m", "s")
                    ~ ")"
                )
            }} as whole_key
        from missing as m
        inner join
            (
                select distinct indicator, dimension, whole, 'whole' as side, whole as code
                from {{ ref("stg_part") }}
                union all
                select indicator, dimension, whole, 'part', part
                from {{ ref("stg_part") }}
            ) as s
            on s.indicator = m.indicator
            and s.code = {{ code_in("m", "s.dimension") }}
    ),

    others as (
        select
            k.pass,
            k.observation_id,
            k.whole_key,
            w.observation_id as whole_id,
            w.value_low,
            w.value_high,
            p.observation_id as part_id,
            p.value_low as part_low,
            p.value_high as part_high,
            w.adds_up_as,
            w.dimension,
            w.whole
        from keyed as k
        inner join
            {{ ref("int_part__figure") }} as w
            on w.pass = k.pass
            and w.source_id = k.source_id
            and w.whole_key = k.whole_key
            and w.side = 'whole'
        inner join
            {{ ref("int_part__figure") }} as p
            on p.pass = k.pass
            and p.source_id = k.source_id
            and p.whole_key = k.whole_key
            and p.side = 'part'
            and p.code <> k.code
        where k.side = 'part'
    ),

    rest as (
        select
            o.pass,
            o.observation_id,
            o.whole_key,
            min(o.value_low) - sum(o.part_high) as given_low,
            max(o.value_high) - sum(o.part_low) as given_high
        from others as o
        inner join
            (
                select indicator, dimension, whole, count(*) as parts
                from {{ ref("stg_part") }}
                group by indicator, dimension, whole
            ) as d
            on d.indicator = o.adds_up_as
            and d.dimension = o.dimension
            and d.whole = o.whole
        group by o.pass, o.observation_id, o.whole_key, o.adds_up_as, o.dimension, o.whole
        having count(distinct o.whole_id) = 1 and count(*) + 1 = min(d.parts)
    ),

    {%- set near = "select ref_area from " ~ ref("int_area__near") ~ " where about = 'missing'" %}

    results as (
        select
            r.*,
            {{ level_key("r", indicator="q.numerator") }} as numerator_key,
            {{ level_key("r", indicator="q.denominator") }} as denominator_key,
            q.rule_id
        from {{ ref("observation_pass") }} as r
        inner join {{ ref("stg_quotient") }} as q on q.result = r.indicator
        where r.measure = 'level' and r.ref_area in (select ref_area from missing)
    ),

    quotients as (
        select
            m.pass,
            m.observation_id,
            n.observation_id as first_id,
            d.observation_id as second_id,
            n.value_low / nullif(cast(d.value_high as double), 0) as given_low,
            n.value_high / nullif(cast(d.value_low as double), 0) as given_high
        from missing as m
        inner join results as r on r.observation_id = m.observation_id and (r.pass = m.pass or r.pass = 'both')
        inner join
            {{ levels(ref("observation_pass"), ref("int_level__part"), near) }} as n
            on n.level_key = r.numerator_key
            and n.pass in (m.pass, 'both')
        inner join
            {{ levels(ref("observation_pass"), ref("int_level__part"), near) }} as d
            on d.level_key = r.denominator_key
            and d.pass in (m.pass, 'both')

        union all

        select
            m.pass,
            m.observation_id,
            r.observation_id,
            d.observation_id,
            cast(r.value_low as double) * cast(d.value_low as double),
            cast(r.value_high as double) * cast(d.value_high as double)
        from missing as m
        inner join
            results as r on r.numerator_key = m.level_key and r.pass in (m.pass, 'both') and {{ is_comparable("r") }}
        inner join
            {{ levels(ref("observation_pass"), ref("int_level__part"), near) }} as d
            on d.level_key = r.denominator_key
            and d.pass in (m.pass, 'both')

        union all

        select
            m.pass,
            m.observation_id,
            r.observation_id,
            n.observation_id,
            cast(n.value_low as double) / nullif(cast(r.value_high as double), 0),
            cast(n.value_high as double) / nullif(cast(r.value_low as double), 0)
        from missing as m
        inner join
            results as r on r.denominator_key = m.level_key and r.pass in (m.pass, 'both') and {{ is_comparable("r") }}
        inner join
            {{ levels(ref("observation_pass"), ref("int_level__part"), near) }} as n
            on n.level_key = r.numerator_key
            and n.pass in (m.pass, 'both')
    ),

    given as (
        select
            k.pass,
            k.observation_id,
            p.observation_id as given_by,
            cast(s.sum_low as double) as given_low,
            cast(s.sum_high as double) as given_high
        from keyed as k
        inner join
            {{ ref("int_part__sum") }} as s
            on s.pass = k.pass
            and s.source_id = k.source_id
            and s.whole_key = k.whole_key
            and s.side = 'part'
        inner join
            {{ ref("int_part__figure") }} as p
            on p.pass = k.pass
            and p.source_id = k.source_id
            and p.whole_key = k.whole_key
            and p.side = 'part'
        where k.side = 'whole'
        union all
        select r.pass, r.observation_id, o.part_id, cast(r.given_low as double), cast(r.given_high as double)
        from rest as r
        inner join others as o on o.pass = r.pass and o.observation_id = r.observation_id and o.whole_key = r.whole_key
        union all
        select pass, observation_id, first_id, given_low, given_high
        from quotients
        union all
        select pass, observation_id, second_id, given_low, given_high
        from quotients
    ),

    findings as (
        select
            'missing.determined' as rule_id,
            g.pass,
            g.observation_id as anchor_id,
            concat(
                m.place,
                ': ',
                case when m.is_missing then 'prints no figure' else 'is withheld' end,
                '; the rest of the source gives ',
                min({{ rounded("g.given_low") }}) over (partition by g.pass, g.observation_id),
                ' to ',
                max({{ rounded("g.given_high") }}) over (partition by g.pass, g.observation_id)
            ) as message,
            g.observation_id as result_id,
            g.given_by
        from given as g
        inner join missing as m on m.pass = g.pass and m.observation_id = g.observation_id
        where g.given_low is not null and g.given_high is not null
    )

    {{ by_role("findings", {"result": "result_id", "given_by": "given_by"}) }}
