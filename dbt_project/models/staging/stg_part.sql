-- One row a scheme that is part of another, for an indicator that adds up.
select relation_id, indicator, whole, part, reason_en
from {{ source('relation', 'part') }}
