-- One row a printed figure that written decisions judge: what they change.
select
    observation_id,
    max(case when field = 'printed_unit' then new_value end) as new_printed_unit,
    max(case when field = 'printed_value' then new_value end) as new_numeral,
    max(case when field = 'obs_status' then new_value end) as new_obs_status,
    {%- for dimension in decidable_dimensions() %}
    max(case when field = '{{ dimension }}' then new_value end) as new_{{ dimension }},
    {%- endfor %}
    max(case when outcome = 'quarantined' then 1 else 0 end) = 1 as is_quarantined
from {{ ref('stg_decision_cell') }}
where is_covered
group by observation_id
