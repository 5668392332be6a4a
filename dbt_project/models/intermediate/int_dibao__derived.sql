{#-
    What follows from the printed dibao figures: spending per recipient on year-end and on average
    recipients, the supplement against the standard, changes against the previous period that exists,
    with the years between. Same grain as int_dibao__by_residence.
-#}
with lagged as (
    select
        *,
        lag(time_period) over earlier as previous_time_period,
        lag(period_start) over earlier as previous_period_start,
        {%- for name in ['standard', 'recipients', 'expenditure'] %}
        case when {{ name }}_status <> 'B' then lag({{ name }}) over earlier end as previous_{{ name }},
        lag({{ name }}_status) over earlier as previous_{{ name }}_status{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_dibao__by_residence') }}
    window earlier as (partition by ref_area, freq, residence order by period_start)
),

elapsed as (
    select *, {{ years_between('previous_period_start', 'period_start') }} as years_elapsed
    from lagged
)

select
    *,
    {{ divide('expenditure', 'recipients', 4) }} as per_year_end_recipient,
    -- Opening recipients are those of the previous year's end; a longer gap gives no average.
    case when freq = 'A' and years_elapsed = 1 then {{ divide('expenditure * 2', 'recipients + previous_recipients', 4) }} end as per_average_recipient,
    case when freq = 'A' then {{ divide('expenditure', 'recipients * 12 * standard', 6) }} end as supplement_standard,
    {%- for name in ['standard', 'recipients', 'expenditure'] %}
    {{ name }} - previous_{{ name }} as {{ name }}_change,
    {{ divide(name ~ ' - previous_' ~ name, 'previous_' ~ name, 6) }} as {{ name }}_growth{{ ',' if not loop.last }}
    {%- endfor %}
from elapsed
