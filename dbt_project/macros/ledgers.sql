{#- No rows, in the columns of the model's own contract: what stage 3 fills, when everything else is built. -#}
{% macro filled_by_assembly() -%}
    select
        {%- for column in model.columns.values() %}
            cast(null as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
{%- endmacro %}
