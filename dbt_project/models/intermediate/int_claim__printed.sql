{#-
    One row a claim whose result is printed: the number as the page prints it, in the unit as decided. A unit that
    is mislabelled is so for the result and for what it follows from; a number that a decision corrects is what the
    source states.
-#}
{%- set columns = {'obs_value': 'printed_value', 'value_low': 'printed_low', 'value_high': 'printed_high', 'truncated_low': 'truncated_low', 'truncated_high': 'truncated_high'} %}
with results as (
    select
        c.claim_id, c.expected_value, {{ place('d') }} as place, d.observation_id, d.printed_value as printed_text, d.printed_unit, d.qualifier, d.unit_measure, d.unit_mult,
        {%- for column, name in columns.items() %}
        case when p.observation_id is null then d.{{ column }} else {{ multiply('p.' ~ column, power_of_ten('d.unit_mult - p.unit_mult')) }} end as {{ name }},
        {%- endfor %}
        k.caveat_en, k.caveat_zh
    from {{ ref('stg_claim') }} as c
    inner join {{ ref('observation_pass') }} as d on d.observation_id = c.result_id and d.pass <> 'printed'
    left join {{ ref('observation_pass') }} as p on p.observation_id = c.result_id and p.pass = 'printed'
    left join {{ ref('int_caveat__by_observation') }} as k on k.observation_id = c.result_id
)

select
    *,
    concat_ws(' ', printed_text, printed_unit) as printed_result,
    -- The text may give the direction in words: it prints no minus then.
    coalesce(printed_high, printed_low) < 0 and printed_text not like '-%' as is_fall,
    case when right(printed_text, 1) = '%' then '%' when printed_unit is null then '' else concat(' ', printed_unit) end as unit_shown
from results
