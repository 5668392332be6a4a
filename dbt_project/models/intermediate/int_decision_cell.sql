-- One row a decision, written or generated, and a figure that it covers or rests on.
select decision_id, observation_id, expected_value, is_covered, outcome, caveat_en, caveat_zh
from {{ ref('stg_decision_cell') }}

union all

select c.decision_id, c.observation_id, c.printed_value, true, d.outcome, d.caveat_en, d.caveat_zh
from {{ ref('int_decision_cell__generated') }} as c
inner join {{ ref('int_decision') }} as d on d.decision_id = c.decision_id
