-- One row a condition under which a finding of a rule is more or less grave.
select rule_id, condition, severity, reason_en, reason_zh
from {{ source('rule', 'condition') }}
