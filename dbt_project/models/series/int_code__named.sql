{#-
    The names of every code that a mart has in a column: of the lists of core.code, of the lists with a table each, and
    of what ratios and shares are relative to (counterpart), whose code names a dimension, or several, with its code.
-#}
{%- set lists = {"ref_area": "area", "indicator": "indicator", "scheme": "scheme"} %}
with
    named as (
        select codelist, code, name_en, name_zh, cast(null as string) as level
        from {{ ref("code") }}
        {%- for table, key in {
                "area": "ref_area",
                "indicator": "indicator",
                "scheme": "scheme",
                "unit": "unit_measure",
            }.items() %}
            union all

            select '{{ table }}', {{ key }}, name_en, name_zh, {{ "level" if table == "area" else "null" }}
            from {{ ref(table) }}
        {%- endfor %}
    )
    {{ computed_once("named") }},

    counterparts as (select distinct counterpart from {{ ref("observation") }} where counterpart <> '_Z')

select codelist, code, name_en, name_zh, level
from named

union all

select
    'counterpart',
    c.counterpart,
    {%- for language, mark in {"en": ", ", "zh": "，"}.items() %}
        concat_ws(
            '{{ mark }}'
            {%- for dimension in ["indicator"] + context_columns() %}
                , of_{{ dimension }}.name_{{ language }}
            {% endfor %}
        ),
    {%- endfor %}
    cast(null as string)
from counterparts as c
{%- for dimension in ["indicator"] + context_columns() %}
    left join
        named as of_{{ dimension }}
        on of_{{ dimension }}.codelist = '{{ lists.get(dimension, dimension) }}'
        and of_{{ dimension }}.code = {{ code_in_text("c.counterpart", dimension) }}
{%- endfor %}

union all

select 'counterpart', code, name_en, name_zh, cast(null as string)
from named
where codelist = 'scope' and code = '_Z'
