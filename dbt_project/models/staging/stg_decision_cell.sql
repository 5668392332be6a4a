-- One row a decision and a cell that it covers.
select
    concat(c.source_id, ':', c.decision_id) as decision_id,
    concat(c.source_id, ':', c.table_id, ':r', cast(c.row_no as varchar), ':c', cast(c.column_no as varchar)) as observation_id,
    c.source_id,
    c.expected_value,
    c.is_covered,
    d.outcome,
    d.field,
    d.new_value,
    d.caveat_en,
    d.caveat_zh
from {{ source('raw', 'decision_cell') }} as c
inner join {{ ref('stg_decision') }} as d on d.decision_id = concat(c.source_id, ':', c.decision_id)
