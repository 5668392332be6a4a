-- One row a claim, a place that it looks at, and a figure that is computed there, or a name of a list that is counted.
select concat(source_id, ':', claim_id) as claim_id, role, side, place_no, place, observation_id, listed
from {{ source('raw', 'claim_operand') }}
