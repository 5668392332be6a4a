{#-
    The quotients of a mart that are numbers or times, in which no unit of what they are made of is left, and which way
    they go (`direction_of`) -> whether it cancels period by period, as it does in a direction.
-#}
{% macro unit_free_columns(node) -%}
    {%- set found = {} -%}
    {%- for column in node.columns.values() if column.meta.get("denominator") and not column.meta.get("printed") -%}
        {%- for ending, unit in var("units").items() if column.name.endswith(ending) and column.meta.get("inputs") -%}
            {%- if unit.unit in ["PURE_NUMB", "MTH"] -%} {%- do found.update({column.name: false}) -%} {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for column in node.columns.values() if column.meta.get("direction_of") in found -%}
        {%- do found.update({column.name: true}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The statuses that belong to one of these quotients alone -> the quotient. -#}
{% macro unit_free_statuses(node) -%}
    {%- set found = {} -%}
    {%- for name, is_direction in unit_free_columns(node).items() if not is_direction -%}
        {%- set status = node.columns[name].meta.status -%}
        {%- if node.columns.values() | selectattr("meta.status", "equalto", status) | list | length == 1 -%}
            {%- do found.update({status: name}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#-
    The CTEs unit_free (`row_key`, `column_name`, `decision_id`) and unit_free_status (`row_key`, `column_name`,
    `status`): the quotients of a mart in which a decision about a unit cancels, and the status that they have without
    it. It cancels where it covers every figure behind the quotient that is counted in such a unit: whatever the unit
    is, it stands above and below the line; of a direction, every one of each period that it covers any of. A doubt
    stays where the status tells of amounts as well: it explains their mark. Behind the CTE follows of told_rows;
    `decided`: int_series__unit_decided, other arguments as of in_full.
-#}
{% macro unit_free(node, found, selected, decided, sums) -%}
    {%- set columns = unit_free_columns(node) -%}
    {%- set directions = [] -%}
    {%- for name, is_direction in columns.items() if is_direction -%} {%- do directions.append(name) -%} {%- endfor -%}
    {%- if not columns -%}
        ,
        unit_free as (
            select
                cast(null as string) as row_key,
                cast(null as string) as column_name,
                cast(null as string) as decision_id
            where false
        )
    {%- else -%}
        ,
        of_units as (
            select distinct
                f.row_key,
                f.column_name,
                u.decision_id,
                u.unit_measure,
                case when f.column_name in ('{{ directions | join("', '") }}') then s.time_period end as period
            from follows as f
            inner join {{ decided }} as u on u.observation_id = f.observation_id
            inner join noted as s on s.observation_id = f.observation_id
            where
                f.column_name in ('{{ columns | join("', '") }}')
                and (
                    not u.doubts
                    or f.column_name in ('{{ (directions + unit_free_statuses(node).values() | list) | join("', '") }}')
                )
        ),

        rows_of_units as (
            select m.*
            from {{ found }} as m
            inner join
                (select distinct row_key from of_units) as u on u.row_key = {{ row_key("m", node.config.meta.grain) }}
        ),

        behind as (
            select
                b.row_key,
                b.column_name,
                s.observation_id,
                s.unit_measure,
                s.time_period,
                case
                    when s.time_period = m.time_period then s.obs_status else {{ status_of_base("s.obs_status") }}
                end as obs_status,
                {{ origin() }} as origin
            from
                (
                    {{
                        sums or lineage_of(
                            node.name,
                            "rows_of_units",
                            selected,
                            selected,
                            only=columns,
                        )
                    }}
                ) as b
            inner join {{ selected }} as s on s.observation_id = b.observation_id
            inner join rows_of_units as m on {{ row_key("m", node.config.meta.grain) }} = b.row_key
        ),

        unit_free as (
            select u.row_key, u.column_name, u.decision_id
            from of_units as u
            left join
                behind as b
                on {{ equal("b", "u", ["row_key", "column_name", "unit_measure"]) }}
                and coalesce(b.time_period = u.period, true)
            left join
                {{ decided }} as d
                on d.observation_id = b.observation_id
                and d.decision_id = u.decision_id
                and d.unit_measure = u.unit_measure
            group by u.row_key, u.column_name, u.decision_id
            having count(b.observation_id) = count(d.observation_id)
        ),

        -- A break before the figure that a change starts from lies not in it; a splice between its figures does, but
        -- not
        -- one between them and what they are put in relation to, such as prices.
        unit_free_status as (
            select
                row_key,
                column_name,
                {{ computed_status("1", ["max(is_u)", "max(is_d)", "max(is_b)", "max(is_p)", "max(crosses)"]) }}
                as status
            from
                (
                    select
                        row_key,
                        column_name,
                        {%- for code in ["U", "D", "B", "P"] %}
                            max(case when status = '{{ code }}' then status end) as is_{{ code | lower }},
                        {%- endfor %}
                        case
                            when min(time_period) < max(time_period) and min(origin) < max(origin) then 'B'
                        end as crosses
                    from
                        (
                            select
                                b.row_key,
                                b.column_name,
                                b.time_period,
                                b.origin,
                                b.unit_measure,
                                coalesce(max(d.obs_status), min(b.obs_status)) as status
                            from behind as b
                            inner join unit_free as u on {{ equal("u", "b", ["row_key", "column_name"]) }}
                            left join
                                {{ decided }} as d
                                on {{ equal("d", "b", ["observation_id", "unit_measure"]) }}
                                and d.decision_id = u.decision_id
                            group by b.row_key, b.column_name, b.observation_id, b.time_period, b.origin, b.unit_measure
                        ) as b
                    group by row_key, column_name, unit_measure
                ) as b
            group by row_key, column_name
        )
    {%- endif -%}
{%- endmacro %}
