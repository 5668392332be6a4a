select relation_id, rule_id, result, numerator, denominator, reason_en from {{ source("relation", "quotient") }}
