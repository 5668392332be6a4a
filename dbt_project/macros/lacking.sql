{#- What a period lacks of what others state, for sums over schemes. -#}
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
            {{ prefixed("r", key) }}
            {%- for language, (before, gap) in {"en": [": ", " "], "zh": ["：", ""]}.items() %}
                {%- set sum_lacks = sentence(language, "schemes_are_missing", {"schemes": "r.schemes_{}"}) %}
                {%- set told = "concat(r.columns_" ~ language ~ ", '" ~ before ~ "', " ~ sum_lacks ~ ")" %},
                {{ joined(told, gap, ["r.place"]) }} as caveat_{{ language }}
            {%- endfor %}
        from
            (
                select
                    {{ prefixed("r", key) }},
                    l.schemes_en,
                    l.schemes_zh,
                    min(r.place) as place
                    {%- for language, mark in {"en": ", ", "zh": "、"}.items() %}
                        , {{ joined("r.column_name", mark, ["r.place"]) }} as columns_{{ language }}
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
                group by {{ prefixed("r", key) }}, l.schemes_en, l.schemes_zh
            ) as r
        cross join ({{ sentences(caveats, ["schemes_are_missing"]) }}) as told
        group by {{ prefixed("r", key) }}
    )
{%- endmacro %}
