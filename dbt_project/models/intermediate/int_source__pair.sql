{#-
    What two sources state of one figure, as decided: both the figure itself, or one the figure and the other all
    of its parts. `a` states the figure. Grain: kind, series, a_source, b_source, time_period, a_id.
-#}
with shared as (
    select * from {{ ref('int_figure__restated') }}
    where {{ is_comparable() }} and pass <> 'printed' and measure = 'level'
)

select
    'figure' as kind, concat_ws('|', {{ prefixed('a', series_columns()) }}) as series,
    a.source_id as a_source, b.source_id as b_source, a.time_period, {{ period_start('a.time_period') }} as period_start,
    a.observation_id as a_id, {{ place('a') }} as a_place, a.printed_value, a.printed_unit, a.value_low as a_low, a.value_high as a_high,
    b.observation_id as b_id, cast(null as varchar) as b_key, b.value_low as b_low, b.value_high as b_high
from shared as a
inner join shared as b on b.value_key = a.value_key and b.source_id < a.source_id and {{ equal('b', 'a', series_key_columns()) }}

union all

select
    'parts', cast(w.whole_series as {{ dbt.type_string() }}), w.source_id, s.source_id, w.time_period, w.period_start,
    w.observation_id, w.place, w.printed_value, w.printed_unit, w.value_low, w.value_high,
    null, cast(s.whole_key as {{ dbt.type_string() }}), s.sum_low, s.sum_high
from {{ ref('int_part__figure') }} as w
inner join {{ ref('int_part__sum') }} as s on s.pass = w.pass and s.whole_key = w.whole_key and s.source_id <> w.source_id and s.side = 'part'
where w.side = 'whole' and w.pass = 'decided'
