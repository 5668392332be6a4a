{#-
    A unit that is mislabelled is so for the result and for what it follows from; a number that a decision corrects is
    what the source states.

    What is shown of a result has the unit that its value stands in: unit_shown is the text that gives unit_mult, and
    result_as_decided the printed digits with it; where the unit names another period than the value stands in,
    shown_months over value_months leads from the one to the other. A hedge says of a fall what its mirror says of the
    change.
-#}
{%- set columns = {
    "obs_value": "printed_value",
    "value_low": "printed_low",
    "value_high": "printed_high",
    "truncated_low": "truncated_low",
    "truncated_high": "truncated_high",
} %}
with
    results as (
        select
            c.claim_id,
            c.expected_value,
            {{ place("d") }} as place,
            d.observation_id,
            d.printed_value as printed_text,
            d.printed_unit,
            d.qualifier,
            d.unit_measure,
            d.unit_mult,
            d.unit_text as decided_unit,
            h.mirror,
            coalesce(case when u.quantity = v.quantity then u.months end, v.months, 1) as shown_months,
            coalesce(v.months, 1) as value_months,
            h.below_is_strict,
            h.above_is_strict,
            {%- for column, name in columns.items() %}
                case
                    when not d.is_corrected
                    then d.{{ column }}
                    else {{ multiply("p." ~ column, power_of_ten("d.unit_mult - p.unit_mult")) }}
                end as {{ name }},
            {%- endfor %}
            k.caveat_en,
            k.caveat_zh
        from {{ ref("stg_claim") }} as c
        inner join {{ ref("observation_pass") }} as d on d.observation_id = c.result_id and d.pass <> 'printed'
        inner join {{ ref("stg_hedge") }} as h on h.qualifier = d.qualifier
        inner join {{ ref("stg_unit") }} as v on v.unit_measure = d.unit_measure
        left join {{ ref("stg_unit_text") }} as t on t.text = d.unit_text
        left join {{ ref("stg_unit") }} as u on u.unit_measure = t.unit_measure
        left join {{ ref("observation_pass") }} as p on p.observation_id = c.result_id and p.pass = 'printed'
        inner join {{ ref("observation") }} as k on k.observation_id = c.result_id
    ),

    -- Where the hedge stands beside the number it is printed already.
    worded as (
        select distinct r.claim_id
        from results as r
        inner join
            {{ ref("stg_hedge_text") }} as t
            on r.printed_text like concat(t.text, '%')
            or r.printed_text like concat('%', t.text)
    ),

    signed as (
        select
            r.*,
            w.claim_id is not null as is_worded,
            -- The text may give the direction in words: it prints no minus then.
            coalesce(printed_high, printed_low) < 0 and regexp_extract(printed_text, '(-[0-9])', 1) = '' as is_fall,
            printed_text like '%!%%' escape '!' as is_percent
        from results as r
        left join worded as w on w.claim_id = r.claim_id
    )

select
    *,
    concat_ws(' ', printed_text, printed_unit) as printed_result,
    concat_ws(' ', printed_text, case when not is_percent then decided_unit end) as result_as_decided,
    case when is_worded then '_Z' when is_fall then mirror else qualifier end as hedge_shown,
    case when is_percent then '%' when decided_unit is null then '' else concat(' ', decided_unit) end as unit_shown
from signed
