{#-
    A failure means that a mart shows another figure than marts.series for the same code, or lacks one.
    The code of each printed column stands in its metadata.
-#}
{% test agrees_with_series(model) %}
-- depends_on: {{ ref('series') }}
{%- if execute %}
{%- set node = model_metadata(model.identifier) %}
{%- for column in node.columns.values() if column.meta.get('printed') %}
select s.series_id, s.time_period, '{{ column.name }}' as column_name, s.obs_value as expected, cast(m.{{ column.name }} as decimal(38, 10)) as read
from {{ ref('series') }} as s
left join {{ model }} as m on m.ref_area = s.ref_area and m.freq = s.freq and m.time_period = s.time_period and m.residence = s.residence
where s.indicator = '{{ column.meta.printed }}' and {{ is_in_dibao('s') }}
    and (m.ref_area is null or m.{{ column.name }} is distinct from s.obs_value)
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endif %}
{% endtest %}
