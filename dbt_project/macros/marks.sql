{#-
    The CTE of_marks (`row_key`, `column_name`, `caveat_en`, `caveat_zh`): the marks that values of a mart bear and
    that neither a figure behind them nor the mart itself tells (`own_mark`). Behind the CTEs follows, noted and
    of_figures of told_rows; `printed`: the columns that show printed figures, or their ends.
-#}
{% macro of_marks(node, found, caveats, printed) -%}
    {%- set marked = [] -%}
    {%- for code in var("marked_statuses") -%}
        {%- do marked.append(["marked_" ~ code | lower, "m.status = '" ~ code ~ "'"]) -%}
    {%- endfor -%}
    of_marks as (
        select
            m.row_key, m.column_name, {{ caveat("en", marked) }} as caveat_en, {{ caveat("zh", marked) }} as caveat_zh
        from
            (
                {%- for column in node.columns.values() if column.meta.get("status") %}
                    {{ "union" if not loop.first }}
                    select
                        {{ row_key("m", node.config.meta.grain) }} as row_key,
                        '{{ column.name }}' as column_name,
                        {{ column.meta.status }} as status
                    from {{ found }} as m
                    where
                        {{ column.meta.status }} in ('{{ var("marked_statuses") | join("', '") }}')
                        and {{ column.meta.status }} <> '{{ column.meta.get("own_mark", "") }}'
                    {%- if column.meta.get("crosses_splice") %}
                        union
                        -- Whichever status goes before it.
                        select {{ row_key("m", node.config.meta.grain) }}, '{{ column.name }}', 'B'
                        from {{ found }} as m
                        where m.{{ column.meta.crosses_splice }} and m.{{ column.name }} is not null
                    {%- endif %}
                {%- endfor %}
            ) as m
        left join
            (select distinct row_key, column_name from of_figures) as f
            on f.row_key = m.row_key
            and f.column_name = m.column_name
            and f.column_name in ('{{ printed | join("', '") }}')
        left join
            (
                select distinct f.row_key, f.column_name, s.obs_status as status
                from follows as f
                inner join noted as s on s.observation_id = f.observation_id
                inner join {{ found }} as m on {{ row_key("m", node.config.meta.grain) }} = f.row_key
                where s.caveat_en is not null and (s.obs_status <> 'B' or s.time_period = m.time_period)
            ) as r
            on r.row_key = m.row_key
            and r.column_name = m.column_name
            and r.status = m.status
        cross join ({{ sentences(caveats, reasons_of(marked)) }}) as told
        where f.row_key is null and r.row_key is null
    )
{%- endmacro %}

{#-
    The CTE of_rates (`row_key`, `column_name`, `caveat_en`, `caveat_zh`), if the mart has such columns: that an amount
    of a quarter or a month is shown at the rate of a year.
-#}
{% macro of_rates(node, found, caveats) -%}
    {%- set rates = rates_of(node) -%}
    {%- if rates -%}
        ,
        of_rates as (
            select
                {{ row_key("m", node.config.meta.grain) }} as row_key,
                r.column_name,
                told.at_a_yearly_rate_en as caveat_en,
                told.at_a_yearly_rate_zh as caveat_zh
            from {{ found }} as m
            inner join
                (
                    {%- for name in rates %}
                        select '{{ name }}' as column_name {{ "union all" if not loop.last }}
                    {%- endfor %}
                ) as r
                on case r.column_name {%- for name in rates %} when '{{ name }}' then m.{{ name }} {%- endfor %} end
                is not null
            cross join ({{ sentences(caveats, ["at_a_yearly_rate"]) }}) as told
            where m.freq <> 'A'
        )
    {%- endif -%}
{%- endmacro %}

{#- The columns of a mart that show the amount of a period at the rate of a year, by their formulas. -#}
{% macro rates_of(node) -%}
    {%- set found = [] -%}
    {%- for column in node.columns.values() if "* 12 / months" in column.meta.get("formula", "") -%}
        {%- do found.append(column.name) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
