{#-
    What readers are told stands in seeds/codelists/caveat.csv, a row a reason, in both languages; models say only
    when it holds, and what stands in for the {names} in its text.
-#}
{#- A query of one row with the sentences of `reasons`, two columns each: <reason>_en, <reason>_zh. Cross join it. -#}
{% macro sentences(caveats, reasons) -%}
    select
        {%- for reason in reasons %}
            max(case when caveat = '{{ reason }}' then text_en end) as {{ reason }}_en,
            max(case when caveat = '{{ reason }}' then text_zh end) as {{ reason }}_zh{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ caveats }}
{%- endmacro %}

{#-
    The sentence of a reason in one language. `names`: what stands in for each {name} in it, SQL of text that is not
    NULL where the sentence is told; {} in that SQL is the language.
-#}
{% macro sentence(language, reason, names={}, told="told") -%}
    {%- set text = namespace(sql=told ~ "." ~ reason ~ "_" ~ language) -%}
    {%- for name, sql in names.items() -%}
        {%- set text.sql = "replace(" ~ text.sql ~ ", '{" ~ name ~ "}', " ~ sql | replace("{}", language) ~ ")" -%}
    {%- endfor -%}
    {{ text.sql }}
{%- endmacro %}

{#-
    The caveat of a row in one language; NULL where nothing is to be told. `parts`, in the order in which they are told:
    a reason with the condition on which it holds, and with its names, if it has any; or the name of columns that hold
    a caveat already, without _en and _zh. `told`: the alias of the sentences.
-#}
{% macro caveat(language, parts, told="told") -%}
    {%- set gap = " " if language == "en" else "" -%}
    nullif(
        concat_ws(
            '{{ gap }}'
            {%- for part in parts %}
                ,
                {% if part is string -%} {{ part }}_{{ language }}
                {%- else -%} case when {{ part[1] }} then {{ sentence(language, part[0], part[2] or {}, told) }} end
                {%- endif %}
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}

{#- The reasons that `parts` name, each once. -#}
{% macro reasons_of(parts) -%} {{ return(parts | reject("string") | map("first") | unique | list) }} {%- endmacro %}

{#-
    What is told of the figures of a row, for `caveat`: their own caveats, that no source states one (no_<reason>), or
    that it is missing (<reason>_is_missing) where nothing else says why. `figures`: columns as pivot_series names them
    -> reason.
-#}
{% macro told_of_figures(figures, prefix="") -%}
    {%- set parts = [] -%}
    {%- for name, reason in figures.items() -%}
        {%- set figure = prefix ~ name -%}
        {%- do parts.extend(
            [
                figure ~ "_caveat",
                ["no_" ~ reason, figure ~ "_status is null"],
                [
                    reason ~ "_is_missing",
                    figure
                    ~ "_status is not null and "
                    ~ figure
                    ~ " is null and "
                    ~ figure
                    ~ "_caveat_en is null",
                ],
            ]
        ) -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}

{#-
    What a row of `mart` is told where a value bears a mark and nothing else says anything of the row: which column, and
    which mark, from the contract's status columns; they are columns of the query that asks. NULL where none is marked.
-#}
{% macro marks(language, mart, told="told") -%}
    {%- set parts = [] -%}
    {#- A unit test of dbt has no graph: there it is what the model itself tells that is tested. -#}
    {%- if execute and graph.nodes is defined -%}
        {%- for column in model_metadata(mart).columns.values() if column.meta.get("status") -%}
            {%- for code in var("marked_statuses") -%}
                {%- do parts.append(
                    [
                        "marked_" ~ code | lower,
                        column.meta.status ~ " = '" ~ code ~ "'",
                        {"column": "'" ~ column.name ~ "'"},
                    ]
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ caveat(language, parts, told) if parts else "cast(null as string)" }}
{%- endmacro %}

{#- The reasons that `marks` may tell. -#}
{% macro reasons_of_marks() -%}
    {%- set reasons = [] -%}
    {%- for code in var("marked_statuses") -%} {%- do reasons.append("marked_" ~ code | lower) -%} {%- endfor -%}
    {{ return(reasons) }}
{%- endmacro %}
