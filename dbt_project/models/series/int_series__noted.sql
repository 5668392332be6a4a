{#-
    Of two sources that state one thing otherwise each is told what the other states; of the rest, what the rule says.
-#}
{%- set otherwise = {"title": "t.title_{}", "value": with_unit(readable("r.obs_value"), "u")} -%}
with
    noted as (
        select f.finding_id, f.rule_id, f.observation_id, f.role, r.told_of, r.says_en, r.says_zh
        from {{ ref("int_finding__standing") }} as f
        inner join {{ ref("stg_rule") }} as r on r.rule_id = f.rule_id
        where f.standing = 'noted' and f.pass <> 'printed'
    ),

    titles as (select source_id, title as title_en, coalesce(title_zh, title) as title_zh from {{ ref("stg_source") }}),

    shown as (
        select o.observation_id
        from {{ ref("observation") }} as o
        left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
        where o.is_usable and coalesce(x.is_chosen, true)
    )

select
    n.observation_id,
    16 as place,
    'noted_by_rule' as reason,
    n.rule_id as stated_by,
    {%- for language in ["en", "zh"] %}
        {{ sentence(language, "noted_by_rule", {"rule": "n.rule_id", "says": "n.says_{}"}) }}
        as caveat_{{ language }}{{ ',' if not loop.last }}
    {%- endfor %}
from
    (
        select distinct observation_id, rule_id, says_en, says_zh
        from noted
        where concat(' ', told_of, ' ') like concat('% ', role, ' %')
    ) as n
inner join shown as s on s.observation_id = n.observation_id
cross join ({{ sentences(ref("stg_caveat"), ["noted_by_rule"]) }}) as told

union all

select distinct
    a.observation_id,
    12,
    'other_source_states',
    r.observation_id,
    {{ sentence("en", "other_source_states", otherwise) }},
    {{ sentence("zh", "other_source_states", otherwise) }}
from noted as a
inner join noted as b on b.finding_id = a.finding_id and b.observation_id <> a.observation_id
inner join shown as s on s.observation_id = a.observation_id
inner join {{ ref("observation") }} as r on r.observation_id = b.observation_id
inner join {{ ref("stg_unit") }} as u on u.unit_measure = r.unit_measure
inner join titles as t on t.source_id = r.source_id
cross join ({{ sentences(ref("stg_caveat"), ["other_source_states"]) }}) as told
where a.rule_id = 'restatement.between_sources' and r.obs_value is not null
