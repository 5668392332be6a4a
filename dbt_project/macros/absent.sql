{#- What stands in for figures that a row of a mart does not have. -#}
{#-
    The totals that no source states where all their parts stand beside them, by their keys (`at` and `dimensions`),
    with the names of these parts in both languages: <column>_apart_en, <column>_apart_zh for each column of `values`.
    Left join them. `parts`: stg_part; `names`: int_code__named; else as of totals.
-#}
{% macro stand_apart(parts, names, rows, at, dimensions, values) -%}
    {%- set key = at + dimensions | list %}
    select
        {{ key | join(", ") }}
        {%- for value in values.values() %}
            {%- for language in ["en", "zh"] %}
                ,
                max(
                    case when of_column = '{{ value }}' then parts_{{ language }} end
                ) as {{ value }}_apart_{{ language }}
            {%- endfor %}
        {%- endfor %}
    from
        (
            {%- for column, dimension in dimensions.items() %}
                {%- for indicator, value in values.items() %}
                    select
                        {{ prefixed("w", key) }},
                        '{{ value }}' as of_column,
                        {{ joined("lower(n.name_en)", ", ", ["l.part"]) }} as parts_en,
                        {{ joined("n.name_zh", "、", ["l.part"]) }} as parts_zh
                    from {{ rows }} as w
                    inner join
                        {{ parts }} as l
                        on l.indicator = '{{ indicator }}'
                        and l.dimension = '{{ dimension }}'
                        and l.whole = w.{{ column }}
                    inner join {{ names }} as n on n.codelist = l.dimension and n.code = l.part
                    left join
                        {{ rows }} as p
                        on p.{{ column }} = l.part
                        and {{ equal("p", "w", key | reject("equalto", column) | list) }}
                    where w.{{ value }} is null and w.{{ value }}_status is null
                    group by {{ prefixed("w", key) }}
                    having count(p.{{ value }}) = count(*) {{ 'union all' if not loop.last }}
                    {%- endfor %} {{ 'union all' if not loop.last }}
            {%- endfor %}
        ) as a
    group by {{ key | join(", ") }}
{%- endmacro %}

{#-
    How figures of marts.series (`selected`) are stated that a mart does not show: in another scope, over another
    time, counted more widely (`wider`: stg_bound), or, of a scheme that is one group alone (employees), in parts of
    that group (`parts`: stg_part), which make up all of it: <figure>_otherwise_en, <figure>_otherwise_zh for each of
    `figures`, a name -> the codes that tell its rows, by the `key` of the mart but for its scope. Left join them:
    what they say is told where no figure stands in the row itself (told_of_figures). `shown`: what the mart shows;
    `names`: int_code__named; `caveats`: stg_caveat; `has_scopes`: whether the scope is of the key.
-#}
{% macro stated_otherwise(selected, names, wider, caveats, key, shown, figures, has_scopes=false, parts=none) -%}
    {%- set codes = [] -%}
    {%- for of_figure in figures.values() -%}
        {%- for dimension in of_figure if dimension != "indicator" and dimension not in key + codes -%}
            {%- do codes.append(dimension) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set fixed = {} -%}
    {%- for dimension, of_mart in shown.items() if dimension not in ["scope", "time_basis"] -%}
        {%- do fixed.update({dimension: of_mart}) -%}
    {%- endfor -%}
    select
        {{ key | join(", ") }}
        {%- for name, of_figure in figures.items() %}
            {%- set is_it -%}
                {%- for dimension, code in of_figure.items() %}
                    {{- dimension }} = '{{ code }}'{{ " and " if not loop.last }}
                {%- endfor -%}
            {%- endset %}
            {%- for language, mark in {"en": "; ", "zh": "；"}.items() %}
                {%- set how = "case when " ~ is_it ~ " then how_" ~ language ~ " end" %},
                {{ joined(how, mark, ["how_en"]) }} as {{ name }}_otherwise_{{ language }}
            {%- endfor %}
        {%- endfor %}
    from
        (
            select distinct
                {{ prefixed("s", key + codes) }},
                a.indicator
                {%- for language, mark in {"en": ", ", "zh": "，"}.items() %}
                    ,
                    coalesce(
                        nullif(
                            concat_ws(
                                '{{ mark }}',
                                case when a.stated_as <> a.indicator then lower(i.name_{{ language }}) end,
                                case when s.scope <> '_Z' then lower(n.name_{{ language }}) end,
                                case
                                    when s.time_basis not in ('{{ shown.time_basis | join("', '") }}')
                                    then lower(t.name_{{ language }})
                                end
                            ),
                            ''
                        ),
                        told.in_no_scope_{{ language }}
                    ) as how_{{ language }}
                {%- endfor %}
            from {{ selected }} as s
            inner join
                (
                    select code as indicator, code as stated_as
                    from {{ names }}
                    where codelist = 'indicator'
                    union all
                    select lower, upper
                    from {{ wider }}
                    where is_wider
                ) as a
                on a.stated_as = s.indicator
            left join {{ names }} as i on i.codelist = 'indicator' and i.code = a.stated_as
            left join {{ names }} as n on n.codelist = 'scope' and n.code = s.scope
            left join {{ names }} as t on t.codelist = 'time_basis' and t.code = s.time_basis
            cross join ({{ sentences(caveats, ["in_no_scope"]) }}) as told
            where
                s.obs_value is not null
                and {{ shown_in(fixed, "s") }}
                and a.indicator in ('{{ figures.values() | map(attribute="indicator") | unique | join("', '") }}')
                {%- if not has_scopes %}
                    and not (
                        s.scope in ('{{ shown.scope | join("', '") }}')
                        and s.time_basis in ('{{ shown.time_basis | join("', '") }}')
                        and a.stated_as = a.indicator
                    )
                {%- endif %}
            {%- if parts %}
                union all
                {{ in_parts_of_a_group(selected, names, parts, caveats, key, codes, shown) }}
            {%- endif %}
        ) as s
    group by {{ key | join(", ") }}
{%- endmacro %}

{#-
    For stated_otherwise: the totals over groups of which all parts of one group are stated, in schemes of which no
    figure of any group that the total consists of is: there is one group, and its parts are all of it.
-#}
{% macro in_parts_of_a_group(selected, names, parts, caveats, key, codes, shown) -%}
    {%- set others = key | reject("equalto", "pop_group") | list + codes -%}
    select
        {{ prefixed("s", key + codes) }},
        s.indicator
        {%- for language in ["en", "zh"] %}
            , {{ sentence(language, "in_parts", {"parts": "s.parts_{}"}) }} as how_{{ language }}
        {%- endfor %}
    from
        (
            select
                {%- for name in key + codes %}
                    {{ "s.whole as pop_group" if name == "pop_group" else "s." ~ name }},
                {%- endfor %}
                s.indicator
                {%- for language, mark in {"en": ", ", "zh": "、"}.items() %}
                    , {{ joined("s.name_" ~ language, mark, ["s.part"]) }} as parts_{{ language }}
                {%- endfor %}
            from
                (
                    select distinct
                        {{ prefixed("s", others) }},
                        s.indicator,
                        l.whole,
                        l.of_group,
                        l.part,
                        l.parts,
                        lower(n.name_en) as name_en,
                        n.name_zh
                    from {{ selected }} as s
                    inner join
                        (
                            select
                                w.indicator,
                                w.whole,
                                w.part as of_group,
                                p.part,
                                count(*) over (partition by w.indicator, w.whole, w.part) as parts
                            from {{ parts }} as w
                            inner join
                                {{ parts }} as p
                                on {{ equal("p", "w", ["indicator", "dimension"]) }}
                                and p.whole = w.part
                            where w.dimension = 'pop_group' and w.whole = '_T'
                        ) as l
                        on l.indicator = s.indicator
                        and l.part = s.pop_group
                    inner join {{ names }} as n on n.codelist = 'pop_group' and n.code = s.pop_group
                    left join
                        (
                            select distinct g.indicator, g.scheme
                            from {{ selected }} as g
                            inner join {{ parts }} as w on w.indicator = g.indicator and w.part = g.pop_group
                            where w.dimension = 'pop_group' and w.whole = '_T'
                        ) as g
                        on {{ equal("g", "s", ["indicator", "scheme"]) }}
                    where g.scheme is null and s.obs_value is not null and {{ shown_in(shown, "s") }}
                ) as s
            group by {{ prefixed("s", others) }}, s.indicator, s.whole, s.of_group, s.parts
            having count(*) = s.parts
        ) as s
    cross join ({{ sentences(caveats, ["in_parts"]) }}) as told
{%- endmacro %}
