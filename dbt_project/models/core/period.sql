{#-
    The calendar: every year from the first to the last that a figure or a document has, its quarters and its months.
    Without a gap, so that a period without a figure is a row as well.
-#}
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

    covered as (
        select cast(y.year as integer) as year
        from years as y
        inner join bounds as b on y.year between b.first_year and b.last_year
    ),

    periods as (
        select
            cast(year as string) as time_period,
            'A' as freq,
            year,
            cast(null as integer) as quarter,
            cast(null as integer) as month
        from covered
        {%- for quarter in range(1, 5) %}

            union all

            select concat(cast(year as string), '-Q{{ quarter }}'), 'Q', year, {{ quarter }}, null
            from covered
        {%- endfor %}
        {%- for month in range(1, 13) %}

            union all

            select
                concat(cast(year as string), '-{{ "%02d" | format(month) }}'),
                'M',
                year,
                {{ (month + 2) // 3 }},
                {{ month }}
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
    case
        freq
        when 'A'
        then time_period
        when 'Q'
        then concat('Q', cast(quarter as string), ' ', cast(year as string))
        else
            case
                month
                {%- for name in [
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
                    when {{ loop.index }} then concat('{{ name }} ', cast(year as string))
                {%- endfor %}
            end
    end as name_en,
    case
        freq
        when 'A'
        then concat(time_period, '年')
        when 'Q'
        then concat(cast(year as string), '年第', cast(quarter as string), '季度')
        else concat(cast(year as string), '年', cast(month as string), '月')
    end as name_zh
from periods
