-- A printed unit against the unit that its indicator is measured in.
select
    case when quantity = natural_quantity and months is null then 'unit.time_denominator' else 'unit.quantity' end as rule_id,
    e.in_pass as pass,
    observation_id as anchor_id,
    case when quantity = natural_quantity then 'warning' else 'error' end as severity,
    concat({{ place('o') }}, ': printed in ', coalesce(o.printed_unit, 'no unit'), ', that is ', o.unit_measure,
        '; ', o.indicator, ' is measured in ', o.natural_unit) as message,
    'result' as role,
    observation_id
from {{ ref('observation_pass') }} as o
inner join {{ passes() }} as e on e.stands_as = o.pass
where is_usable and unit_measure <> natural_unit
