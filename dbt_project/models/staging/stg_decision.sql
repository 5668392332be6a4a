select
    concat(source_id, ':', decision_id) as decision_id,
    source_id,
    outcome,
    field,
    new_value,
    doubted_field,
    evidence,
    caveat_en,
    caveat_zh,
    confidence,
    decided_by,
    cast(decided_on as date) as decided_on
from {{ source("raw", "decision") }}
