{#-
    A level is a join, since engines differ in how they recurse. A circle ends nowhere; more levels than are followed
    end the build.
-#}
{%- set levels = 8 -%}
{%- set parts = [] -%}
{%- for level in range(1, levels + 1) %} {% do parts.append("p" ~ level ~ ".part") %} {% endfor -%}
{%- set beyond = "p" ~ (levels + 1) ~ ".part" -%}
{%- set too_deep = "seeds/relations/part.csv: parts of parts go deeper than " ~ levels ~ " levels" -%}
with
    walked as (
        select
            p1.indicator,
            p1.dimension,
            p1.whole,
            {%- for part in parts %} {{ part }} as part_{{ loop.index }},{% endfor %}
            {%- for level in range(1, levels + 1) %} p{{ level }}.left_out_in as left_out_{{ level }},{% endfor %}
            case when {{ beyond }} is not null then {{ stop(too_deep) }} end as part_{{ levels + 1 }}
        from {{ ref("stg_part") }} as p1
        {%- for level in range(2, levels + 2) %}
            left join
                {{ ref("stg_part") }} as p{{ level }}
                on {{ equal("p" ~ level, "p1", ["indicator", "dimension"]) }}
                and p{{ level }}.whole = p{{ level - 1 }}.part
        {%- endfor %}
        where {{ beyond }} is null or {{ beyond }} not in (p1.whole, {{ parts | join(", ") }})
    )

{% for level in range(1, levels + 1) %}
    select
        indicator,
        dimension,
        whole,
        part_{{ level }} as part,
        part_{{ level + 1 }} is null as is_leaf,
        {{ "coalesce(" if level > 1 }}
        {%- for above in range(1, level + 1) %} left_out_{{ above }}{{ ', ' if not loop.last }}{% endfor -%}
        {{ ")" if level > 1 }} as left_out_in
    from walked
    where part_{{ level }} is not null {{ 'union' if not loop.last }}
{% endfor %}
