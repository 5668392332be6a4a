{#-
    The three intervals decide: the product of the result's and the denominator's meets the numerator's, or
    does not.
-#}
{%- set suspects = "select observation_id from " ~ ref("int_quotient__suspects") %}
{%- set near = (
    "select ref_area from "
    ~ ref("int_quotient__suspects")
    ~ " union select ref_area from "
    ~ ref("int_area__near")
    ~ " where about = 'counterpart'"
) %}
select
    r.rule_id,
    {{ pass_of(["r", "n", "d"]) }} as pass,
    r.observation_id,
    n.observation_id as numerator_id,
    d.observation_id as denominator_id,
    r.place,
    r.printed_value,
    {{ may_be_restated("d", "r", ref("stg_source")) }} as may_be_restated,
    r.indicator_measure,
    r.value_low,
    r.value_high,
    n.value_low as numerator_low,
    n.value_high as numerator_high,
    d.value_low as denominator_low,
    d.value_high as denominator_high,
    {%- for role, part in [("numerator", "n"), ("denominator", "d")] %}
        {{ part }}.unit_mult as {{ role }}_unit_mult,
        {{ part }}.printed_unit as {{ role }}_printed_unit,
        {{ part }}.unit_stated as {{ role }}_unit_stated,
        {{ place(part) }} as {{ role }}_place,
        {{ line_of(part) }} as {{ role }}_line,
    {%- endfor %}
    case
        when {{ quotient_agrees("r.value", "n.value", "d.value") }}
        then 0
        when {{ quotient_agrees("r.truncated", "n.value", "d.value") }}
        then 1
        else 2
    end as distance
from
    ({{ derived_figures(ref("observation_pass"), ref("stg_quotient"), suspects) }}) as r
    {{ join_quotient_parts(levels(ref("observation_pass"), ref("int_level__part"), near)) }}
