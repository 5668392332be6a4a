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
