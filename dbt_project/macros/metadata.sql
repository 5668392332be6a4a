{#- Contracts read as data: `graph` is complete only while dbt executes. -#}

{% macro model_metadata(name) -%}
    {%- set found = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | selectattr('name', 'equalto', name) | list -%}
    {{ return(found[0]) }}
{%- endmacro %}

{#- A row's key as text: its grain as column=value, joined by |. -#}
{% macro row_key(alias, grain) -%}
    concat_ws('|'{% for column in grain %}, concat('{{ column }}=', cast({{ alias }}.{{ column }} as varchar)){% endfor %})
{%- endmacro %}

{#- Lineage rows of one mart, from the inputs that its columns' metadata name. -#}
{% macro lineage_of(mart) -%}
{%- if execute -%}
    {%- set node = model_metadata(mart) -%}
    {%- set queries = [] -%}
    {%- for column in node.columns.values() if column.meta.get('inputs') -%}
        {%- for input in column.meta.inputs -%}
            {%- set query -%}
select 'marts.{{ mart }}' as table_name, {{ row_key('m', node.config.meta.grain) }} as row_key, '{{ column.name }}' as column_name, s.observation_id
from {{ ref(mart) }} as m
inner join {{ ref('int_series__on_paper') }} as s
    on s.indicator = '{{ input.indicator }}' and {{ is_in_dibao('s') }} and s.ref_area = m.ref_area and s.freq = m.freq
    and s.time_period = {{ 'm.previous_time_period' if input.get('lag') else 'm.time_period' }}
    {%- if input.get('residence') %}
    and s.residence = '{{ input.residence }}'
    {%- else %}
    and (s.residence = m.residence or (m.is_total and s.residence in ('U', 'R')))
    {%- endif %}
where m.{{ column.name }} is not null
            {%- endset -%}
            {%- do queries.append(query) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ queries | join('\nunion\n') }}
{%- else -%}
select null as table_name, null as row_key, null as column_name, null as observation_id
{%- endif -%}
{%- endmacro %}
