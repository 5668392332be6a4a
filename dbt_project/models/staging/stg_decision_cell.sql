select
    concat(c.source_id, ':', c.decision_id) as decision_id,
    c.observation_id,
    c.expected_value,
    c.is_covered,
    d.outcome,
    d.field,
    d.new_value,
    d.caveat_en,
    d.caveat_zh
from {{ source("raw", "decision_cell") }} as c
inner join {{ source("raw", "decision") }} as d on d.source_id = c.source_id and d.decision_id = c.decision_id
