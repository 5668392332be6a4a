{#- A change is one between what is counted alike: of a month, or since January. -#}
{%- set changed = "select ref_area from " ~ ref("int_area__near") ~ " where about = 'change'" %}
with
    of_rule as (select {{ thresholds("identity.change", ["restated_share_most"]) }} from {{ ref("stg_threshold") }}),

    triples as (
        select
            {{ pass_of(["r", "e", "b"]) }} as pass,
            r.observation_id,
            e.observation_id as end_id,
            b.observation_id as base_id,
            {{ place("r") }} as place,
            r.printed_value,
            b.value_low as base_low,
            b.value_high as base_high,
            e.value_low - r.value_high as implied_low,
            e.value_high - r.value_low as implied_high,
            {{ may_be_restated("b", "r", ref("stg_source")) }} as may_be_restated,
            e.value_low - b.value_high as computed_low,
            e.value_high - b.value_low as computed_high,
            coalesce(r.value_low <= e.value_high - b.value_low, true)
            and coalesce(r.value_high >= e.value_low - b.value_high, true) as agrees
        from {{ ref("observation_pass") }} as r
        inner join
            {{ levels(ref("observation_pass"), ref("int_level__part"), changed) }} as e
            on e.level_key = {{ level_key("r") }}
            and {{ in_one_pass("e", "r") }}
            and coalesce(e.time_basis = r.time_basis, true)
        inner join
            {{ levels(ref("observation_pass"), ref("int_level__part"), changed) }} as b
            on b.level_key = {{ level_key("r", time="base_period") }}
            and {{ in_one_pass("b", "r") }}
            and {{ in_one_pass("b", "e") }}
            and coalesce(b.time_basis = r.time_basis, true)
        where r.measure = 'change' and {{ is_comparable("r") }}
    ),

    failed as (
        select
            judged.*,
            min(
                case when may_be_restated and {{ is_near("base", "implied", "restated_share_most") }} then 1 else 0 end
            ) over (partition by in_pass, observation_id)
            = 1 as is_restated
        from
            (
                select
                    t.*,
                    p.in_pass,
                    max(case when t.agrees then 1 else 0 end) over (
                        partition by p.in_pass, t.observation_id
                    ) as any_agrees
                from triples as t
                inner join {{ passes() }} as p on p.row_pass = t.pass
            ) as judged
        cross join of_rule
        where not agrees and (in_pass = 'decided' or any_agrees = 0)
    )

select distinct
    'identity.change' as rule_id,
    f.in_pass as pass,
    f.observation_id as anchor_id,
    case when f.is_restated then 'restated' end as condition,
    concat(
        f.place,
        ': prints ',
        f.printed_value,
        '; the levels differ by ',
        min({{ shown("f.computed_low") }}) over (partition by f.in_pass, f.observation_id),
        ' to ',
        max({{ shown("f.computed_high") }}) over (partition by f.in_pass, f.observation_id),
        case
            when f.is_restated
            then
                concat(
                    '; that is a base restated to ',
                    min({{ shown("f.implied_low") }}) over (partition by f.in_pass, f.observation_id),
                    ' to ',
                    max({{ shown("f.implied_high") }}) over (partition by f.in_pass, f.observation_id)
                )
            else ''
        end
    ) as message,
    roles.role,
    case roles.role when 'result' then f.observation_id when 'end' then f.end_id else f.base_id end as observation_id
from failed as f
cross join
    (
        select 'result' as role
        union all
        select 'end'
        union all
        select 'base'
    ) as roles
