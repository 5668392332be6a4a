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
            {{ may_be_restated("o", "c", ref("stg_source")) }} as may_be_restated,
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

    weighed as (
        select
            j.*, j.may_be_restated and {{ is_near("j.opening", "j.implied", "t.restated_share_most") }} as is_restated
        from judged as j
        cross join of_rule as t
        where not j.agrees
    ),

    findings as (
        select
            'identity.balance' as rule_id,
            e.in_pass as pass,
            j.closing_id as anchor_id,
            case
                when min(case when j.is_restated then 1 else 0 end) over (partition by e.in_pass, j.closing_id) = 1
                then 'restated'
            end as condition,
            concat(
                j.place,
                ': prints ',
                j.printed_value,
                '; opening balance, revenue and expenditure give ',
                min({{ shown("j.computed_low") }}) over (partition by e.in_pass, j.closing_id),
                ' to ',
                max({{ shown("j.computed_high") }}) over (partition by e.in_pass, j.closing_id),
                case
                    when min(case when j.is_restated then 1 else 0 end) over (partition by e.in_pass, j.closing_id) = 1
                    then
                        concat(
                            '; that is an opening balance restated to ',
                            min({{ shown("j.implied_low") }}) over (partition by e.in_pass, j.closing_id),
                            ' to ',
                            max({{ shown("j.implied_high") }}) over (partition by e.in_pass, j.closing_id)
                        )
                    else ''
                end
            ) as message,
            j.closing_id,
            j.opening_id,
            j.inflow_id,
            j.outflow_id
        from weighed as j
        inner join {{ passes() }} as e on e.row_pass = j.pass
    )

    {{
        by_role(
            "findings",
            {"closing": "closing_id", "opening": "opening_id", "inflow": "inflow_id", "outflow": "outflow_id"},
            with_condition=true,
        )
    }}
