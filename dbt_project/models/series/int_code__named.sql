-- The names of every code that a mart has in a column: of the lists of core.code, and of the lists with a table each.
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
