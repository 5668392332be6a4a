{#-
    Stands behind a CTE that is read many times, as the last of those before it: what follows reads no other of them.
    DuckDB computes a CTE once. Spark writes it out wherever it is read, and plans a mart for minutes: there it becomes
    a table of its own before the rest is asked, see spark__create_table_as.
-#}
{% macro computed_once(cte) -%} {{ return(adapter.dispatch("computed_once")(cte)) }} {%- endmacro %}

{% macro default__computed_once(cte) -%} {%- endmacro %}

{% macro spark__computed_once(cte) -%}  /* once: {{ cte }} */
{%- endmacro %}

{#-
    Before the bracket of a CTE that is read once and is computed before what reads it: written into that, DuckDB would
    choose another order of joins. Spark joins as it is written.
-#}
{% macro computed_first() -%} {{ return(adapter.dispatch("computed_first")()) }} {%- endmacro %}

{% macro default__computed_first() -%} materialized {%- endmacro %}

{% macro spark__computed_first() -%} {%- endmacro %}

{#- dbt-spark's own, after what is computed once. -#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language="sql") -%}
    {%- set sql = namespace(text=compiled_code) -%}
    {%- set found = modules.re.search("/\* once: ([a-z_]+) \*/", compiled_code) -%}
    {%- if found -%}
        {%- set before, after = compiled_code.split(found[0]) -%}
        {%- set table = relation.schema ~ "." ~ relation.identifier ~ "__" ~ found[1] -%}
        {%- do run_query("drop table if exists " ~ table) -%}
        {%- do run_query("create table " ~ table ~ " using parquet as " ~ before ~ " select * from " ~ found[1]) -%}
        {%- set sql.text = "with " ~ found[1] ~ " as (select * from " ~ table ~ ")" ~ after -%}
    {%- endif -%}
    {{ dbt.spark__create_table_as(temporary, relation, sql.text, language) }}
{%- endmacro %}
