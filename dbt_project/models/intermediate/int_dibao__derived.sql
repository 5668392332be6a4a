{#-
    What follows from the printed dibao figures: spending per recipient on recipients at the period's end and
    on average, at a yearly rate (twelve times a month's), the supplement against the standard, changes against the previous period that exists,
    with the years between. Same grain as int_dibao__by_residence.
-#}
{%- set annual = 'expenditure * 12 / months' %}
with lagged as (
    select
        *,
        lag(time_period) over earlier as previous_time_period,
        lag(period_start) over earlier as previous_period_start,
        {%- for name in ['standard', 'recipients', 'expenditure'] %}
        case when {{ name }}_status <> 'B' then lag({{ name }}) over earlier end as previous_{{ name }},
        lag({{ name }}_status) over earlier as previous_{{ name }}_status,
        {{ crosses_splice(name ~ '_origin', 'lag(' ~ name ~ '_origin) over earlier') }} as {{ name }}_crosses_splice{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_dibao__by_residence') }}
    window earlier as (partition by ref_area, freq, residence order by period_start)
),

elapsed as (
    select
        *,
        {{ years_between('previous_period_start', 'period_start') }} as years_elapsed,
        {{ months_between('previous_period_start', 'period_start') }} as months_elapsed,
        case freq when 'A' then 12 when 'Q' then 3 else 1 end as months
    from lagged
)

select
    *,
    {{ divide(annual, 'recipients', 4) }} as per_year_end_recipient,
    -- Opening recipients are those of the previous period's end; a longer gap gives no average.
    case when months_elapsed = months then {{ divide(annual ~ ' * 2', 'recipients + previous_recipients', 4) }} end as per_average_recipient,
    {{ divide('expenditure', 'recipients * months * standard', 6) }} as supplement_standard,
    {%- for name in ['standard', 'recipients', 'expenditure'] %}
    {{ name }} - previous_{{ name }} as {{ name }}_change,
    {{ divide(name ~ ' - previous_' ~ name, 'previous_' ~ name, 6) }} as {{ name }}_growth{{ ',' if not loop.last }}
    {%- endfor %}
from elapsed
