{#-
    A level is a join, since engines differ in how they recurse. A circle ends nowhere; more levels than are followed
    end the build.
-#}
{%- set levels = 8 -%}
{%- set parts = [] -%}
{%- for level in range(levels, 0, -1) %} {% do parts.append("p" ~ level ~ ".part") %} {% endfor -%}
{%- set beyond = "p" ~ (levels + 1) ~ ".part" -%}
{%- set too_deep = "seeds/relations/part.csv: parts of parts go deeper than " ~ levels ~ " levels" -%}
select distinct
    p1.indicator,
    p1.dimension,
    p1.whole,
    case when {{ beyond }} is null then coalesce({{ parts | join(", ") }}) else {{ stop(too_deep) }} end as leaf
from {{ ref("stg_part") }} as p1
{%- for level in range(2, levels + 2) %}
    left join
        {{ ref("stg_part") }} as p{{ level }}
        on {{ equal("p" ~ level, "p1", ["indicator", "dimension"]) }}
        and p{{ level }}.whole = p{{ level - 1 }}.part
{%- endfor %}
where {{ beyond }} is null or {{ beyond }} not in (p1.whole, {{ parts | join(", ") }})
