{#-
    What the sources state of an area in a year, and what they leave out. A row of a table that lacks a figure says
    nothing of it: what is expected is what the table spans. A table, or a bulk resource, is expected to state of each
    area of a level at which it states an indicator of a scheme, in each of its years from the first to the last in
    which it does, as many figures as it states of some area of that level in that year (in a year of which it states
    none: in its fullest year). Running text promises nothing: of it, what it states is expected. Between the first and
    the last year that are stated of an area, whoever states them, one figure a year is expected: a year that no source
    spans is absent too.
    Everything is counted first, so that the span is made of indicators, areas and years, never of figures.
-#}
{%- set shape = ["indicator", "scheme", "level", "year"] -%}
with
    stated as (
        select
            o.source_id,
            o.table_id,
            o.layout,
            {{ series_indicator("o") }} as indicator,
            o.scheme,
            a.level,
            o.ref_area,
            {{ period_year("o.time_period") }} as year,
            count(*) as figures,
            sum(
                case when o.is_usable and coalesce(o.obs_value, o.obs_low, o.obs_high) is not null then 1 else 0 end
            ) as with_value,
            sum(case when not o.is_usable and o.obs_status <> 'O' then 1 else 0 end) as withheld,
            max(nullif(o.vintage, '_U')) as newest_vintage
        from {{ ref("observation") }} as o
        inner join {{ ref("stg_area") }} as a on a.ref_area = o.ref_area
        group by all
    ),

    areas as (
        select distinct source_id, table_id, level, ref_area from stated where not {{ in_running_text("layout") }}
    ),

    years as (select distinct source_id, table_id, year from stated where not {{ in_running_text("layout") }}),

    in_a_year as (
        select source_id, table_id, {{ shape | join(", ") }}, max(figures) as figures
        from stated
        where not {{ in_running_text("layout") }}
        group by source_id, table_id, {{ shape | join(", ") }}
    ),

    spans as (
        select
            source_id,
            table_id,
            indicator,
            scheme,
            level,
            min(year) as first_year,
            max(year) as last_year,
            max(figures) as figures
        from in_a_year
        group by source_id, table_id, indicator, scheme, level
    ),

    spanned as (
        select
            s.source_id,
            s.table_id,
            s.indicator,
            s.scheme,
            a.ref_area,
            y.year,
            coalesce(i.figures, s.figures) as expected
        from spans as s
        inner join areas as a on {{ equal("a", "s", ["source_id", "table_id", "level"]) }}
        inner join
            years as y
            on {{ equal("y", "s", ["source_id", "table_id"]) }}
            and y.year >= s.first_year
            and y.year <= s.last_year
        left join
            in_a_year as i
            on {{ equal("i", "s", ["source_id", "table_id", "indicator", "scheme", "level"]) }}
            and i.year = y.year
    ),

    reach as (
        select indicator, scheme, ref_area, min(year) as first_year, max(year) as last_year
        from stated
        group by indicator, scheme, ref_area
    ),

    between_sources as (
        select r.indicator, r.scheme, r.ref_area, y.year
        from reach as r
        inner join (select distinct year from stated) as y on y.year > r.first_year and y.year < r.last_year
        left join
            (
                select indicator, scheme, ref_area, year
                from stated
                union
                select indicator, scheme, ref_area, year
                from spanned
            ) as k
            on {{ equal("k", "r", ["indicator", "scheme", "ref_area"]) }}
            and k.year = y.year
        where k.year is null
    ),

    counted as (
        select
            indicator,
            scheme,
            ref_area,
            year,
            cast(null as string) as source_id,
            1 as expected,
            0 as with_value,
            0 as withheld,
            null as newest_vintage
        from between_sources

        union all

        select
            indicator,
            scheme,
            ref_area,
            year,
            source_id,
            expected,
            0 as with_value,
            0 as withheld,
            null as newest_vintage
        from spanned

        union all

        select
            indicator,
            scheme,
            ref_area,
            year,
            source_id,
            case when {{ in_running_text("layout") }} then figures else 0 end,
            with_value,
            withheld,
            newest_vintage
        from stated
    )

select
    c.indicator,
    c.scheme,
    a.level as area_level,
    c.ref_area,
    a.name_en as ref_area_name_en,
    a.name_zh as ref_area_name_zh,
    c.year,
    count(distinct c.source_id) as sources,
    {{ as_shown("sum(c.expected)", "bigint") }} as expected_figures,
    {{ as_shown("sum(c.with_value)", "bigint") }} as figures_with_value,
    {{ as_shown("sum(c.withheld)", "bigint") }} as withheld_figures,
    {{ as_shown("sum(c.expected - c.with_value - c.withheld)", "bigint") }} as absent_figures,
    max(c.newest_vintage) as newest_vintage
from counted as c
inner join {{ ref("stg_area") }} as a on a.ref_area = c.ref_area
group by c.indicator, c.scheme, a.level, c.ref_area, a.name_en, a.name_zh, c.year
