{#-
    Stands behind a CTE that is read many times, or several: what follows reads no other of those before it.
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

{#-
    dbt-spark's own, after what is computed once; what is read once stands where it is read. A unit test asks for a
    temporary table, of the query within another.
-#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language="sql") -%}
    {%- set sql = namespace(before="", after=compiled_code) -%}
    {%- for names in modules.re.findall("/\* once: ([a-z_ ]+) \*/", compiled_code) if not temporary -%}
        {%- set before, after = sql.after.split("/* once: " ~ names ~ " */") -%}
        {%- set read = [] -%}
        {%- for name in names.split(" ") -%}
            {%- set table = relation.schema ~ "." ~ relation.identifier ~ "__" ~ name -%}
            {%- set asked = spark__written_where_read(sql.before ~ before ~ " select * from " ~ name) -%}
            {%- do run_query("drop table if exists " ~ table) -%}
            {%- do run_query("create table " ~ table ~ " using parquet as " ~ asked) -%}
            {%- do read.append(name ~ " as (select * from " ~ table ~ ")") -%}
        {%- endfor -%}
        {%- set sql.before = "with " ~ read | join(", ") -%} {%- set sql.after = after -%}
    {%- endfor -%}
    {{ dbt.spark__create_table_as(temporary, relation, spark__written_where_read(sql.before ~ sql.after), language) }}
{%- endmacro %}

{#-
    A query with each CTE that is read once as a subquery where it is read. Spark computes every CTE apart, whole, with
    all columns and rows, and deals the rows out again before they are read on (InlineCTE is off, see profiles.yml):
    right for what is read many times, and most of the cost of millions for what is read once.
-#}
{% macro spark__written_where_read(query) -%}
    {%- set found = namespace(depth=0, name=none, body="", rest="", texts={}) -%}
    {%- for part in modules.re.split("('(?:[^'\\\\]|\\\\.|'')*'|--[^\\n]*|[()])", query) if part[:2] != "--" -%}
        {%- if part == "(" and found.depth == 0 -%}
            {%- set head = modules.re.search("(?:with|,)\s+([a-z_0-9]+)\s+as\s*$", found.rest) -%}
            {%- if head -%}
                {%- set found.name = head[1] -%} {%- set found.body = "" -%} {%- set found.rest = "" -%}
            {%- endif -%}
        {%- endif -%}
        {%- set found.depth = found.depth + {"(": 1, ")": -1}.get(part, 0) -%}
        {%- if found.name is none -%} {%- set found.rest = found.rest ~ part -%}
        {%- elif found.depth > 0 -%} {%- set found.body = found.body ~ part -%}
        {%- else -%} {%- do found.texts.update({found.name: found.body[1:]}) -%} {%- set found.name = none -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do found.texts.update({"": found.rest}) -%}
    {%- for name in found.texts.keys() | list if name -%}
        {%- set reading = "\\b(from|join)\s+" ~ name ~ "\\b(?!\.)(\s+as\s+[a-z_0-9]+)?" -%}
        {%- set readers = [] -%}
        {%- for reader, text in found.texts.items() -%}
            {%- for one in modules.re.findall(reading, text) -%} {%- do readers.append(reader) -%} {%- endfor -%}
        {%- endfor -%}
        {%- if readers | length == 1 -%}
            {%- set before, word, alias, after = modules.re.split(reading, found.texts[readers[0]]) -%}
            {%- set body = " (" ~ found.texts.pop(name) ~ ")" ~ (alias or " as " ~ name) -%}
            {%- do found.texts.update({readers[0]: before ~ word ~ body ~ after}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set main = found.texts.pop("") -%}
    {%- set kept = [] -%}
    {%- for name, text in found.texts.items() -%} {%- do kept.append(name ~ " as (" ~ text ~ ")") -%} {%- endfor -%}
    {{ return(("with " ~ kept | join(",\n") ~ "\n" if kept else "") ~ main) }}
{%- endmacro %}
