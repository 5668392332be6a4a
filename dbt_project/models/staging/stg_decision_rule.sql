select concat(source_id, ':', decision_id) as decision_id, rule_id from {{ source("raw", "decision_rule") }}
