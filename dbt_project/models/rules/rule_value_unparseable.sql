select
    'value.unparseable' as rule_id,
    e.in_pass as pass,
    observation_id as anchor_id,
    concat({{ place("o") }}, ': reads ', o.printed_value, ', which is no number') as message,
    'result' as role,
    observation_id
from {{ ref("observation_pass") }} as o
inner join {{ passes() }} as e on e.row_pass = o.pass
where is_unparseable and not o.is_quarantined
