{#- A failure means that two rows of a published table bear one key: joins on it would multiply. -#}
{% test is_unique_at_grain(model) %}
{%- if execute %}
{%- set grain = model_metadata(model.identifier).config.meta.grain | join(', ') %}
select {{ grain }}, count(*) as rows_with_this_key
from {{ model }}
group by {{ grain }}
having count(*) > 1
{%- endif %}
{% endtest %}
