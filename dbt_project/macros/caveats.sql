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
    a reason with the condition on which it holds, with its names if it has any, and the columns that it is about, which
    then stand before it; or the name of columns that hold a caveat already, without _en and _zh. `told`: the alias of
    the sentences.
-#}
{% macro caveat(language, parts, told="told") -%}
    {%- set gap = " " if language == "en" else "" -%}
    nullif(
        concat_ws(
            '{{ gap }}'
            {%- for part in parts %}
                ,
                {% if part is string -%} {{ part }}_{{ language }}
                {%- else -%}
                    case
                        when {{ part[1] }}
                        then {{ about(language, part[3], sentence(language, part[0], part[2] or {}, told)) }}
                    end
                {%- endif %}
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}

{#- SQL of a text behind the names of the columns that it is about; the text alone if none are given. -#}
{% macro about(language, columns, text) -%}
    {%- if not columns -%} {{ text }}
    {%- elif language == "en" -%} '{{ columns | join(", ") }}: ' || {{ text }}
    {%- else -%} '{{ columns | join("、") }}：' || {{ text }}
    {%- endif -%}
{%- endmacro %}

{#- The reasons that `parts` name, each once. -#}
{% macro reasons_of(parts) -%} {{ return(parts | reject("string") | map("first") | unique | list) }} {%- endmacro %}

{#-
    What is told of the figures of a row, for `caveat`, where they have no caveat of their own: that no source states
    one (no_<reason>), or that it is missing (<reason>_is_missing) where nothing else says why. `figures`: columns as
    pivot_series names them -> reason, and the column of the mart that it is about. `apart`: alias of stand_apart, whose
    totals are told to stand in parts; `apart_of`: the figures that it has. `otherwise`: alias of stated_otherwise.
-#}
{% macro told_of_figures(figures, prefix="", apart=none, apart_of=[], otherwise=none) -%}
    {%- set parts = [] -%}
    {%- for name, (reason, column) in figures.items() -%}
        {%- set figure = prefix ~ name -%}
        {%- set is_unstated = figure ~ "_status is null" -%}
        {%- if apart and name in apart_of -%}
            {%- set stated = apart ~ "." ~ name ~ "_apart_" -%}
            {%- do parts.append(
                ["parts_stand_apart", stated ~ "en is not null", {"parts": stated ~ "{}"}, [column]]
            ) -%}
            {%- set is_unstated = is_unstated ~ " and " ~ stated ~ "en is null" -%}
        {%- endif -%}
        {%- if otherwise -%}
            {%- set stated = otherwise ~ "." ~ name ~ "_otherwise_" -%}
            {%- do parts.append(
                [
                    "stated_otherwise",
                    is_unstated ~ " and " ~ stated ~ "en is not null",
                    {"how": stated ~ "{}"},
                    [column],
                ]
            ) -%}
            {%- set is_unstated = is_unstated ~ " and " ~ stated ~ "en is null" -%}
        {%- endif -%}
        {%- do parts.extend(
            [
                ["no_" ~ reason, is_unstated, {}, [column]],
                [
                    reason ~ "_is_missing",
                    figure
                    ~ "_status is not null and "
                    ~ figure
                    ~ " is null and "
                    ~ figure
                    ~ "_caveat_en is null",
                    {},
                    [column],
                ],
            ]
        ) -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}
