{#-
    The raw Parquet under the names of dbt's sources, for an engine that does not read files by their path as DuckDB
    does: `dbt run-operation name_sources` before a command that reads them. Spark takes the columns from the files.
    `folder`: that which holds raw/, as the engine sees it.
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
{%- endmacro %}
