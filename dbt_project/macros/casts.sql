{#-
    Behind a table of `staging`: ends the build where a text of its source is no value of the type to which the model
    casts it. DuckDB ends it by itself; Spark without ANSI mode, as dbt-spark sets it, makes NULL of such a text.
-#}
{% macro casts_hold() -%} {{ return(adapter.dispatch("casts_hold")()) }} {%- endmacro %}

{% macro default__casts_hold() -%} {%- endmacro %}

{% macro spark__casts_hold() -%}
    {%- set form = (
        "cast\\((?:[a-z]\\.)?([a-z_]+) as ((?:integer|bigint|double|date|boolean|decimal\\([0-9, ]+\\)))\\)"
    ) -%}
    {%- set casts = modules.re.findall(form, model.raw_code) | unique | list -%}
    {%- if execute and casts -%}
        {%- set wrong = [] -%}
        {%- for column, data_type in casts -%}
            {%- do wrong.append(column ~ " is not null and cast(" ~ column ~ " as " ~ data_type ~ ") is null") -%}
        {%- endfor -%}
        {%- set query = "select * from " ~ source(*model.sources[0]) ~ " where (" ~ wrong | join(") or (") ~ ")" -%}
        {%- set rows = run_query(query ~ " limit 1").rows -%}
        {%- if rows -%}
            {%- do exceptions.raise_compiler_error(
                model.name ~ ": a text of its source is no value of its type: " ~ rows[0].values() | list
            ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
