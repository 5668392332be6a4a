{#-
    A model's schema is its folder, under its plain name: there is one target, and a release is not a developer's
    sandbox. What the interface demands elsewhere says so with its reason, in dbt_project.yml. A cluster alone, where
    other attempts are known as well, puts the name of this one before it, as models/sources.yml does.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set name = custom_schema_name or (node.fqn[1] if node.resource_type == "model" else target.schema) -%}
    {{ target.schema ~ "_" ~ name if target.name == "cluster" else name }}
{%- endmacro %}
