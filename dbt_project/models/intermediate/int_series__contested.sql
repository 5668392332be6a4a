{#-
    Precedence: a series takes the source of the best release stage, then of the latest vintage, then of
    the first source_id; within a source a table comes before a bulk file and both before prose, then the order of the page. It is
    taken per series: a period that the chosen source lacks comes from the next one and is marked.

    Grain: observation_id, for the figures of which there is something to choose: those whose series several
    sources state, or of which one period is stated more than once. All others are chosen as they stand.
-#}
with contested as (
    select *
    from (
        select
            *,
            min(source_id) over (partition by {{ series_columns() | join(', ') }}) <> max(source_id) over (partition by {{ series_columns() | join(', ') }}) as has_sources,
            count(*) over (partition by {{ series_key_columns() | join(', ') }}) as statements
        from {{ ref('int_figure__restated') }}
        where pass <> 'printed'
    ) as d
    where has_sources or statements > 1
),

sources_ranked as (
    select
        {{ series_columns() | join(', ') }}, source_id,
        row_number() over (
            partition by {{ series_columns() | join(', ') }}
            order by min(r.rank), max(nullif(s.vintage, '_U')) desc nulls last, source_id
        ) as source_rank
    from contested
    inner join {{ ref('stg_source') }} as s using (source_id)
    inner join {{ ref('stg_release_stage') }} as r on r.release_stage = s.release_stage
    group by {{ series_columns() | join(', ') }}, source_id
),

usable as (
    select d.*, d.is_usable and not coalesce(c.is_quarantined, false) and d.unit_measure = d.natural_unit as counts
    from contested as d
    left join {{ ref('int_caveat__by_observation') }} as c on c.observation_id = d.observation_id
)

select
    d.observation_id,
    s.source_rank > 1 as is_spliced,
    row_number() over (
        partition by {{ prefixed('d', series_key_columns()) }}
        order by s.source_rank, {{ layout_rank('d') }}, d.table_id, d.row_no, d.column_no, d.observation_id
    ) = 1 as is_chosen,
    count(*) over (partition by {{ prefixed('d', series_key_columns()) }}) as candidates,
    coalesce(
        max(case when d.counts then d.value_low end) over (partition by {{ prefixed('d', series_key_columns()) }})
        > min(case when d.counts then d.value_high end) over (partition by {{ prefixed('d', series_key_columns()) }}),
        false) as is_disputed
from usable as d
inner join sources_ranked as s on s.source_id = d.source_id and {{ equal('s', 'd', series_columns()) }}
