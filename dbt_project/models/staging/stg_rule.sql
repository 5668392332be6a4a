select rule_id, severity, model, roles, told_of, says_en, says_zh from {{ source("rule", "rule") }}
