select rule_id, severity, model, roles, says_en, says_zh from {{ source("rule", "rule") }}
