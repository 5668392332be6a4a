{#-
    Precedence: a series takes the source of the best release stage, then of the latest vintage, then of
    the first source_id; within a source a table comes before prose, then the order of the page. It is
    taken per series: a period that the chosen source lacks comes from the next one and is marked.
-#}
with decided as (
    select * from {{ ref('observation_pass') }} where pass = 'decided'
),

sources_ranked as (
    select
        {{ series_columns() | join(', ') }}, source_id,
        row_number() over (
            partition by {{ series_columns() | join(', ') }}
            order by min(release_stage_rank), max(nullif(vintage, '_U')) desc nulls last, source_id
        ) as source_rank
    from decided
    group by {{ series_columns() | join(', ') }}, source_id
),

ranked as (
    select
        d.*, s.source_rank,
        row_number() over (
            partition by {{ prefixed('d', series_key_columns()) }}
            order by s.source_rank, case d.layout when 'prose' then 1 else 0 end, d.table_id, d.row_no, d.column_no
        ) as choice,
        count(*) over (partition by {{ prefixed('d', series_key_columns()) }}) as candidates,
        max(case when d.is_usable and d.unit_measure = d.natural_unit then d.value_low end) over (partition by {{ prefixed('d', series_key_columns()) }})
            > min(case when d.is_usable and d.unit_measure = d.natural_unit then d.value_high end) over (partition by {{ prefixed('d', series_key_columns()) }}) as disagrees
    from decided as d
    inner join sources_ranked as s on s.source_id = d.source_id and {{ equal('s', 'd', series_columns()) }}
)

select
    {{ series_id('r') }} as series_id,
    {{ prefixed('r', ['indicator', 'measure', 'counterpart'] + context_columns()) }},
    a.name_en as ref_area_name_en,
    a.name_zh as ref_area_name_zh,
    r.freq,
    r.time_basis,
    r.time_period,
    {{ period_year('r.time_period') }} as year,
    {{ period_start('r.time_period') }} as period_start,
    {{ period_end('r.time_period') }} as period_end,
    r.base_period,
    case when r.is_usable and r.unit_measure = r.natural_unit then r.obs_value end as obs_value,
    r.qualifier,
    r.natural_unit as unit_measure,
    case
        when r.is_usable and r.unit_measure = r.natural_unit then r.obs_status
        when r.obs_value is null then 'O'
        else 'Q'
    end as obs_status,
    case when r.unit_measure <> r.natural_unit then concat('Printed in ', r.unit_measure, ', not in the unit of the series.') when r.is_missing then coalesce(r.caveat_en, 'The source prints no figure.') else r.caveat_en end as caveat_en,
    case when r.unit_measure <> r.natural_unit then concat('原文单位为', r.unit_measure, ',与本序列不符。') when r.is_missing then coalesce(r.caveat_zh, '来源未载数值。') else r.caveat_zh end as caveat_zh,
    r.observation_id,
    r.source_id,
    cast(r.candidates as integer) as candidates,
    coalesce(r.disagrees, false) as is_disputed,
    r.source_rank > 1 as is_spliced
from ranked as r
inner join {{ ref('stg_area') }} as a on a.ref_area = r.ref_area
where r.choice = 1
