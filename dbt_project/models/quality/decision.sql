select
    decision_id, source_id, outcome, field, new_value, evidence, caveat_en, caveat_zh, confidence, decided_by,
    decided_on, rules
from {{ ref('int_decision') }}
