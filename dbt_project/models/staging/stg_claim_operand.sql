-- One row a claim, a place that it looks at, and a figure that is computed there.
select concat(source_id, ':', claim_id) as claim_id, role, side, place_no, place, observation_id
from {{ source('raw', 'claim_operand') }}
