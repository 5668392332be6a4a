{#-
    A closing balance that does not follow from the opening one may follow from that one as restated since: where the
    source comes again and the two stand in no one printed table, or in one that carries no balance forward, so that
    most of its closings do not follow from its openings. Not where the year after is off by as much the other way:
    then it is the balance between the two that is wrong.
-#}
{%- set of_a_balance -%}
    {%- for column in ['stock', 'inflow', 'outflow'] %}
    select {{ column }} from {{ ref('stg_balance') }}
    {{ 'union' if not loop.last }}
    {%- endfor %}
{%- endset %}
with
    of_rule as (select {{ thresholds("identity.balance", ["restated_share_most"]) }} from {{ ref("stg_threshold") }}),

    figures as (
        select *, {{ level_key("o") }} as level_key
        from {{ ref("int_level__related") }} as o
        where o.indicator in ({{ of_a_balance }})
    ),

    closing as (
        select
            o.*,
            {{ place("o") }} as place,
            {{ level_key("o", time="period_before") }} as opening_key,
            {{ level_key("o", indicator="o.inflow") }} as inflow_key,
            {{ level_key("o", indicator="o.outflow") }} as outflow_key
        from
            (
                select f.*, b.inflow, b.outflow, {{ period_before("f.time_period") }} as period_before
                from figures as f
                inner join {{ ref("stg_balance") }} as b on b.stock = f.indicator
            ) as o
    ),

    judged as (
        select
            {{ pass_of(["c", "o", "i", "x"]) }} as pass,
            c.table_id,
            c.place,
            c.printed_value,
            c.observation_id as closing_id,
            o.observation_id as opening_id,
            i.observation_id as inflow_id,
            x.observation_id as outflow_id,
            o.value_low as opening_low,
            o.value_high as opening_high,
            c.value_low - i.value_high + x.value_low as implied_low,
            c.value_high - i.value_low + x.value_high as implied_high,
            {{ comes_again("o", ref("stg_source")) }} as comes_again,
            {{ in_one_printed_table("o", "c") }} as in_one_table,
            c.value_low - (o.value_high + i.value_high - x.value_low) as off_low,
            c.value_high - (o.value_low + i.value_low - x.value_high) as off_high,
            o.value_low + i.value_low - x.value_high as computed_low,
            o.value_high + i.value_high - x.value_low as computed_high,
            coalesce(c.value_low <= o.value_high + i.value_high - x.value_low, true)
            and coalesce(c.value_high >= o.value_low + i.value_low - x.value_high, true) as agrees
        from closing as c
        inner join figures as o on o.level_key = c.opening_key and {{ in_one_pass("o", "c") }}
        inner join
            figures as i on i.level_key = c.inflow_key and {{ in_one_pass("i", "c") }} and {{ in_one_pass("i", "o") }}
        inner join
            figures as x
            on x.level_key = c.outflow_key
            and {{ in_one_pass("x", "c") }}
            and {{ in_one_pass("x", "o") }}
            and {{ in_one_pass("x", "i") }}
    ),

    of_pass as (
        select j.*, e.in_pass
        from judged as j
        inner join {{ passes() }} as e on e.row_pass = j.pass
        where j.in_one_table or not j.agrees
    ),

    tables as (
        select
            in_pass,
            table_id,
            count(distinct case when not agrees then closing_id end)
            > count(distinct case when agrees then closing_id end) as carries_none
        from of_pass
        where in_one_table
        group by in_pass, table_id
    ),

    -- One of two years that are off by as much, the other way.
    slipped as (
        select distinct j.in_pass, j.closing_id
        from of_pass as j
        inner join
            of_pass as n
            on n.in_pass = j.in_pass
            and (n.opening_id = j.closing_id or n.closing_id = j.opening_id)
            and j.off_low + n.off_low <= 0
            and j.off_high + n.off_high >= 0
        where not j.agrees and not n.agrees
    ),

    weighed as (
        select
            j.*,
            j.comes_again
            and (not j.in_one_table or (coalesce(f.carries_none, false) and s.closing_id is null))
            and {{ is_near("j.opening", "j.implied", "t.restated_share_most") }} as is_restated
        from of_pass as j
        left join tables as f on f.in_pass = j.in_pass and f.table_id = j.table_id
        left join slipped as s on s.in_pass = j.in_pass and s.closing_id = j.closing_id
        cross join of_rule as t
        where not j.agrees
    ),

    findings as (
        select
            'identity.balance' as rule_id,
            j.in_pass as pass,
            j.closing_id as anchor_id,
            case
                when min(case when j.is_restated then 1 else 0 end) over (partition by j.in_pass, j.closing_id) = 1
                then 'restated'
            end as condition,
            concat(
                j.place,
                ': prints ',
                j.printed_value,
                '; opening balance, revenue and expenditure give ',
                min({{ shown("j.computed_low") }}) over (partition by j.in_pass, j.closing_id),
                ' to ',
                max({{ shown("j.computed_high") }}) over (partition by j.in_pass, j.closing_id),
                case
                    when min(case when j.is_restated then 1 else 0 end) over (partition by j.in_pass, j.closing_id) = 1
                    then
                        concat(
                            '; that is an opening balance restated to ',
                            min({{ shown("j.implied_low") }}) over (partition by j.in_pass, j.closing_id),
                            ' to ',
                            max({{ shown("j.implied_high") }}) over (partition by j.in_pass, j.closing_id)
                        )
                    else ''
                end
            ) as message,
            j.closing_id,
            j.opening_id,
            j.inflow_id,
            j.outflow_id
        from weighed as j
    )

    {{
        by_role(
            "findings",
            {"closing": "closing_id", "opening": "opening_id", "inflow": "inflow_id", "outflow": "outflow_id"},
            with_condition=true,
        )
    }}
