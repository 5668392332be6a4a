{#-
    Printed dibao figures side by side: one row an area, period and residence, the total of urban and rural included.
    What a source prints as a total stands as printed; where none is printed it is the sum of urban and rural, and NULL
    with the reason if one of them is.
-#}
{%- set place = 'ref_area, freq, time_period, period_start, period_end, year' %}
with selected as (
    select s.*
    from {{ ref('series') }} as s
    where {{ shown_in('dibao', 's') }}
        and s.indicator in ('DIBAO_STANDARD', 'DIBAO_RECIPIENTS', 'DIBAO_EXPENDITURE', 'DIBAO_EXPENDITURE_PER_RECIPIENT')
),

pivoted as (
    select
        {{ place }}, residence,
        {{ pivot_series({
            'standard': {'indicator': 'DIBAO_STANDARD'},
            'recipients': {'indicator': 'DIBAO_RECIPIENTS'},
            'expenditure': {'indicator': 'DIBAO_EXPENDITURE'},
            'printed_per_recipient': {'indicator': 'DIBAO_EXPENDITURE_PER_RECIPIENT'},
        }, whole=['recipients']) }}
    from selected
    group by {{ place }}, residence
),

sums as (
    select
        {{ place }},
        {%- for name in ['recipients', 'expenditure'] %}
        {{ as_shown('case when count(' ~ name ~ ') = 2 then sum(' ~ name ~ ') end', 'bigint' if name == 'recipients' else 'decimal(24, 4)') }} as {{ name }},
        case
            when count({{ name }}) = 2 and max(case when {{ name }}_status = 'B' then 1 else 0 end) = 1 then 'B'
            when count({{ name }}) = 2 and max(case when {{ name }}_status in ('U', 'D') then 1 else 0 end) = 1 then 'U'
            when count({{ name }}) = 2 then 'A'
            when max(case when {{ name }}_status = 'Q' then 1 else 0 end) = 1 then 'Q'
            else 'L'
        end as {{ name }}_status,
        case
            when count({{ name }}) < 2 then 'No total: the urban or the rural part is missing or withheld.'
            when max({{ name }}_origin) like '+%' or min({{ name }}_origin) like '+%' then 'A part of the total is spliced.'
        end as {{ name }}_caveat_en,
        case
            when count({{ name }}) < 2 then '城市或农村部分缺失或不予发布，故不合计。'
            when max({{ name }}_origin) like '+%' or min({{ name }}_origin) like '+%' then '合计所含部分为续接数据。'
        end as {{ name }}_caveat_zh,
        case when count({{ name }}) = 2 then concat_ws(' ', min({{ name }}_origin), max({{ name }}_origin)) end as {{ name }}_origin{{ ',' if not loop.last }}
        {%- endfor %}
    from pivoted
    where residence in ('U', 'R')
    group by {{ place }}
),

places as (
    select distinct {{ place }} from selected
),

totals as (
    select
        {{ prefixed('p', place.split(', ')) }}, '_T' as residence,
        t.standard,
        coalesce(t.standard_status, '_Z') as standard_status,
        case when t.standard_status is null then 'No standard for urban and rural together: standards are set separately.' else t.standard_caveat_en end as standard_caveat_en,
        case when t.standard_status is null then '城乡标准分别制定，无合计标准。' else t.standard_caveat_zh end as standard_caveat_zh,
        t.standard_origin,
        {%- for name in ['recipients', 'expenditure'] %}
        {%- set of_parts = "t." ~ name ~ " is null and (t." ~ name ~ "_status is null or s." ~ name ~ " is not null)" %}
        coalesce(t.{{ name }}, s.{{ name }}) as {{ name }},
        case when {{ of_parts }} then coalesce(s.{{ name }}_status, 'L') else t.{{ name }}_status end as {{ name }}_status,
        case when {{ of_parts }} then case when s.ref_area is null then 'No source states the total.' else s.{{ name }}_caveat_en end else t.{{ name }}_caveat_en end as {{ name }}_caveat_en,
        case when {{ of_parts }} then case when s.ref_area is null then '来源未载合计。' else s.{{ name }}_caveat_zh end else t.{{ name }}_caveat_zh end as {{ name }}_caveat_zh,
        case when {{ of_parts }} then s.{{ name }}_origin else t.{{ name }}_origin end as {{ name }}_origin,
        {%- endfor %}
        t.printed_per_recipient,
        coalesce(t.printed_per_recipient_status, 'L') as printed_per_recipient_status,
        case when t.printed_per_recipient_status is null then 'No source prints spending per recipient for urban and rural together.' else t.printed_per_recipient_caveat_en end as printed_per_recipient_caveat_en,
        case when t.printed_per_recipient_status is null then '来源未载城乡合计人均支出。' else t.printed_per_recipient_caveat_zh end as printed_per_recipient_caveat_zh,
        t.printed_per_recipient_origin
    from places as p
    left join sums as s on s.ref_area = p.ref_area and s.freq = p.freq and s.time_period = p.time_period
    left join pivoted as t on t.ref_area = p.ref_area and t.freq = p.freq and t.time_period = p.time_period and t.residence = '_T'
)

{%- set figures = ['standard', 'recipients', 'expenditure', 'printed_per_recipient'] %}
{%- for kind in ['pivoted', 'totals'] %}
select
    {{ place }}, residence
    {%- for name in figures %},
    {{ name }}, coalesce({{ name }}_status, 'L') as {{ name }}_status, {{ name }}_caveat_en, {{ name }}_caveat_zh, {{ name }}_origin
    {%- endfor %}
from {{ kind }}
{%- if kind == 'pivoted' %}
where residence <> '_T'

union all
{% endif %}
{%- endfor %}
