-- A printed change against the two levels that it lies between. As printed it must agree with one pair, as decided with all.
with usable as (
    select * from {{ ref('observation_pass') }} where is_usable and unit_measure = natural_unit
),

levels as (
    select *, {{ level_key('u') }} as level_key
    from usable as u
    where measure = 'level'
),

triples as (
    select
        r.pass, r.observation_id, e.observation_id as end_id, b.observation_id as base_id,
        e.obs_value - b.obs_value as computed,
        coalesce(r.value_low <= e.value_high - b.value_low, true) and coalesce(r.value_high >= e.value_low - b.value_high, true) as agrees
    from usable as r
    inner join levels as e on e.level_key = {{ level_key('r') }}
    inner join levels as b on b.level_key = {{ level_key('r', time='base_period') }}
    where r.measure = 'change'
),

failed as (
    select *
    from (
        select
            *,
            max(case when agrees then 1 else 0 end) over (partition by pass, observation_id) as any_agrees
        from triples
    ) as judged
    where not agrees and (pass = 'decided' or any_agrees = 0)
)

select distinct
    'identity.change' as rule_id,
    f.pass,
    f.observation_id as anchor_id,
    'error' as severity,
    concat({{ place('r') }}, ': prints ', r.printed_value, '; the levels differ by ',
        min({{ shown('f.computed') }}) over (partition by f.pass, f.observation_id)) as message,
    roles.role,
    case roles.role when 'result' then f.observation_id when 'end' then f.end_id else f.base_id end as observation_id
from failed as f
inner join {{ ref('observation_pass') }} as r on r.observation_id = f.observation_id and r.pass = f.pass
cross join (select 'result' as role union all select 'end' union all select 'base') as roles
