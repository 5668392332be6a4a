{#- SDMX time periods: 2015, 2015-Q1, 2015-01. -#}

{% macro period_start(period) -%}
    cast(concat(substr({{ period }}, 1, 4), '-',
        case
            when {{ period }} like '%-Q1' then '01'
            when {{ period }} like '%-Q2' then '04'
            when {{ period }} like '%-Q3' then '07'
            when {{ period }} like '%-Q4' then '10'
            when length({{ period }}) = 7 then substr({{ period }}, 6, 2)
            else '01'
        end, '-01') as date)
{%- endmacro %}

{#- Last day of the period. -#}
{% macro period_end(period) -%}
    cast(cast({{ period_start(period) }} as date)
        + case when length({{ period }}) = 4 then interval 12 month when {{ period }} like '%Q%' then interval 3 month else interval 1 month end
        - interval 1 day as date)
{%- endmacro %}

{% macro period_year(period) -%}
    cast(substr({{ period }}, 1, 4) as integer)
{%- endmacro %}

{#- Whole months from one period's start to another's. -#}
{% macro months_between(earlier, later) -%}
    year({{ later }}) * 12 + month({{ later }}) - year({{ earlier }}) * 12 - month({{ earlier }})
{%- endmacro %}

{#- Years from one period's start to another's, as DECIMAL(8, 4). -#}
{% macro years_between(earlier, later) -%}
    cast(({{ months_between(earlier, later) }}) / 12.0 as decimal(8, 4))
{%- endmacro %}
