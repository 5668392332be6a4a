{#-
    What readers are told stands in seeds/codelists/caveat.csv, a row a reason, in both languages; models say only
    when it holds.
-#}

{#- A query of one row with the sentences of `reasons`, two columns each: <reason>_en and <reason>_zh. Cross join it. -#}
{% macro sentences(caveats, reasons) -%}
    select
        {%- for reason in reasons %}
        max(case when caveat = '{{ reason }}' then text_en end) as {{ reason }}_en,
        max(case when caveat = '{{ reason }}' then text_zh end) as {{ reason }}_zh{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ caveats }}
{%- endmacro %}

{#-
    The caveat of a row in one language; NULL where nothing is to be told. `parts`, in the order in which they are told:
    a reason with the condition on which it holds, or the name of columns that hold a caveat already, without _en and
    _zh. `told`: the alias of the sentences.
-#}
{% macro caveat(language, parts, told='told') -%}
    nullif(concat_ws('{{ ' ' if language == 'en' else '' }}'
        {%- for part in parts %},
        {% if part is string %}{{ part }}_{{ language }}{% else %}case when {{ part[1] }} then {{ told }}.{{ part[0] }}_{{ language }} end{% endif %}
        {%- endfor %}), '')
{%- endmacro %}

{#- The reasons that `parts` name, each once. -#}
{% macro reasons_of(parts) -%}
    {{ return(parts | reject('string') | map('first') | unique | list) }}
{%- endmacro %}
