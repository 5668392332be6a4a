select claim_id, role, place, observation_id
from {{ ref("int_claim__figure") }}

union all

select claim_id, 'result', '_Z', observation_id
from {{ ref("int_claim__printed") }}
