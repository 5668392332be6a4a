{#-
    Funds of social insurance: what they took in, spent and hold, beside the people insured. A quotient is of one scope
    and one group throughout: a balance that holds other funds than the spending beside it stands in a row of its own.
-#}
{%- set shown = {
    "age": ["_T"],
    "residence": ["_T"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["stock", "flow"],
} %}
{%- set figures = {
    "revenue": ("fund_revenue", "revenue_yuan"),
    "expenditure": ("fund_expenditure", "expenditure_yuan"),
    "balance": ("fund_balance", "balance_yuan"),
    "printed_surplus": ("fund_surplus", "surplus_printed_yuan"),
    "participants": ("participants", "participants_persons"),
} %}
{%- set stated = {
    "revenue": {"indicator": "INSURANCE_FUND_REVENUE"},
    "expenditure": {"indicator": "INSURANCE_FUND_EXPENDITURE"},
    "balance": {"indicator": "INSURANCE_FUND_BALANCE"},
    "printed_surplus": {"indicator": "INSURANCE_FUND_SURPLUS"},
    "participants": {"indicator": "INSURANCE_PARTICIPANTS"},
} %}
{%- set adds_up = {
    "INSURANCE_FUND_REVENUE": "revenue",
    "INSURANCE_FUND_EXPENDITURE": "expenditure",
    "INSURANCE_FUND_BALANCE": "balance",
    "INSURANCE_FUND_SURPLUS": "printed_surplus",
    "INSURANCE_PARTICIPANTS": "participants",
} %}
{%- set told = told_of_figures(figures, "c.", "a", adds_up.values() | list, "e") + ["k.caveat"] %}
{#- What adds up over schemes -> its column, and as what it does. What is left of a fund adds up as what it took in. -#}
{%- set summed = {
    "revenue": ("revenue_yuan", "INSURANCE_FUND_REVENUE"),
    "expenditure": ("expenditure_yuan", "INSURANCE_FUND_EXPENDITURE"),
    "balance": ("balance_yuan", "INSURANCE_FUND_BALANCE"),
    "printed_surplus": ("surplus_printed_yuan", "INSURANCE_FUND_REVENUE"),
    "surplus": ("surplus_yuan", "INSURANCE_FUND_REVENUE"),
} %}
{%- set columns, adds_up_as = {}, {} %}
{%- for value, (column, indicator) in summed.items() %}
    {%- do columns.update({value: column}) %} {%- do adds_up_as.update({value: indicator}) %}
{%- endfor %}
{%- set grain = ["ref_area", "time_period", "scheme", "pop_group", "scope"] %}
with
    funds as (
        select
            s.ref_area,
            s.freq,
            s.time_period,
            s.year,
            s.period_start,
            s.period_end,
            s.scheme,
            s.pop_group,
            s.scope,
            {{
                pivot_series(
                    stated,
                    whole=["participants"],
                )
            }}
        from {{ ref("series") }} as s
        where
            {{ shown_in(shown, "s") }}
            and s.indicator in (
                'INSURANCE_FUND_REVENUE',
                'INSURANCE_FUND_EXPENDITURE',
                'INSURANCE_FUND_BALANCE',
                'INSURANCE_FUND_SURPLUS',
                'INSURANCE_PARTICIPANTS'
            )
        group by all
    ),

    computed as (
        select
            *,
            revenue - expenditure as surplus,
            {{ divide("(balance * " ~ months_of("freq") ~ ")", "expenditure", 4) }} as reserve,
            {{ divide("(revenue * 12)", "(participants * " ~ months_of("freq") ~ ")", 4) }} as revenue_per_head,
            {{ divide("(expenditure * 12)", "(participants * " ~ months_of("freq") ~ ")", 4) }} as expenditure_per_head
        from funds
        -- Of a scheme of which only the participants are known there is no fund to show.
        where
            revenue_status is not null
            or expenditure_status is not null
            or balance_status is not null
            or printed_surplus_status is not null
    ),

    in_full_scope as (select * from computed where scope = '_Z'),

    {{ schemes_lacking("in_full_scope", adds_up_as, ref("stg_scheme"), ref("part")) }},

    {{ sums_lack("in_full_scope", grain, columns, ref("stg_caveat")) }},

    found as (
        select
            c.ref_area,
            c.freq,
            c.time_period,
            c.year,
            c.period_start,
            c.period_end,
            c.scheme,
            c.pop_group,
            c.scope,
            w.ref_area is not null as is_total,
            c.revenue as revenue_yuan,
            coalesce(c.revenue_status, 'L') as revenue_status,
            c.expenditure as expenditure_yuan,
            coalesce(c.expenditure_status, 'L') as expenditure_status,
            c.balance as balance_yuan,
            coalesce(c.balance_status, 'L') as balance_status,
            c.printed_surplus as surplus_printed_yuan,
            coalesce(c.printed_surplus_status, 'L') as surplus_printed_status,
            {{ as_shown("c.surplus", "decimal(24, 4)") }} as surplus_yuan,
            {{ computed_status("c.surplus", ["c.revenue_status", "c.expenditure_status"]) }} as surplus_status,
            c.reserve as reserve_months,
            {{ computed_status("c.reserve", ["c.balance_status", "c.expenditure_status"]) }} as reserve_status,
            c.participants as participants_persons,
            coalesce(c.participants_status, 'L') as participants_status,
            c.revenue_per_head as revenue_per_participant_yuan_per_year,
            {{ computed_status("c.revenue_per_head", ["c.revenue_status", "c.participants_status"]) }}
            as revenue_per_participant_status,
            c.expenditure_per_head as expenditure_per_participant_yuan_per_year,
            {{ computed_status("c.expenditure_per_head", ["c.expenditure_status", "c.participants_status"]) }}
            as expenditure_per_participant_status
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from computed as c
        left join
            (
                {{
                    totals(
                        ref("part"),
                        "computed",
                        ["ref_area", "time_period"],
                        {"scheme": "scheme", "pop_group": "pop_group", "scope": "scope"},
                        adds_up,
                    )
                }}
            ) as w
            on {{ equal("w", "c", grain) }}
        left join
            (
                {{
                    stand_apart(
                        ref("stg_part"),
                        ref("int_code__named"),
                        "funds",
                        ["ref_area", "time_period"],
                        {"scheme": "scheme", "pop_group": "pop_group", "scope": "scope"},
                        adds_up,
                    )
                }}
            ) as a
            on {{ equal("a", "c", grain) }}
        left join
            (
                {{
                    stated_otherwise(
                        ref("series"),
                        ref("int_code__named"),
                        ref("stg_bound"),
                        ref("stg_caveat"),
                        ["ref_area", "time_period", "scheme", "pop_group"],
                        shown,
                        stated,
                        has_scopes=true,
                        parts=ref("stg_part"),
                    )
                }}
            ) as e
            on {{ equal("e", "c", ["ref_area", "time_period", "scheme", "pop_group"]) }}
        left join sums_lack as k on {{ equal("k", "c", grain) }}
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{
        in_full(
            "insurance_fund",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
            editions=ref("int_series__edition"),
            roundings=ref("int_series__rounding"),
        )
    }}
