{%- set other_measures = ["indicator_of_measure", "definition_of_measure"] -%}
{%- set named = {"indicator": "i.name_{}", "measure": "m.name_{}"} -%}
{%- set defined = {"measure": "m.name_{}", "definition": "i.definition_{}"} -%}
-- What marts.series shows besides levels.
with in_use as (select distinct indicator, measure from {{ ref("observation") }} where measure <> 'level')

select
    indicator,
    name_en,
    name_zh,
    definition_en,
    definition_zh,
    unit_measure,
    time_basis,
    is_derived,
    is_rate,
    indicator as base_indicator,
    'level' as measure
from {{ ref("stg_indicator") }}

union all

select
    {{ series_indicator("u") }},
    {{ sentence("en", "indicator_of_measure", named) }},
    {{ sentence("zh", "indicator_of_measure", named) }},
    {{ sentence("en", "definition_of_measure", defined) }},
    {{ sentence("zh", "definition_of_measure", defined) }},
    {{ unit_of_measure("u.measure", "i.unit_measure") }},
    i.time_basis,
    false,
    i.is_rate and u.measure = 'change',
    u.indicator,
    u.measure
from in_use as u
inner join {{ ref("stg_indicator") }} as i on i.indicator = u.indicator
inner join {{ ref("stg_code") }} as m on m.codelist = 'measure' and m.code = u.measure
cross join ({{ sentences(ref("stg_caveat"), other_measures) }}) as told
