-- One row a relation result = numerator / denominator between indicators.
select relation_id, rule_id, result, numerator, denominator, reason_en
from {{ source('relation', 'quotient') }}
