{#-
    The CTEs qualified_rows and caveat_rows: rows of a mart (`row_key`) with what is told of their values. Qualifiers:
    how its source hedges a printed value that is no point, and that a computed one follows from such a figure. Caveats:
    those of the figures that a value follows from, or that it is missing for, and the mark that a computed value bears
    and none of these figures tells, or a printed one of which nothing else is told; of a change across a splice, also
    where another mark stands before that one (`crosses_splice`, a column of `found`). A sentence is told once a row,
    behind the names of all columns that it is about, and those of the same columns together. Arguments as of in_full.
-#}
{% macro told_rows(
    node,
    found,
    names,
    selected,
    said,
    caveats,
    decided,
    hedges,
    follows,
    sums,
    replaced,
    editions,
    roundings
) -%}
    {%- set shows = [] -%}
    {%- set bounds = {} -%}
    {%- for column in node.columns.values() if column.meta.get("printed") -%}
        {%- if column.meta.printed is sameas true -%} {%- do shows.append(column.name) -%}
        {%- else -%} {%- do bounds.update({column.name: column.meta.inputs}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set is_own = "f.column_name in ('" ~ shows | join("', '") ~ "') and " ~ at_its_keys(node, "m", "s") -%}
    {%- set rounded = "h.below_digits = 1 and h.above_digits = 1 and s.obs_value is not null" -%}
    {#- Of a range the ends stand in columns of their own, and none in that of the value. -#}
    {%- set column = namespace(sql="f.column_name") -%}
    {%- for name in shows -%}
        {%- set ends = [] -%}
        {%- for end, inputs in bounds.items() if inputs == node.columns[name].meta.inputs -%}
            {%- do ends.append(end) -%}
        {%- endfor -%}
        {%- if ends -%}
            {%- set column.sql -%}
                case
                    when f.column_name <> '{{ name }}' or s.obs_value is not null
                    then {{ column.sql }}
                    when '{}' = 'en'
                    then '{{ ends | join(", ") }}'
                    else '{{ ends | join("、") }}'
                end
            {%- endset -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set stated = {"column": column.sql, "wording": "lower(n.name_{})"} -%}
    {%- set low = {"low": without_zeros("s.obs_low")} -%}
    {%- set high = {"high": without_zeros("s.obs_high")} -%}
    {%- set told = [
        [
            "qualified_between",
            is_own ~ " and not (" ~ rounded ~ ") and s.obs_low is not null and s.obs_high is not null",
            dict(dict(stated, **low), **high),
        ],
        [
            "qualified_rounded",
            is_own ~ " and " ~ rounded ~ " and s.obs_low is not null and s.obs_high is not null",
            dict(dict(stated, value=without_zeros("s.obs_value")), **dict(low, **high)),
        ],
        ["qualified_from", is_own ~ " and s.obs_high is null", dict(stated, **low)],
        ["qualified_up_to", is_own ~ " and s.obs_low is null", dict(stated, **high)],
        ["follows_from_qualified", "not (" ~ is_own ~ ")", {"column": "f.column_name"}],
    ] -%}
    {#- A code that is not the row's own, and beside a figure that has one also the row's own. -#}
    {%- set renamed, another = node.config.meta.series.get("renamed", {}), {} -%}
    {%- for key in node.config.meta.series["keys"] if key not in ["freq", "time_period", "indicator"] -%}
        {%- set dimension = renamed.get(key, key) -%}
        {%- set is_another -%}
            s.{{ dimension }} not in (m.{{ key }}, '_Z')
            or (
                s.{{ dimension }} not in ('_T', '_Z')
                and max(case when s.{{ dimension }} not in (m.{{ key }}, '_Z') then 1 else 0 end) over (
                    partition by f.row_key, f.column_name
                )
                = 1
            )
        {%- endset -%}
        {%- do another.update({dimension: is_another}) -%}
    {%- endfor -%}
    {%- for dimension in ["residence", "pop_group"] if dimension not in another -%}
        {%- do another.update({dimension: "s." ~ dimension ~ " not in ('_T', '_Z')"}) -%}
    {%- endfor -%},
    noted as (select * from {{ selected }} where qualifier <> '_Z' or caveat_en is not null),

    follows as (
        select f.*
        from
            ({{ follows or lineage_of(node.name, found, selected, "noted", empty=true) }}) as f
            {%- for column in node.columns.values() if column.meta.get("is_one_at") %}
                {{ "where" if loop.first else "and" }}
                not (
                    f.column_name = '{{ column.name }}'
                    {%- for key, code in column.meta.is_one_at.items() %}
                        and instr(concat('|', f.row_key, '|'), '|{{ key }}={{ code }}|') > 0
                    {%- endfor %}
                )
            {%- endfor %}
    )
    {{ unit_free(node, found, selected, decided, sums) }}
    {%- if editions %} {{ of_editions(node, found, selected, caveats, editions) }}{% endif %}
    {%- if roundings %} {{ of_few_digits(node, found, selected, caveats, replaced, roundings) }}{% endif %},

    qualified as (
        select distinct
            f.row_key, f.column_name, {{ caveat("en", told) }} as qualifier_en, {{ caveat("zh", told) }} as qualifier_zh
        from follows as f
        inner join noted as s on s.observation_id = f.observation_id
        inner join {{ found }} as m on {{ row_key("m", node.config.meta.grain) }} = f.row_key
        inner join {{ names }} as n on n.codelist = 'qualifier' and n.code = s.qualifier
        inner join {{ hedges }} as h on h.qualifier = s.qualifier
        cross join ({{ sentences(caveats, reasons_of(told)) }}) as told
        where
            s.qualifier <> '_Z' and (s.obs_value is not null or s.obs_low is not null or s.obs_high is not null)
            {%- if bounds %}
                -- The ends of what the wording allows say themselves what they are.
                and f.column_name not in ('{{ bounds | join("', '") }}')
            {%- endif %}
    ),

    qualified_rows as (
        select
            row_key,
            {{ joined("qualifier_en", " ", ["column_name", "qualifier_en"]) }} as qualifiers_en,
            {{ joined("qualifier_zh", "", ["column_name", "qualifier_zh"]) }} as qualifiers_zh
        from qualified
        group by row_key
    ),

    of_inputs as (
        select
            f.row_key,
            f.column_name,
            f.observation_id,
            s.time_period,
            s.time_period = m.time_period as is_of_the_period,
            p.source_ids not like '%,%' as is_of_one_source,
            max(case when {{ is_own }} then 1 else 0 end) over (
                partition by f.row_key, f.observation_id
            ) as stands_beside
            {%- for language, mark in {"en": ", ", "zh": "，"}.items() %}
                ,
                concat(
                    coalesce(i.name_{{ language }}, s.indicator)
                    {%- for dimension, is_another in another.items() %}
                        {%- set name = "of_" ~ dimension ~ ".name_" ~ language %}
                        {%- if dimension in ["residence", "pop_group"] %}
                            {%- set name = "lower(" ~ name ~ ")" %}
                        {%- endif %},
                        {{ after(mark, "case when " ~ is_another ~ " then " ~ name ~ " end") }}
                    {%- endfor %}
                ) as of_{{ language }}
            {%- endfor %}
        from follows as f
        inner join noted as s on s.observation_id = f.observation_id
        inner join {{ found }} as m on {{ row_key("m", node.config.meta.grain) }} = f.row_key
        left join sourced_rows as p on {{ equal("p", "m", node.config.meta.grain) }}
        left join {{ names }} as i on i.codelist = 'indicator' and i.code = s.indicator
        {%- for dimension in another %}
            left join
                {{ names }} as of_{{ dimension }}
                on of_{{ dimension }}.codelist = '{{ {"ref_area": "area"}.get(dimension, dimension) }}'
                and of_{{ dimension }}.code = s.{{ dimension }}
        {%- endfor %}
    ),

    -- What is told of a figure that does not stand beside the value says of which, beside those that do, and of when if
    -- of another period alone.
    of_each as (
        select
            f.row_key,
            f.column_name,
            t.caveat_en,
            t.caveat_zh,
            min(t.place) as place,
            -- That a figure is a paper's needs no name in a row of which all are that one's.
            max(
                case
                    when
                        t.reason in ('of_the_literature', 'spliced_from_a_paper')
                        and f.is_of_the_period
                        and f.is_of_one_source
                    then 1
                    else f.stands_beside
                end
            ) as stands_beside,
            {%- for language, mark in {"en": ", ", "zh": "，"}.items() %}
                concat(
                    f.of_{{ language }},
                    case
                        when max(case when f.is_of_the_period then 1 else 0 end) = 0
                        then concat('{{ mark }}', max(f.time_period))
                        else ''
                    end
                ) as of_{{ language }}{{ ',' if not loop.last }}
            {%- endfor %}
        from of_inputs as f
        inner join {{ said }} as t on t.observation_id = f.observation_id
        left join unit_free as u on {{ equal("u", "f", ["row_key", "column_name"]) }} and u.decision_id = t.stated_by
        {%- if replaced %} left join {{ replaced }} as r on r.observation_id = f.observation_id {%- endif %}
        where
            u.row_key is null
            -- A break before the figure that a change starts from lies not in the change, nor does another edition.
            and (f.is_of_the_period or t.reason not in ('break', 'behind_earlier_edition'))
            {%- if replaced %}
                -- Nor is the sum of the parts of the publication of the total in whose place it is shown.
                and (
                    r.observation_id is null
                    or t.reason not in (
                        'spliced_from',
                        'spliced_from_a_paper',
                        'of_earlier_edition',
                        'of_the_literature',
                        'of_a_platform'
                    )
                )
            {%- endif %}
        group by f.row_key, f.column_name, t.caveat_en, t.caveat_zh, f.of_en, f.of_zh
    ),

    of_figures as (
        select
            row_key,
            column_name,
            place,
            {%- for language, mark in {"en": ": ", "zh": "："}.items() %}
                concat(
                    case when of_{{ language }} is not null then concat(of_{{ language }}, '{{ mark }}') else '' end,
                    caveat_{{ language }}
                ) as caveat_{{ language }}{{ ',' if not loop.last }}
            {%- endfor %}
        from
            (
                select
                    row_key,
                    column_name,
                    caveat_en,
                    caveat_zh,
                    min(place) as place,
                    case when min(stands_beside) = 0 then {{ joined("of_en", "; ", ["of_en"]) }} end as of_en,
                    case when min(stands_beside) = 0 then {{ joined("of_zh", "；", ["of_zh"]) }} end as of_zh
                from of_each
                group by row_key, column_name, caveat_en, caveat_zh
            ) as told
    ),

    {{ of_marks(node, found, caveats, shows + bounds.keys() | list) }}
    {{ of_rates(node, found, caveats) }},

    told_of_columns as (
        select
            row_key,
            caveat_en,
            caveat_zh,
            min(told_place) as told_place,
            min(place) as place,
            {{ joined("column_name", ", ", ["place"]) }} as columns_en,
            {{ joined("column_name", "、", ["place"]) }} as columns_zh
        from
            (
                select
                    t.row_key,
                    t.column_name,
                    t.caveat_en,
                    t.caveat_zh,
                    min(t.told_place) as told_place,
                    case
                        t.column_name
                        {%- for name in node.columns %} when '{{ name }}' then {{ loop.index }}{% endfor %}
                    end as place
                from
                    (
                        select row_key, column_name, caveat_en, caveat_zh, place as told_place
                        from of_figures
                        {%- if editions %}
                            union all
                            select row_key, column_name, caveat_en, caveat_zh, 98
                            from of_editions
                        {%- endif %}
                        {%- if roundings %}
                            union all
                            select row_key, column_name, caveat_en, caveat_zh, 2
                            from of_few_digits
                        {%- endif %}
                        {%- if rates_of(node) %}
                            union all
                            select row_key, column_name, caveat_en, caveat_zh, 1
                            from of_rates
                        {%- endif %}
                        union all
                        select row_key, column_name, caveat_en, caveat_zh, 99
                        from of_marks
                    ) as t
                group by t.row_key, t.column_name, t.caveat_en, t.caveat_zh
            ) as t
        group by row_key, caveat_en, caveat_zh
    ),

    told_together as (
        select
            row_key,
            columns_en,
            columns_zh,
            min(place) as place,
            {{ joined("caveat_en", " ", ["told_place", "caveat_en", "caveat_zh"]) }} as caveat_en,
            {{ joined("caveat_zh", "", ["told_place", "caveat_en", "caveat_zh"]) }} as caveat_zh
        from told_of_columns
        group by row_key, columns_en, columns_zh
    ),

    caveat_rows as (
        select
            row_key,
            {{ joined("concat(columns_en, ': ', caveat_en)", " ", ["place", "columns_en"]) }} as caveat_en,
            {{ joined("concat(columns_zh, '：', caveat_zh)", "", ["place", "columns_en"]) }} as caveat_zh
        from told_together
        group by row_key
    )
{%- endmacro %}
