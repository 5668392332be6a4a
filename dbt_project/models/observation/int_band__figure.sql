-- depends_on: {{ ref("stg_break") }}
{#- `graph` is complete only while dbt executes. -#}
{%- set bands = declared_bands() if execute and graph.nodes is defined else [] -%}
{%- set of_series = (
    "case when o.measure = 'level' then o.indicator else concat(o.indicator, '_', upper(o.measure)) end"
) -%}
{%- set growths = bands | selectattr("across", "equalto", "time_period") | list -%}
{%- if bands %}
    with
        stated as (
            select
                p.band,
                p.part,
                p.power,
                p.is_across,
                case
                    p.band {%- for b in bands %} when '{{ b.band }}' then {{ place_of_band(b, "o") }} {%- endfor %}
                end as place_key,
                case
                    p.band
                    {%- for b in bands if b.across %} when '{{ b.band }}' then o.{{ b.across }} {%- endfor %}
                    else ''
                end as line,
                o.pass,
                o.observation_id,
                o.freq,
                o.time_period,
                o.obs_status,
                {{ prefixed("o", ["base_indicator", "ref_area", "scheme", "pop_group", "scope", "counterpart"]) }},
                case when o.counts then cast(o.obs_value as double) end as value
            from
                (
                    select
                        {{
                            prefixed(
                                "o", ["pass", "observation_id", "freq", "time_period", "obs_value", "obs_status"]
                            )
                        }},
                        {{ prefixed("o", decidable_dimensions() | reject("in", ["indicator", "time_period"]) | list) }},
                        o.indicator as base_indicator,
                        {{ of_series }} as indicator,
                        {{ is_comparable("o") }} and o.obs_value is not null as counts
                    from {{ ref("observation_pass") }} as o
                    where o.base_period = '_Z'
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
                                        '{{ part.name }}',
                                        '{{ indicator }}',
                                        {{ part.power }},
                                        {{ part.is_across }}
                                    )
                                    {{- "," if not (last and last_part and loop.last) }}
                                {%- endfor %}
                            {%- endfor %}
                        {%- endfor %}
                ) as p(band, part, indicator, power, is_across)
                on p.indicator = o.indicator
            where
                case
                    p.part
                    {%- for b in bands %}
                        {%- for part in b.parts %}
                            when '{{ part.name }}' then {{ is_part_of_band(b, part, "o") }}
                        {%- endfor %}
                    {%- endfor %}
                end
        )
        {{ computed_once("stated") if growths }}
        {%- if growths %}
            ,

            -- A row of a mart grows since the one before it, be there a value in it or none.
            periods as (
                select
                    s.*,
                    lag(time_period) over (partition by band, place_key, freq order by time_period) as previous_period
                from
                    (
                        select
                            band,
                            place_key,
                            freq,
                            time_period,
                            {%- for name in [
                                "base_indicator",
                                "ref_area",
                                "scheme",
                                "pop_group",
                                "scope",
                                "counterpart",
                            ] %}
                                min({{ name }}) as {{ name }},
                            {%- endfor %}
                            max(case when obs_status = 'B' then 1 else 0 end) = 1 as is_break
                        from stated
                        where not is_across and band in ('{{ growths | map(attribute="band") | join("', '") }}')
                        group by band, place_key, freq, time_period
                    ) as s
            ),

            steps as (
                select
                    s.*,
                    {{ months_between(period_start("s.previous_period"), period_start("s.time_period")) }} as months
                from (select s.*, base_indicator as indicator from periods as s) as s
                where
                    s.previous_period is not null
                    and not s.is_break
                    and not exists (
                        select 1
                        from {{ ref("stg_break") }} as k
                        where
                            {{ is_broken_by("k", "s") }}
                            and {{ lies_between("k", period_end("s.previous_period"), period_end("s.time_period")) }}
                    )
            )
        {%- endif %}

    select
        band,
        part,
        cast(power as double) as power,
        place_key,
        case when not is_across then line end as line,
        pass,
        observation_id,
        freq,
        value
    from stated
    where
        value is not null
        {%- if growths %} and band not in ('{{ growths | map(attribute="band") | join("', '") }}') {%- endif %}
    {%- if growths %}

        union all

        select
            s.band,
            s.part,
            s.power * 12.0 / g.months,
            concat(s.place_key, '|', g.time_period),
            '',
            s.pass,
            s.observation_id,
            s.freq,
            s.value
        from stated as s
        inner join
            steps as g
            on {{ equal("g", "s", ["band", "place_key", "freq"]) }}
            and case when s.is_across then g.previous_period else g.time_period end = s.time_period
        where s.value is not null
    {%- endif %}
{%- else %}
    select
        cast(null as string) as band,
        cast(null as string) as part,
        cast(0 as double) as power,
        cast(null as string) as place_key,
        cast(null as string) as line,
        pass,
        observation_id,
        freq,
        cast(obs_value as double) as value
    from {{ ref("observation_pass") }}
    where false
{%- endif %}
