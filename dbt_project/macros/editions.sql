{#-
    The statuses of a mart's differences, of one period, that belong to one of them alone -> the difference. It moves by
    many times as much as its parts do, where a quotient moves as little as they.
-#}
{% macro difference_statuses(node) -%}
    {%- set found = {} -%}
    {%- for column in node.columns.values() -%}
        {%- set meta = column.meta -%}
        {%- if " - " in meta.get("formula", "") and not meta.denominator and not meta.inputs | selectattr(
            "lag", "defined"
        ) | list -%}
            {%- if node.columns.values() | selectattr("meta.status", "equalto", meta.status) | list | length == 1 -%}
                {%- do found.update({meta.status: column.name}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#-
    A mart's differences of two figures -> the unit that they are in: of quotients and points no digit is the last one
    of a figure.
-#}
{% macro differences_of_figures(node) -%}
    {%- set found = {} -%}
    {%- for column in node.columns.values() -%}
        {%- set formula = column.meta.get("formula", "") -%}
        {%- if " - " in formula and "*" not in formula and "/" not in formula and not column.meta.denominator -%}
            {%- set units = [] -%}
            {%- for ending, unit in var("units").items() if column.name.endswith(ending) -%}
                {%- do units.append({"en": unit.en[-1].name, "zh": unit.zh[-1].name}) -%}
            {%- endfor -%}
            {%- do found.update({column.name: units[0]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#-
    The CTE of_few_digits (`row_key`, `column_name`, `caveat_en`, `caveat_zh`): differences of which half a unit of the
    last digits of their figures is much, as of_few_digits of int_series__told says of figures. `roundings`:
    int_series__rounding; other arguments as of in_full.
-#}
{% macro of_few_digits(node, found, selected, caveats, replaced, roundings) -%}
    {%- set differences = differences_of_figures(node) -%},
    rounded as (
        select s.*, r.width
        from {{ selected }} as s
        inner join {{ roundings }} as r on r.observation_id = s.observation_id
    ),

    widths as (
        select l.row_key, l.column_name, sum(r.width) as width
        from ({{ lineage_of(node.name, found, selected, "rounded", only=differences) }}) as l
        inner join {{ roundings }} as r on r.observation_id = l.observation_id
        {%- if replaced %}
            left join {{ replaced }} as x on x.observation_id = l.observation_id where x.observation_id is null
        {%- endif %}
        group by l.row_key, l.column_name
        having count(r.width) = count(*) and max(case when r.is_of_a_large_unit then 1 else 0 end) = 1
    ),

    of_few_digits as (
        {%- for name, unit in differences.items() %}
            {%- set half = "cast(w.width * cast(0.5 as decimal(2, 1)) as decimal(38, 10))" %}
            {%- set unit_name = "case when '{}' = 'en' then ' " ~ unit.en ~ "' else '" ~ unit.zh ~ "' end" %}
            {%- set ends = {
                "low": readable("(m." ~ name ~ " - " ~ half ~ ")"),
                "high": "concat(" ~ readable("(m." ~ name ~ " + " ~ half ~ ")") ~ ", " ~ unit_name ~ ")",
            } %}
            select
                w.row_key,
                w.column_name,
                {{ sentence("en", "few_digits_are_left", ends) }} as caveat_en,
                {{ sentence("zh", "few_digits_are_left", ends) }} as caveat_zh
            from {{ found }} as m
            inner join
                widths as w on w.row_key = {{ row_key("m", node.config.meta.grain) }} and w.column_name = '{{ name }}'
            cross join ({{ sentences(caveats, ["few_digits_are_left"]) }}) as told
            where
                m.{{ name }} <> 0
                and cast(w.width as double) > 2 * {{ var("few_digits") }} * abs(cast(m.{{ name }} as double))
                {{ 'union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#-
    The CTE of_editions (`row_key`, `column_name`, `caveat_en`, `caveat_zh`): differences of figures of several
    publications of which one states all, and one of them otherwise beyond rounding. Behind the CTE follows of
    told_rows; arguments as of in_full.
-#}
{% macro of_editions(node, found, selected, caveats, editions) -%}
    {%- set grain, names = node.config.meta.grain, {"title": "e.title_{}", "stated": "e.stated_{}"} -%},
    rows_of_several as (
        select m.*
        from {{ found }} as m
        inner join sourced_rows as p on {{ equal("p", "m", grain) }}
        where p.source_ids like '%,%'
    ),

    parts_of_differences as (
        select l.row_key, l.column_name, s.observation_id, s.source_id, s.vintage
        from
            (
                {{
                    lineage_of(
                        node.name,
                        "rows_of_several",
                        selected,
                        selected,
                        only=difference_statuses(node).values() | list,
                    )
                }}
            ) as l
        inner join {{ selected }} as s on s.observation_id = l.observation_id
    ),

    mixed as (
        select row_key, column_name, count(*) as parts
        from parts_of_differences
        group by row_key, column_name
        having min(source_id) < max(source_id)
    ),

    -- A part that is stated once is stated by its own publication.
    stated_parts as (
        select distinct
            p.row_key,
            p.column_name,
            p.observation_id,
            e.source_id,
            e.vintage,
            case when e.differs then 1 else 0 end as differs,
            case when e.differs then e.stated_en end as stated_en,
            case when e.differs then e.stated_zh end as stated_zh
        from parts_of_differences as p
        inner join {{ editions }} as e on e.observation_id = p.observation_id
        union
        select row_key, column_name, observation_id, source_id, vintage, 0, cast(null as string), cast(null as string)
        from parts_of_differences
    ),

    of_one_publication as (
        select
            s.row_key,
            s.column_name,
            s.source_id,
            max(s.differs) as differs,
            {{ joined("s.stated_en", ", ", ["s.stated_en"]) }} as stated_en,
            {{ joined("s.stated_zh", "、", ["s.stated_zh"]) }} as stated_zh
        from stated_parts as s
        inner join mixed as m on {{ equal("m", "s", ["row_key", "column_name"]) }}
        group by s.row_key, s.column_name, s.source_id, s.vintage, m.parts
        having count(*) = m.parts
    ),

    of_editions as (
        select
            e.row_key,
            e.column_name,
            {{ sentence("en", "parts_of_two_publications", names) | replace("{}", "en") }} as caveat_en,
            {{ sentence("zh", "parts_of_two_publications", names) | replace("{}", "zh") }} as caveat_zh
        from
            (
                select
                    o.row_key,
                    o.column_name,
                    min(o.stated_en) as stated_en,
                    min(o.stated_zh) as stated_zh,
                    min(t.title_en) as title_en,
                    min(t.title_zh) as title_zh
                from of_one_publication as o
                inner join
                    (
                        select row_key, column_name, min(source_id) as source_id
                        from of_one_publication
                        group by row_key, column_name
                        having min(differs) = 1
                    ) as f
                    on {{ equal("f", "o", ["row_key", "column_name", "source_id"]) }}
                -- One of the two, and no third.
                inner join parts_of_differences as p on {{ equal("p", "o", ["row_key", "column_name", "source_id"]) }}
                inner join
                    (select distinct source_id, title_en, title_zh from {{ editions }}) as t
                    on t.source_id = o.source_id
                group by o.row_key, o.column_name
            ) as e
        cross join ({{ sentences(caveats, ["parts_of_two_publications"]) }}) as told
    )
{%- endmacro %}
