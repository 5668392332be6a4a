{%- set of_a_balance -%}
    {%- for column in ['stock', 'inflow', 'outflow'] %}
    select {{ column }} from {{ ref('stg_balance') }}
    {{ 'union' if not loop.last }}
    {%- endfor %}
{%- endset %}
with
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

    findings as (
        select
            'identity.balance' as rule_id,
            e.in_pass as pass,
            j.closing_id as anchor_id,
            concat(
                j.place,
                ': prints ',
                j.printed_value,
                '; opening balance, revenue and expenditure give ',
                min({{ shown("j.computed_low") }}) over (partition by e.in_pass, j.closing_id),
                ' to ',
                max({{ shown("j.computed_high") }}) over (partition by e.in_pass, j.closing_id)
            ) as message,
            j.closing_id,
            j.opening_id,
            j.inflow_id,
            j.outflow_id
        from judged as j
        inner join {{ passes() }} as e on e.row_pass = j.pass
        where not j.agrees
    )

    {{
        by_role(
            "findings",
            {"closing": "closing_id", "opening": "opening_id", "inflow": "inflow_id", "outflow": "outflow_id"},
        )
    }}
