{#-
    Thresholds of a rule, a column each, for a query of one row from stg_threshold. One that the register does not state
    ends the build: a rule that compares with nothing finds nothing, and nobody would notice.
-#}
{% macro thresholds(rule_id, names) -%}
    {%- for name in names %}
        coalesce(
            max(case when rule_id = '{{ rule_id }}' and name = '{{ name }}' then value end),
            {{
                stop(
                    "seeds/rules/threshold.csv: no row "
                    ~ rule_id
                    ~ ", "
                    ~ name
                    ~ "; the rule cannot be looked for without it"
                )
            }}
        ) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- An expression that ends the query with a message, where it is reached. -#}
{% macro stop(message) -%} {{ return(adapter.dispatch("stop")(message)) }} {%- endmacro %}

{% macro default__stop(message) -%} raise_error('{{ message }}') {%- endmacro %}

{% macro duckdb__stop(message) -%} error('{{ message }}') {%- endmacro %}
