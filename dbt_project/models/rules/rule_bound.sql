-- One figure cannot exceed another: seeds/relations/bound.csv, per unit of time.
with usable as (
    select *, coalesce(months, 1) as per_months
    from {{ ref('observation_pass') }}
    where is_usable and unit_measure = natural_unit and measure = 'level'
)

select distinct
    'bound.exceeded' as rule_id,
    l.pass,
    concat(l.observation_id, '|', u.observation_id) as anchor_id,
    'warning' as severity,
    concat({{ place('l') }}, ': prints ', l.printed_value, ', more than ', u.printed_value, ' at ', {{ place('u') }}, ': ', b.reason_en) as message,
    roles.role,
    case roles.role when 'lower' then l.observation_id else u.observation_id end as observation_id
from usable as l
inner join {{ ref('stg_bound') }} as b on b.lower = l.indicator
inner join usable as u on u.indicator = b.upper and u.pass = l.pass and u.source_id = l.source_id
    and u.freq = l.freq and u.time_period = l.time_period and {{ equal('u', 'l', context_columns()) }}
cross join (select 'lower' as role union all select 'upper') as roles
where {{ multiply('l.value_low', 'u.per_months') }} > {{ multiply('u.value_high', 'l.per_months') }}
