{#-
    A failure means that a usable figure of core.observation has no value in marts.series: neither its own nor that of
    another statement of the same series and period. What was selected joins by its id; only the rest is compared in
    full.
-#}
{% test stands_for_every_observation(model) %}
    {%- set columns = series_key_columns() %}
    with
        unselected as (
            select o.*
            from {{ ref("observation") }} as o
            left join {{ model }} as s on s.observation_id = o.observation_id
            where
                o.is_usable
                and (
                    s.observation_id is null
                    or (s.obs_value is null and o.obs_value is not null and o.unit_measure = s.unit_measure)
                )
        )

    select
        'core.observation' as table_name,
        {{ row_key("o", ["observation_id"]) }} as row_key,
        concat(
            'marts.series has no value of ',
            o.indicator,
            ' for ',
            o.ref_area,
            ', ',
            o.time_period,
            ', which ',
            {{ place("o") }},
            ' states'
        ) as message
    from unselected as o
    left join {{ model }} as s on {{ equal("s", "o", columns) }}
    where s.series_id is null or (s.obs_value is null and s.qualifier <> 'range' and s.unit_measure = o.unit_measure)
{% endtest %}
