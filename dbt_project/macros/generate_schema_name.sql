{#- Schemas bear their plain names: there is one target, and a release is not a developer's sandbox. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
