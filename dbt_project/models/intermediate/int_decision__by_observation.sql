-- One row a printed figure that decisions judge: what they change, and what readers are told.
select
    observation_id,
    max(case when field = 'printed_unit' then new_value end) as new_printed_unit,
    max(case when field = 'printed_value' then new_value end) as new_numeral,
    max(case when field = 'obs_status' then new_value end) as new_obs_status,
    {%- for dimension in decidable_dimensions() %}
    max(case when field = '{{ dimension }}' then new_value end) as new_{{ dimension }},
    {%- endfor %}
    max(case when outcome = 'quarantined' then 1 else 0 end) = 1 as is_quarantined,
    string_agg(caveat_en, ' ' order by decision_id) as caveat_en,
    string_agg(caveat_zh, '' order by decision_id) as caveat_zh
from {{ ref('stg_decision_cell') }}
where is_covered
group by observation_id
