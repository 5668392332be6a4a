{#-
    A failure means that a mart shows another figure than marts.series for the same code, or lacks one.
    The code of each printed column stands in its metadata, with the dimensions that are not the row's own.
-#}
{% test agrees_with_series(model) %}
-- depends_on: {{ ref('series') }}
{%- if execute %}
{%- set node = model_metadata(model.identifier) %}
{%- for column in node.columns.values() if column.meta.get('printed') %}
{%- set input = column.meta.inputs[0] %}
{%- set keys = node.config.meta.series['keys'] | reject('in', input.keys() | list) | list %}
select 'marts.series' as table_name, {{ row_key('s', ['series_id', 'time_period', 'base_period']) }} as row_key, '{{ column.name }}' as mart_column, cast(m.{{ column.name }} as decimal(38, 10)) as shown, s.obs_value as expected
from {{ ref('series') }} as s
left join {{ model }} as m on {{ equal('m', 's', keys) }}
where {{ shown_in(model.identifier, 's', other=input.keys() | list) }}
    {%- for dimension, code in input.items() %} and s.{{ dimension }} = '{{ code }}'{% endfor %}
    and (m.ref_area is null or m.{{ column.name }} is distinct from s.obs_value)
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endif %}
{% endtest %}
