{#-
    A total in another scope than its parts is held against those that its scope does not leave out (left_out_in of
    seeds/relations/part.csv), which are stated in no scope of their own.
-#}
with
    parts as (
        select indicator, dimension, whole, part, '_Z' as scope
        from {{ ref("stg_part") }}
        union all
        select p.indicator, p.dimension, p.whole, p.part, s.left_out_in
        from {{ ref("stg_part") }} as p
        inner join
            (
                select distinct indicator, dimension, whole, left_out_in
                from {{ ref("stg_part") }}
                where left_out_in is not null
            ) as s
            on {{ equal("s", "p", ["indicator", "dimension", "whole"]) }}
        where p.left_out_in is null or p.left_out_in <> s.left_out_in
    ),

    wanted as (
        select indicator, dimension, whole, scope, count(*) as parts
        from parts
        group by indicator, dimension, whole, scope
    ),

    in_scope as (
        select
            l.observation_id,
            l.source_id,
            l.freq,
            l.time_period,
            l.time_basis,
            l.indicator as adds_up_as,
            w.dimension,
            w.whole,
            w.scope as in_scope,
            {%- for column in context_columns() %}
                {{ "'_Z'" if column == "scope" else "l." ~ column }} as {{ column }},
            {%- endfor %}
            l.value_low,
            l.value_high
        from {{ ref("int_level__related") }} as l
        inner join
            wanted as w
            on w.indicator = l.indicator
            and w.scope = l.scope
            and w.scope <> '_Z'
            and w.whole = {{ code_in("l", "w.dimension") }}
        where l.pass <> 'printed'
    ),

    wholes as (
        select observation_id, source_id, whole_key, adds_up_as, dimension, whole, '_Z' as scope, value_low, value_high
        from {{ ref("int_part__figure") }}
        where side = 'whole' and pass = 'decided'

        union all

        select
            n.observation_id,
            n.source_id,
            {{
                wide_hash(
                    "concat_ws('|', n.freq, n.time_period, n.time_basis, n.adds_up_as, n.dimension, n.whole"
                    ~ whole_context("n", "n")
                    ~ ")"
                )
            }},
            n.adds_up_as,
            n.dimension,
            n.whole,
            n.in_scope,
            n.value_low,
            n.value_high
        from in_scope as n
    ),

    -- What a series shows it with, but for its breaks.
    doubtful as (
        select
            o.observation_id,
            case
                when o.obs_status in ('U', 'D') then o.obs_status when w.is_restated then 'D' else 'U'
            end as obs_status
        from {{ ref("observation") }} as o
        left join {{ ref("int_series__contradicted") }} as w on w.observation_id = o.observation_id
        where
            o.is_usable
            and (o.obs_status in ('U', 'D') or (o.obs_status in ('A', 'P') and w.observation_id is not null))
    ),

    with_doubtful as (
        select distinct p.whole_key, p.source_id
        from {{ ref("int_part__figure") }} as p
        inner join doubtful as d on d.observation_id = p.observation_id
        where p.pass = 'decided' and p.side = 'part'
    )

select
    w.observation_id,
    w.dimension,
    max(d.obs_status) as obs_status,
    {%- for language, mark in {"en": ", ", "zh": "、"}.items() %}
        {{ joined("case when d.obs_status is not null then lower(n.name_" ~ language ~ ") end", mark, ["p.code"]) }}
        as parts_{{ language }}{{ ',' if not loop.last }}
    {%- endfor %}
from wholes as w
inner join with_doubtful as b on {{ equal("b", "w", ["whole_key", "source_id"]) }}
inner join wanted as a on a.indicator = w.adds_up_as and {{ equal("a", "w", ["dimension", "whole", "scope"]) }}
inner join
    {{ ref("int_part__figure") }} as p
    on {{ equal("p", "w", ["whole_key", "source_id", "adds_up_as", "dimension", "whole"]) }}
    and p.pass = 'decided'
    and p.side = 'part'
inner join
    parts as s
    on s.indicator = p.adds_up_as
    and s.part = p.code
    and {{ equal("s", "w", ["dimension", "whole", "scope"]) }}
left join doubtful as d on d.observation_id = p.observation_id
inner join {{ ref("int_code__named") }} as n on n.codelist = p.dimension and n.code = p.code
group by w.observation_id, w.dimension, w.scope, a.parts, w.value_low, w.value_high
having
    count(*) = a.parts
    and count(distinct p.code) = a.parts
    and sum(p.value_low) <= w.value_high
    and sum(p.value_high) >= w.value_low
    and max(d.obs_status) is not null
