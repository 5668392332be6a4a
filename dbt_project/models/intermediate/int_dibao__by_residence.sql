{#-
    Printed dibao figures side by side: one row an area, period and residence, the total of urban and
    rural included where both exist. A total is NULL if one of its parts is.
-#}
with selected as (
    select s.*
    from {{ ref('series') }} as s
    where {{ shown_in('dibao', 's') }}
        and s.indicator in ('DIBAO_STANDARD', 'DIBAO_RECIPIENTS', 'DIBAO_EXPENDITURE', 'DIBAO_EXPENDITURE_PER_RECIPIENT')
),

parts as (
    select
        ref_area, freq, time_period, period_start, period_end, year, residence,
        {{ pivot_series({
            'standard': 'DIBAO_STANDARD',
            'recipients': 'DIBAO_RECIPIENTS',
            'expenditure': 'DIBAO_EXPENDITURE',
            'printed_per_recipient': 'DIBAO_EXPENDITURE_PER_RECIPIENT',
        }) }}
    from selected
    group by ref_area, freq, time_period, period_start, period_end, year, residence
),

totals as (
    select
        ref_area, freq, time_period, period_start, period_end, year, '_T' as residence,
        {%- for name in ['recipients', 'expenditure'] %}
        case when count({{ name }}) = 2 then sum({{ name }}) end as {{ name }},
        case
            when count({{ name }}) = 2 and max(case when {{ name }}_status = 'B' then 1 else 0 end) = 1 then 'B'
            when count({{ name }}) = 2 and max(case when {{ name }}_status in ('U', 'D') then 1 else 0 end) = 1 then 'U'
            when count({{ name }}) = 2 then 'A'
            when max(case when {{ name }}_status = 'Q' then 1 else 0 end) = 1 then 'Q'
            else 'L'
        end as {{ name }}_status,
        case when count({{ name }}) = 2 then null else 'No total: the urban or the rural part is missing or withheld.' end as {{ name }}_caveat_en,
        case when count({{ name }}) = 2 then null else '城市或农村部分缺失或不予发布，故不合计。' end as {{ name }}_caveat_zh{{ ',' if not loop.last }}
        {%- endfor %}
    from parts
    group by ref_area, freq, time_period, period_start, period_end, year
)

select
    ref_area, freq, time_period, period_start, period_end, year, residence,
    standard, coalesce(standard_status, 'L') as standard_status, standard_caveat_en, standard_caveat_zh,
    recipients, coalesce(recipients_status, 'L') as recipients_status, recipients_caveat_en, recipients_caveat_zh,
    expenditure, coalesce(expenditure_status, 'L') as expenditure_status, expenditure_caveat_en, expenditure_caveat_zh,
    printed_per_recipient, coalesce(printed_per_recipient_status, 'L') as printed_per_recipient_status,
    printed_per_recipient_caveat_en, printed_per_recipient_caveat_zh
from parts

union all

select
    ref_area, freq, time_period, period_start, period_end, year, residence,
    null, '_Z', 'No standard for urban and rural together: standards are set separately.', '城乡标准分别制定，无合计标准。',
    recipients, recipients_status, recipients_caveat_en, recipients_caveat_zh,
    expenditure, expenditure_status, expenditure_caveat_en, expenditure_caveat_zh,
    null, 'L', 'No source prints spending per recipient for urban and rural together.', '来源未载城乡合计人均支出。'
from totals
