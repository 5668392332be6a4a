{#-
    Precedence: a series takes the source of the best release stage, of several the one that states the most of its
    periods, then that of the latest vintage, then the first source_id; within a source the latest edition goes first, a
    table comes before a long file and both before prose, then the order of the page. A query of the figures that are
    stated more than once or by several sources in a series, as decided, with `source_rank` in their series and `place`
    in their period of it, 1 first. `figures`: int_figure__restated; `sources`, `stages`: stg_source, stg_release_stage.
-#}
{% macro ranked_by_precedence(figures, sources, stages) -%}
    with
        contested as (
            select *
            from
                (
                    select
                        *,
                        min(source_id) over (partition by {{ series_columns() | join(", ") }})
                        <> max(source_id) over (partition by {{ series_columns() | join(", ") }}) as has_sources,
                        count(*) over (partition by {{ series_key_columns() | join(", ") }}) as statements
                    from {{ figures }}
                    where pass <> 'printed'
                ) as d
            where has_sources or statements > 1
        ),

        sources_ranked as (
            select
                {{ series_columns() | join(", ") }},
                source_id,
                row_number() over (
                    partition by {{ series_columns() | join(", ") }}
                    order by
                        min(r.rank),
                        - count(distinct time_period),
                        max(nullif(contested.vintage, '_U')) desc nulls last,
                        source_id
                ) as source_rank
            from contested
            inner join {{ sources }} as s using (source_id)
            inner join {{ stages }} as r on r.release_stage = s.release_stage
            group by {{ series_columns() | join(", ") }}, source_id
        )

    select
        d.*,
        s.source_rank,
        row_number() over (
            partition by {{ prefixed("d", series_key_columns()) }}
            order by
                s.source_rank,
                nullif(d.vintage, '_U') desc nulls last,
                {{ layout_rank("d") }},
                d.table_id,
                d.row_no,
                d.column_no,
                d.observation_id
        ) as place
    from contested as d
    inner join sources_ranked as s on s.source_id = d.source_id and {{ equal("s", "d", series_columns()) }}
{%- endmacro %}
