{#-
    A doubt about a unit alone is none about a quotient, which has its own or none. A quick key that strangers may share
    narrows down which figures are looked at in full.
-#}
{%- set suspects = "select observation_id from suspects" %}
{%- set near = (
    "select ref_area from suspects union select ref_area from "
    ~ ref("int_area__near")
    ~ " where about = 'counterpart'"
) %}
with
    doubts as (
        select c.observation_id, c.new_value as obs_status, c.decision_id, c.caveat_en, c.caveat_zh
        from {{ ref("stg_decision_cell") }} as c
        inner join {{ ref("stg_decision") }} as d on d.decision_id = c.decision_id
        where
            c.is_covered
            and c.field = 'obs_status'
            and c.new_value in ('U', 'D')
            and coalesce(d.doubted_field, '') <> 'printed_unit'

        union

        select observation_id, 'U', decision_id, caveat_en, caveat_zh
        from {{ ref("int_figure__told") }}
        where doubts

        union

        select
            w.observation_id,
            case when w.is_restated then 'D' else 'U' end,
            '',
            cast(null as string),
            cast(null as string)
        from {{ ref("int_series__contradicted") }} as w
    ),

    doubtful as (
        select {{ level_key("o", quick=true) }} as level_key
        from {{ ref("observation_pass") }} as o
        where o.pass <> 'printed' and o.measure = 'level' and o.observation_id in (select observation_id from doubts)
    ),

    suspects as (
        select r.observation_id, r.ref_area
        from ({{ derived_figures(ref("observation_pass"), ref("stg_quotient"), quick=true) }}) as r
        where
            r.numerator_key in (select level_key from doubtful) or r.denominator_key in (select level_key from doubtful)
    ),

    parts as (
        select distinct
            r.observation_id, case when x.is_numerator then n.observation_id else d.observation_id end as part_id
        from
            ({{ derived_figures(ref("observation_pass"), ref("stg_quotient"), suspects) }}) as r
            {{ join_quotient_parts(levels(ref("observation_pass"), ref("int_level__part"), near)) }}
        cross join
            (
                select true as is_numerator
                union all
                select false
            ) as x
        where
            r.pass <> 'printed'
            and n.pass <> 'printed'
            and d.pass <> 'printed'
            and (
                {{ quotient_agrees("r.value", "n.value", "d.value") }}
                or {{ quotient_agrees("r.truncated", "n.value", "d.value") }}
            )
    )

select p.observation_id, p.part_id, f.obs_status, f.decision_id, f.caveat_en, f.caveat_zh
from parts as p
inner join doubts as f on f.observation_id = p.part_id
