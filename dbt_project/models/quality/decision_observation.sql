select decision_id, observation_id, expected_value, is_covered from {{ ref("int_decision_cell") }}
