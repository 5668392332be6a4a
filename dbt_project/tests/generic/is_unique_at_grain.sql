{#-
    A failure means that two rows of a published table bear one key: joins on it would multiply.
    A quick hash narrows millions of rows down to those that may share a key; these are compared in full.
-#}
{% test is_unique_at_grain(model) %}
    {%- if execute %}
        {%- set grain = model_metadata(model.identifier).config.meta.grain | join(", ") %}
        select {{ grain }}, count(*) as rows_with_this_key
        from {{ model }}
        where
            {{ quick_hash(grain) }}
            in (select {{ quick_hash(grain) }} from {{ model }} group by {{ quick_hash(grain) }} having count(*) > 1)
        group by {{ grain }}
        having count(*) > 1
    {%- endif %}
{% endtest %}
