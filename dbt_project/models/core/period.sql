{#-
    The calendar: every year from the first to the last that a figure or a document has, its quarters and its months.
    Without a gap, so that a period without a figure is a row as well.
-#}
{%- set months = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
] %}
{%- set of_year = {"year": "cast(p.year as string)"} -%}
{%- set of_quarter = {"year": "cast(p.year as string)", "quarter": "coalesce(cast(p.quarter as string), '')"} -%}
{%- set of_month = {"year": "cast(p.year as string)", "month": "coalesce(p.month_{}, '')"} %}
with
    digits as ({% for n in range(10) %}select {{ n }} as n {{ "union all" if not loop.last }} {% endfor %}),

    years as (
        select 1800 + 100 * h.n + 10 * t.n + u.n as year
        from digits as h
        cross join digits as t
        cross join digits as u
        where h.n < 4
    ),

    bounds as (
        select min(year) as first_year, max(year) as last_year
        from
            (
                select {{ period_year("time_period") }} as year
                from {{ ref("observation") }}

                union all

                select release_year as year
                from {{ ref("document") }}
            ) as told
    ),

    covered as (select y.year from years as y inner join bounds as b on y.year between b.first_year and b.last_year),

    periods as (
        select
            cast(year as string) as time_period,
            'A' as freq,
            year,
            cast(null as integer) as quarter,
            cast(null as integer) as month,
            cast(null as string) as month_en,
            cast(null as string) as month_zh
        from covered
        {%- for quarter in range(1, 5) %}

            union all

            select concat(cast(year as string), '-Q{{ quarter }}'), 'Q', year, {{ quarter }}, null, null, null
            from covered
        {%- endfor %}
        {%- for month in range(1, 13) %}

            union all

            select
                concat(cast(year as string), '-{{ "%02d" | format(month) }}'),
                'M',
                year,
                {{ ((month + 2) / 3) | int }},
                {{ month }},
                '{{ months[month - 1] }}',
                '{{ month }}'
            from covered
        {%- endfor %}
    )

select
    time_period,
    freq,
    {{ period_start("time_period") }} as period_start,
    {{ period_end("time_period") }} as period_end,
    year,
    quarter,
    month,
    {%- for language in ["en", "zh"] %}
        case
            p.freq
            when 'A'
            then {{ sentence(language, "period_year", of_year) }}
            when 'Q'
            then {{ sentence(language, "period_quarter", of_quarter) }}
            else {{ sentence(language, "period_month", of_month) }}
        end as name_{{ language }}{{ ',' if not loop.last }}
    {%- endfor %}
from periods as p
cross join ({{ sentences(ref("stg_caveat"), ["period_year", "period_quarter", "period_month"]) }}) as told
