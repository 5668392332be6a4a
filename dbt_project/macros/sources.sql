{#-
    The raw Parquet under the names of dbt's sources, for an engine that does not read files by their path as DuckDB
    does: `dbt run-operation name_sources` before a command that reads them. Spark takes the columns from the files.
    `folder`: that which holds raw/, as the engine sees it. The engine's own version is written down beside the tables,
    and where its pages are is printed.
-#}
{% macro name_sources(folder) -%}
    {%- for schema in graph.sources.values() | map(attribute="schema") | unique | sort -%}
        {%- do run_query("create schema if not exists " ~ schema) -%}
    {%- endfor -%}
    {%- for source in graph.sources.values() | sort(attribute="unique_id") -%}
        {%- set files = modules.re.search("'(raw/[^']*)'", source.meta.external_location)[1] -%}
        {%- set place = files | replace("{name}", source.name) | replace("/**", "") -%}
        {%- set name = place.split("/")[-1] -%}
        {%- do run_query("drop table if exists " ~ source.schema ~ "." ~ source.identifier) -%}
        {%- do run_query(
            "create table "
            ~ source.schema
            ~ "."
            ~ source.identifier
            ~ " using parquet options (path '"
            ~ folder
            ~ "/"
            ~ place[: -(name | length) - 1]
            ~ "', pathGlobFilter '"
            ~ name
            ~ "', recursiveFileLookup true)"
        ) -%}
    {%- endfor -%}
    {%- do run_query(
        "create table "
        ~ (graph.sources.values() | list)[0].schema
        ~ ".spark using parquet location '"
        ~ env_var("MINSHENG_SPARK_TABLES")
        ~ "/spark' as select version() as spark"
    ) -%}
    {%- set told = {} -%}
    {%- for setting in ["spark.ui.enabled", "spark.driver.host", "spark.ui.port"] -%}
        {%- do told.update({setting: run_query("set " ~ setting).rows[0][1] | string}) -%}
    {%- endfor -%}
    {%- set port = told["spark.ui.port"] | int(4040) -%}
    {%- if told["spark.ui.enabled"] != "false" -%}
        {%- do print("Spark's own pages: http://" ~ told["spark.driver.host"] ~ ":" ~ port) -%}
    {%- endif -%}
{%- endmacro %}

{#- Where a table of Spark lies: in the folder of the attempt, under the name of its model. -#}
{% macro spark__location_clause() %} location '{{ env_var("MINSHENG_SPARK_TABLES") }}/{{ model.name }}' {% endmacro %}

{#- What a cluster keeps in mind of this attempt goes; what lies in the folder of the attempt stays. -#}
{% macro forget_names() -%}
    {%- set known = graph.sources.values() | list + graph.nodes.values() | list -%}
    {%- for schema in known | map(attribute="schema") | unique | sort -%}
        {%- do run_query("drop schema if exists " ~ schema ~ " cascade") -%}
    {%- endfor -%}
{%- endmacro %}
