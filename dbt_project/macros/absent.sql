{#- What stands in for figures that a row of a mart does not have, and what a period lacks. -#}
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
    time, counted more widely (`wider`: stg_bound), or, of a scheme that is one group alone (employees), in parts of that
    group alone (`parts`: stg_part), which make up all of it: <figure>_otherwise_en, <figure>_otherwise_zh for each of
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
    For stated_otherwise: the totals over groups of which all parts of one group are stated, in schemes of which no figure
    of any group that the total consists of is: there is one group, and its parts are all of it.
-#}
{% macro in_parts_of_a_group(selected, names, parts, caveats, key, codes, shown) -%}
    {%- set others = key | reject("equalto", "pop_group") | list + codes -%}
    select
        {%- for name in key + codes %}
            {{ "s.whole as pop_group" if name == "pop_group" else "s." ~ name }},
        {%- endfor %}
        s.indicator
        {%- for language, mark in {"en": ", ", "zh": "、"}.items() %}
            {%- set listed = joined("s.name_" ~ language, mark, ["s.part"]) %},
            replace(told.in_parts_{{ language }}, '{parts}', {{ listed }}) as how_{{ language }}
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
                        {{ parts }} as p on {{ equal("p", "w", ["indicator", "dimension"]) }} and p.whole = w.part
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
    cross join ({{ sentences(caveats, ["in_parts"]) }}) as told
    group by {{ prefixed("s", others) }}, s.indicator, s.whole, s.of_group, s.parts, told.in_parts_en, told.in_parts_zh
    having count(*) = s.parts
{%- endmacro %}

{#-
    The CTE lacking, behind others that it is made of: the schemes of which an area states a value in other periods and
    not in this one, whose names in both languages (`schemes_en`, `schemes_zh`) are told of a sum over schemes: by
    ref_area, freq and time_period, and by the column `value` that is summed. `values`: columns of `rows` -> the
    indicator as whose values they add up over schemes in core.part (`parts`): of a whole that is lacking no part is
    named. `ever`: also before the first period that states a scheme.
-#}
{% macro schemes_lacking(rows, values, schemes, parts, ever=false) -%}
    {%- set within = ["value", "ref_area", "freq"] -%}
    stated as (
        {%- for value, indicator in values.items() %}
            select distinct '{{ value }}' as value, '{{ indicator }}' as adds_up_as, ref_area, freq, time_period, scheme
            from {{ rows }}
            where {{ value }} is not null {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    held as (
        select {{ within | join(", ") }}, scheme, min(time_period) as since
        from stated
        group by {{ within | join(", ") }}, scheme
    ),

    -- Where its successor is stated too, a scheme ends with the first period of that one, which is expected from then
    -- on.
    expected as (
        select
            {{ prefixed("h", within) }},
            h.scheme,
            max(f.since) is not null as has_forerunner,
            h.since,
            min(s.since) as ends
        from held as h
        inner join {{ schemes }} as n on n.scheme = h.scheme
        left join held as s on {{ equal("s", "h", within) }} and s.scheme = n.successor
        left join {{ schemes }} as o on o.successor = h.scheme
        left join held as f on {{ equal("f", "h", within) }} and f.scheme = o.scheme
        group by {{ prefixed("h", within) }}, h.scheme, h.since
    ),

    -- But for those whose forerunner or successor is there, or what they are parts of or folded into, or a part of
    -- them.
    not_stated as (
        select {{ prefixed("p", within) }}, p.adds_up_as, p.time_period, h.scheme
        from (select distinct {{ within | join(", ") }}, adds_up_as, time_period from stated) as p
        inner join
            expected as h
            on {{ equal("h", "p", within) }}
            and ({{ "not h.has_forerunner or " if ever }}p.time_period >= h.since)
            and (h.ends is null or p.time_period < h.ends)
        left join
            (
                select {{ prefixed("s", within) }}, s.time_period, a.scheme
                from stated as s
                inner join {{ schemes }} as o on o.scheme = s.scheme
                inner join {{ schemes }} as a on a.scheme in (o.scheme, o.successor) or a.successor = o.scheme
                union
                select
                    {{ prefixed("s", within) }},
                    s.time_period,
                    case when s.scheme = l.whole then l.part else l.whole end
                from stated as s
                inner join {{ parts }} as l on l.indicator = s.adds_up_as and s.scheme in (l.whole, l.part)
                where l.dimension = 'scheme'
                union
                select {{ prefixed("s", within) }}, s.time_period, o.scheme
                from stated as s
                inner join {{ schemes }} as o on o.folded_into = s.scheme and s.time_period >= o.folded_since
            ) as s
            on {{ equal("s", "p", within + ["time_period"]) }}
            and s.scheme = h.scheme
        where s.scheme is null
    ),

    lacking as (
        select
            {{ prefixed("s", within) }},
            s.time_period,
            {{ joined("lower(n.name_en)", ", ", ["n.scheme"]) }} as schemes_en,
            {{ joined("n.name_zh", "、", ["n.scheme"]) }} as schemes_zh
        from not_stated as s
        inner join {{ schemes }} as n on n.scheme = s.scheme
        left join
            (
                select distinct {{ prefixed("w", within) }}, w.time_period, l.part
                from not_stated as w
                inner join {{ parts }} as l on l.indicator = w.adds_up_as and l.whole = w.scheme
                where l.dimension = 'scheme'
                union
                select {{ prefixed("w", within) }}, w.time_period, o.scheme
                from not_stated as w
                inner join {{ schemes }} as o on o.folded_into = w.scheme and w.time_period >= o.folded_since
            ) as w
            on {{ equal("w", "s", within + ["time_period"]) }}
            and w.part = s.scheme
        where w.part is null
        group by {{ prefixed("s", within) }}, s.time_period
    )
{%- endmacro %}

{#-
    The CTE sums_lack, behind those of schemes_lacking: what is told of sums over schemes, in caveat_en and caveat_zh,
    by the `key` of the rows: one sentence for the columns that lack the same. `columns`: values -> their columns.
-#}
{% macro sums_lack(rows, key, columns, caveats) -%}
    sums_lack as (
        select
            {{ key | join(", ") }}
            {%- for language, (mark, before, gap) in {"en": [", ", ": ", " "], "zh": ["、", "：", ""]}.items() %}
                {%- set told = "concat(columns_" ~ language ~ ", '" ~ before ~ "', told_" ~ language ~ ")" %},
                {{ joined(told, gap, ["place"]) }} as caveat_{{ language }}
            {%- endfor %}
        from
            (
                select
                    {{ prefixed("r", key) }},
                    min(r.place) as place
                    {%- for language, mark in {"en": ", ", "zh": "、"}.items() %}
                        ,
                        {{ joined("r.column_name", mark, ["r.place"]) }} as columns_{{ language }},
                        {{ sentence(language, "schemes_are_missing", {"schemes": "l.schemes_{}"}) }}
                        as told_{{ language }}
                    {%- endfor %}
                from
                    (
                        {%- for value, column in columns.items() %}
                            select
                                {{ key | join(", ") }},
                                freq,
                                '{{ value }}' as value,
                                '{{ column }}' as column_name,
                                {{ loop.index }} as place
                            from {{ rows }}
                            where {{ value }} is not null {{ 'union all' if not loop.last }}
                        {%- endfor %}
                    ) as r
                inner join lacking as l on {{ equal("l", "r", ["value", "ref_area", "freq", "time_period"]) }}
                cross join ({{ sentences(caveats, ["schemes_are_missing"]) }}) as told
                group by
                    {{ prefixed("r", key) }},
                    l.schemes_en,
                    l.schemes_zh,
                    told.schemes_are_missing_en,
                    told.schemes_are_missing_zh
            ) as r
        group by {{ key | join(", ") }}
    )
{%- endmacro %}
