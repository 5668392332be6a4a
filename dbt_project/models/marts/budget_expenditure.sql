{%- set shown = {
    "measure": ["level"],
    "scheme": ["_Z"],
    "pop_group": ["_T"],
    "age": ["_T"],
    "residence": ["_T"],
    "scope": ["_Z"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["flow"],
} %}
{%- set keys = ["ref_area", "freq", "time_period"] %}
-- Spending of the general public budget by function, and all of it.
{%- set held = "cast(p.amount as double) / nullif(cast(t.amount as double), 0)" %}
{%- set told = [
    [
        "functions_are_missing",
        held ~ " < 0.99",
        {"share": "cast(" ~ as_shown("100 * " ~ held, "bigint") ~ " as string)"},
        ["amount_yuan"],
    ],
    ["holds_subsidies", "f.base_indicator= 'BUDGET_SOCIAL_SECURITY_EMPLOYMENT'", {}, ["amount_yuan"]],
    ["no_share_of_unknown_budget", "t.amount is null", {}, ["budget_share"]],
    ["no_share_of_zero_budget", "t.amount = 0", {}, ["budget_share"]],
    ["no_share_of_missing_amount", "t.amount <> 0 and f.amount is null", {}, ["budget_share"]],
] %}
with
    amounts as (
        select s.*, {{ as_shown("s.obs_value", "decimal(24, 4)") }} as amount
        from {{ ref("series") }} as s
        where
            {{ shown_in(shown, "s") }}
            and (s.base_indicator = 'FISCAL_EXPENDITURE' or substr(s.base_indicator, 1, 7) = 'BUDGET_')
    ),

    wholes as (select * from amounts where base_indicator = 'FISCAL_EXPENDITURE'),

    parted as (
        select {{ keys | join(", ") }}, sum(amount) as amount
        from amounts
        where base_indicator <> 'FISCAL_EXPENDITURE' and amount is not null
        group by {{ keys | join(", ") }}
    ),

    found as (
        select
            f.ref_area,
            f.freq,
            f.time_period,
            f.year,
            f.period_start,
            f.period_end,
            f.base_indicator as budget_function,
            f.base_indicator = 'FISCAL_EXPENDITURE' and p.ref_area is not null as is_total,
            f.amount as amount_yuan,
            f.obs_status as amount_status,
            {{ divide("f.amount", "t.amount", 6) }} as budget_share,
            -- All of it in itself is one, whatever is doubtful about it.
            case
                when f.base_indicator = 'FISCAL_EXPENDITURE' and {{ divide("f.amount", "t.amount", 6) }} is not null
                then 'A'
                else
                    {{
                        computed_status(
                            divide("f.amount", "t.amount", 6),
                            ["f.obs_status", "coalesce(t.obs_status, 'L')"],
                        )
                    }}
            end as budget_share_status
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from amounts as f
        left join wholes as t on {{ equal("t", "f", keys) }}
        left join parted as p on {{ equal("p", "f", keys) }}
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{
        in_full(
            "budget_expenditure",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
        )
    }}
