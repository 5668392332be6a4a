select decision_id, observation_id, expected_value, is_covered
from {{ ref('stg_decision_cell') }}
