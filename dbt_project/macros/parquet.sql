{#-
    Materialization `parquet`: a work table whose rows lie in a Parquet file beside work.duckdb, under a view of its
    name. For what is wide, large and read whole columns at a time: DuckDB writes text into its own tables at twice
    the cost. Other engines' tables are Parquet already: there a model is to be a table.

    The view names the file from the folder of work.duckdb; the profile, and who opens it elsewhere, say that with
    DuckDB's file_search_path.
-#}
{% materialization parquet, adapter = "duckdb" -%}
    {%- set target = this.incorporate(type="view") -%}
    {%- set file = "work/" ~ this.identifier ~ ".parquet" -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.type != "view" -%} {% do drop_relation_if_exists(existing) %} {%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement("main") -%}
        -- What has more values than this in a row group is written as it stands sooner.
        copy ({{ compiled_code }}) to 'release/{{ file }}' (format parquet, dictionary_size_limit 4096)
    {%- endcall %}
    {% call statement("view") -%}
        create or replace view {{ target }} as select * from read_parquet('{{ file }}')
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {% do persist_docs(target, model) %}
    {% do adapter.commit() %}
    {{ return({"relations": [target]}) }}
{%- endmaterialization %}
