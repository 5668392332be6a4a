{#- `graph` is complete only while dbt executes. -#}
{%- set bands = declared_bands() if execute and graph.nodes is defined else [] -%}
{%- for b in bands %}
    select
        '{{ b.band }}' as band,
        {{ text_literal(b.because) }} as reason_en,
        cast({{ b.low }} as double) as low,
        cast({{ b.high }} as double) as high,
        {{ b.less }} as less,
        {{ b.digits }} as digits,
        cast({{ b.factor }} as double) as factor,
        {{ b.months_power }} as months_power,
        {{ b.parts | length }} as parts
        {{ "union all" if not loop.last }}
{%- else %}
    select
        cast(null as string) as band,
        cast(null as string) as reason_en,
        cast(null as double) as low,
        cast(null as double) as high,
        0 as less,
        0 as digits,
        cast(null as double) as factor,
        0 as months_power,
        0 as parts
    where false
{%- endfor %}
