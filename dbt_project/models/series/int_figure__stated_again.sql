with shared as (select * from {{ ref("int_figure__restated") }} where pass <> 'printed')

select
    a.observation_id,
    {{ prefixed("a", series_columns()) }},
    a.source_id,
    a.vintage,
    b.observation_id as other_id,
    b.source_id as other_source_id,
    b.vintage as other_vintage,
    b.value_low as other_low,
    b.value_high as other_high,
    b.unit_measure = a.unit_measure as is_of_one_unit,
    b.value_low <= a.value_high and b.value_high >= a.value_low as agrees
from shared as a
inner join shared as b on b.value_key = a.value_key and {{ equal("b", "a", series_key_columns()) }}
