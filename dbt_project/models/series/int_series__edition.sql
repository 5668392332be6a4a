{#- Of what a publication states more than once, what agrees with the series goes first. -#}
with
    stated as (
        select
            a.observation_id,
            a.other_source_id as source_id,
            a.other_vintage as vintage,
            a.other_id as stated_id,
            case when a.agrees then 0 else 1 end as differs
        from {{ ref("int_figure__stated_again") }} as a
        left join {{ ref("int_series__contested") }} as x on x.observation_id = a.observation_id
        where a.is_of_one_unit and coalesce(x.is_chosen, true)
    )

select
    s.observation_id,
    s.source_id,
    s.vintage,
    min(s.differs) = 1 as differs,
    min(c.title) as title_en,
    min(coalesce(c.title_zh, c.title)) as title_zh
    {%- for language in ["en", "zh"] %}
        {%- set value = with_unit(readable("o.obs_value"), "u") | replace("{}", language) %},
        min(
            case
                when s.differs = 1
                then concat(lower(n.name_{{ language }}), '{{ " of " if language == "en" else "" }}', {{ value }})
            end
        ) as stated_{{ language }}
    {%- endfor %}
from stated as s
inner join {{ ref("observation") }} as o on o.observation_id = s.stated_id
inner join {{ ref("stg_source") }} as c on c.source_id = s.source_id
inner join {{ ref("indicator") }} as n on n.indicator = o.indicator
inner join {{ ref("stg_unit") }} as u on u.unit_measure = o.unit_measure
where o.is_usable
group by s.observation_id, s.source_id, s.vintage
