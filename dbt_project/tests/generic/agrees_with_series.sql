{#-
    A failure means that a mart lacks a figure of marts.series, shows another one, or shows one that is not there. Where
    a figure does not belong into the mart, say so with the reason: `series.leaves_out` in the mart's yml.
-#}
{% test agrees_with_series(model) %}
    -- depends_on: {{ ref('series') }}
    -- depends_on: {{ ref('area') }}
    {%- if execute %}
        {%- set node = model_metadata(model.identifier) %}
        {%- set shown, series_keys = shown_columns(node), [] %}
        {%- set columns, borrowing = shown | rejectattr("borrows") | list, shown | selectattr("borrows") | list %}
        {%- for key in node.config.meta.series["keys"] %}
            {% do series_keys.append(node.config.meta.series.get("renamed", {}).get(key, key)) %}
        {% endfor %}
        {%- set beside = node.config.meta.series.leaves_out | selectattr("unless_beside", "defined") | list %}
        with
            counted as ({{ figures_that_count(node, ref("series")) }}),

            missed as (
                select
                    s.series_id,
                    s.time_period,
                    s.base_period,
                    s.indicator,
                    s.ref_area,
                    s.obs_value as expected,
                    case
                        {%- for column in columns %}
                            when
                                {{ is_shown_by(column.codes, "s") }}
                                and (
                                    m.ref_area is null
                                    or m.{{ column.name }}
                                    is distinct from {{ as_shown("s." ~ column.value, column.data_type) }}
                                )
                            then '{{ column.name }}'
                        {%- endfor %}
                        when not (false{% for column in columns %} or {{ is_shown_by(column.codes, "s") }}{% endfor %})
                        then 'no column'
                    end as mart_column
                from counted as s
                left join {{ model }} as m on {{ at_its_keys(node, "m", "s") }}
                {%- for exclusion in beside %}
                    left join
                        (
                            select distinct {{ (exclusion.beside_at or series_keys) | join(", ") }}
                            from counted
                            where {{ exclusion.dimension }} in ('{{ exclusion.unless_beside | join("', '") }}')
                        ) as b{{ loop.index }}
                        on {{ equal("b" ~ loop.index, "s", exclusion.beside_at or series_keys) }}
                {%- endfor %}
                where
                    (s.obs_value is not null or s.obs_low is not null or s.obs_high is not null)
                    {%- if borrowing %} and s.indicator in ('{{ indicators_shown(node) | join("', '") }}') {%- endif %}
                    -- Of a total that contradicts its parts the mart shows their sum.
                    and not (s.is_disputed and coalesce(m.is_total, false))
                    {%- for exclusion in beside %}
                        and not ({{ is_left_out_by(exclusion, "s") }} and b{{ loop.index }}.ref_area is null)
                    {%- endfor %}
            )

        select
            'marts.series' as table_name,
            {{ row_key("x", ["series_id", "time_period", "base_period"]) }} as row_key,
            x.series_id,
            x.ref_area,
            x.time_period,
            x.mart_column,
            x.expected,
            concat(
                '{{ node.schema }}.{{ node.name }} does not show ',
                x.indicator,
                ' of ',
                a.name_en,
                ' (',
                a.level,
                ') for ',
                x.time_period
            ) as message
        from missed as x
        inner join {{ ref("area") }} as a on a.ref_area = x.ref_area
        where x.mart_column is not null
        {%- for column in columns + borrowing %}

            union all

            select
                'marts.{{ node.name }}',
                {{ row_key("m", node.config.meta.grain) }},
                null,
                m.ref_area,
                m.time_period,
                '{{ column.name }}',
                s.{{ column.value }},
                concat(
                    '{{ node.schema }}.{{ node.name }} shows ',
                    coalesce(cast(m.{{ column.name }} as string), 'nothing'),
                    ' in {{ column.name }} for ',
                    m.ref_area,
                    ', ',
                    m.time_period,
                    ', which no figure of marts.series says'
                )
            from {{ model }} as m
            left join
                counted as s
                on {{ at_its_keys(node, "m", "s", but=column.borrows) }}
                and {{ is_shown_by(column.codes, "s") }}
            where
                {{ "true" if column.borrows else "m." ~ column.name ~ " is not null" }}
                and not m.is_total
                and {{ as_shown("s." ~ column.value, column.data_type) }} is distinct from m.{{ column.name }}
        {%- endfor %}
    {%- endif %}
{% endtest %}
