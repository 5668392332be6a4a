{#-
    A failure means that a measure is null without a status and a caveat that say why, or that a
    number bears the status of a missing one, or that a marked number has no caveat. The status of
    each measure stands in its metadata.
-#}
{% test null_is_explained(model) %}
    {%- if execute %}
        {%- set node = model_metadata(model.identifier) %}
        {%- for column in node.columns.values() if column.meta.get('status') %}
            select
                {{ row_key("m", node.config.meta.grain) }} as row_key,
                '{{ column.name }}' as column_name,
                cast(m.{{ column.name }} as string) as shown,
                m.{{ column.meta.status }} as status,
                m.caveat_en
            from {{ model }} as m
            where
                (m.{{ column.name }} is null)
                <> (m.{{ column.meta.status }} in ('{{ var("missing_statuses") | join("', '") }}'))
                or (
                    (
                        m.{{ column.name }} is null
                        or m.{{ column.meta.status }} in ('{{ var("marked_statuses") | join("', '") }}')
                    )
                    and (m.caveat_en is null or m.caveat_zh is null)
                )
                {{ 'union all' if not loop.last }}
        {%- endfor %}
    {%- endif %}
{% endtest %}
