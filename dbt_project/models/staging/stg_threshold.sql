select rule_id, name, cast(value as decimal(18, 4)) as value, unit, reason_en, reason_zh
from {{ source("rule", "threshold") }}
