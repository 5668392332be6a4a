{#-
    result = numerator / denominator fails at the units at their word, and holds if the numerator is
    multiplied by a power of ten: the multiplier that the figures imply is not the one printed.
-#}
with usable as (
    select * from {{ ref('observation_pass') }} where is_usable and unit_measure = natural_unit and measure = 'level'
),

powers as (
    {%- for k in range(-9, 10) if k != 0 %}
    select {{ k }} as shift, {{ power_of_ten(k) }} as factor {{ 'union all' if not loop.last }}
    {%- endfor %}
),

implied as (
    select
        r.pass, n.observation_id as anchor_id, r.observation_id as result_id, d.observation_id as denominator_id,
        p.shift, n.unit_mult, n.printed_unit
    from usable as r
    inner join {{ ref('stg_quotient') }} as q on q.result = r.indicator
    inner join usable as n on n.indicator = q.numerator and n.pass = r.pass and n.source_id = r.source_id
        and n.freq = r.freq and n.time_period = r.time_period and {{ equal('n', 'r', context_columns()) }}
    inner join usable as d on d.indicator = q.denominator and d.pass = r.pass and d.source_id = r.source_id
        and d.freq = r.freq and d.time_period = r.time_period and {{ equal('d', 'r', context_columns()) }}
    inner join powers as p
        on {{ multiply('r.value_low', 'd.value_low') }} <= {{ multiply('n.value_high', 'p.factor') }}
        and {{ multiply('r.value_high', 'd.value_high') }} >= {{ multiply('n.value_low', 'p.factor') }}
    where {{ multiply('r.value_low', 'd.value_low') }} > n.value_high or {{ multiply('r.value_high', 'd.value_high') }} < n.value_low
)

select distinct
    'unit.implied_multiplier' as rule_id,
    i.pass,
    concat(i.anchor_id, '|10^', cast(i.unit_mult + i.shift as varchar)) as anchor_id,
    'warning' as severity,
    concat({{ place('n') }}, ': printed as ', coalesce(i.printed_unit, 'no unit'), ', a multiplier of 10^', cast(i.unit_mult as varchar),
        '; with the figures beside it the multiplier is 10^', cast(i.unit_mult + i.shift as varchar)) as message,
    roles.role,
    case roles.role when 'numerator' then i.anchor_id when 'result' then i.result_id else i.denominator_id end as observation_id
from implied as i
inner join {{ ref('observation_pass') }} as n on n.observation_id = i.anchor_id and n.pass = i.pass
cross join (select 'numerator' as role union all select 'result' union all select 'denominator') as roles
