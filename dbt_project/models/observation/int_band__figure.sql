{#- `graph` is complete only while dbt executes. -#}
{%- set bands = declared_bands() if execute and graph.nodes is defined else [] -%}
{%- set of_series = (
    "case when o.measure = 'level' then o.indicator else concat(o.indicator, '_', upper(o.measure)) end"
) -%}
{%- if bands %}
    select
        p.band,
        p.part,
        p.power,
        case
            p.mart
            {%- for of_mart in bands | groupby("node.name") %}
                when '{{ of_mart.grouper }}' then {{ place_of_band(of_mart.list[0], "o") }}
            {%- endfor %}
        end as place_key,
        o.pass,
        o.observation_id,
        o.freq,
        cast(o.obs_value as double) as value
    from
        (
            select
                {{ prefixed("o", ["pass", "observation_id", "freq", "time_period", "obs_value"]) }},
                {{ prefixed("o", decidable_dimensions() | reject("in", ["indicator", "time_period"]) | list) }},
                o.indicator as base_indicator,
                {{ of_series }} as indicator
            from {{ ref("observation_pass") }} as o
            where {{ is_comparable("o") }} and o.obs_value is not null and o.base_period = '_Z'
        ) as o
    inner join
        (
            values
                {%- for b in bands %}
                    {%- set last = loop.last %}
                    {%- for part in b.parts %}
                        {%- set last_part = loop.last %}
                        {%- for indicator in part.indicators %}
                            (
                                '{{ b.band }}',
                                '{{ b.node.name }}',
                                '{{ part.name }}',
                                '{{ indicator }}',
                                {{ part.power }}
                            )
                            {{- "," if not (last and last_part and loop.last) }}
                        {%- endfor %}
                    {%- endfor %}
                {%- endfor %}
        ) as p(band, mart, part, indicator, power)
        on p.indicator = o.indicator
    where
        case
            p.part
            {%- for b in bands %}
                {%- for part in b.parts %} when '{{ part.name }}' then {{ is_part_of_band(b, part, "o") }} {%- endfor %}
            {%- endfor %}
        end
{%- else %}
    select
        cast(null as string) as band,
        cast(null as string) as part,
        0 as power,
        cast(null as string) as place_key,
        pass,
        observation_id,
        freq,
        cast(obs_value as double) as value
    from {{ ref("observation_pass") }}
    where false
{%- endif %}
