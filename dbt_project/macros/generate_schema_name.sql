{#-
    A model's schema is its folder, under its plain name: there is one target, and a release is not a developer's
    sandbox. What the interface demands elsewhere says so with its reason, in dbt_project.yml.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or (node.fqn[1] if node.resource_type == "model" else target.schema) }}
{%- endmacro %}
