select rule_id, condition, severity, reason_en, reason_zh from {{ source("rule", "condition") }}
