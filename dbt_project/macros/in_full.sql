{#-
    What a row of a mart says beside its codes and its values, by the mart's contract alone: the names of every code, in
    both languages. `found`: what the mart's query found, a CTE; `names`: int_code__named. A unit test of dbt has no
    graph: there it is what the model itself finds that is tested.
-#}
{% macro in_full(mart, found, names) -%}
    {%- if execute and graph.nodes is defined -%}
        {%- set coded = coded_columns(model_metadata(mart)) -%}
        select
            m.*
            {%- for column in coded %}
                {%- for language in ["en", "zh"] %}
                    , {{ column }}_named.name_{{ language }} as {{ column }}_name_{{ language }}
                {%- endfor %}
            {%- endfor %}
        from {{ found }} as m
        {%- for column, codelist in coded.items() %}
            left join
                {{ names }} as {{ column }}_named
                on {{ column }}_named.codelist = '{{ codelist }}'
                and {{ column }}_named.code = m.{{ column }}
        {%- endfor %}
    {%- else -%} select * from {{ found }} cross join (select count(*) as counted from {{ names }}) as n
    {%- endif -%}
{%- endmacro %}

{#-
    The columns of a mart that hold codes -> the list of int_code__named that they are of. validations/published.py says
    the same of all published tables.
-#}
{% macro coded_columns(node) -%}
    {%- set homes = model_metadata("observation").columns -%}
    {%- set statuses = node.columns.values() | map(attribute="meta.status") | select | list -%}
    {%- set lists = {"ref_area": "area", "indicator": "indicator", "scheme": "scheme", "unit_measure": "unit"} -%}
    {%- set found = {} -%}
    {%- for column in node.columns.values() -%}
        {%- set stated = column.meta.get("codes") -%}
        {%- set home = homes.get(column.name, {}).get("meta", {}).get("codes") -%}
        {%- set referenced = column.meta.get("references") -%}
        {%- if stated -%} {%- do found.update({column.name: stated.list if stated is mapping else stated}) -%}
        {%- elif column.name in statuses -%} {%- do found.update({column.name: "obs_status"}) -%}
        {%- elif home -%} {%- do found.update({column.name: home}) -%}
        {%- elif referenced in ["core.area", "core.indicator", "core.scheme", "core.unit"] -%}
            {%- do found.update({column.name: referenced | replace("core.", "")}) -%}
        {%- elif column.name in lists -%} {%- do found.update({column.name: lists[column.name]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
