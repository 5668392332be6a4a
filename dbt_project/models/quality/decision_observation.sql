select decision_id, observation_id, expected_value
from {{ ref('stg_decision_cell') }}
