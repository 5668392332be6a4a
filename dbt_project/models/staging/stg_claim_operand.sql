select concat(source_id, ':', claim_id) as claim_id, role, side, place_no, place, observation_id, listed
from {{ source("raw", "claim_operand") }}
