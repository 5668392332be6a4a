{#-
    result = numerator / denominator fails at the units at their word, and holds if the numerator is
    multiplied by a power of ten: the multiplier that the figures imply is not the one printed.
-#}
with powers as (
    {%- for k in range(-9, 10) if k != 0 %}
    select {{ k }} as shift, {{ power_of_ten(k) }} as factor {{ 'union all' if not loop.last }}
    {%- endfor %}
),

implied as (
    select q.*, p.shift
    from {{ ref('int_quotient__doubtful') }} as q
    inner join powers as p
        on {{ multiply('q.value_low', 'q.denominator_low') }} <= {{ multiply('q.numerator_high', 'p.factor') }}
        and {{ multiply('q.value_high', 'q.denominator_high') }} >= {{ multiply('q.numerator_low', 'p.factor') }}
    where q.indicator_measure = 'level'
        and ({{ multiply('q.value_low', 'q.denominator_low') }} > q.numerator_high or {{ multiply('q.value_high', 'q.denominator_high') }} < q.numerator_low)
)

select distinct
    'unit.implied_multiplier' as rule_id,
    e.in_pass as pass,
    concat(i.numerator_id, '|10^', cast(i.numerator_unit_mult + i.shift as varchar)) as anchor_id,
    'warning' as severity,
    concat(i.numerator_place, ': printed as ', coalesce(i.numerator_printed_unit, 'no unit'), ', a multiplier of 10^', cast(i.numerator_unit_mult as varchar),
        '; with the figures beside it the multiplier is 10^', cast(i.numerator_unit_mult + i.shift as varchar)) as message,
    roles.role,
    case roles.role when 'numerator' then i.numerator_id when 'result' then i.observation_id else i.denominator_id end as observation_id
from implied as i
inner join {{ passes() }} as e on e.stands_as = i.pass
cross join (select 'numerator' as role union all select 'result' union all select 'denominator') as roles
