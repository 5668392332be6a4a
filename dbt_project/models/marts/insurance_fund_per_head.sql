{#-
    Fund spending per participant of each group, as printed and as recomputed, and each group's multiple of the
    residents'. The denominator is people insured at the end of the period, not people paid.
-#}
{%- set shown = {
    "counterpart": ["_Z", "pop_group=RESIDENTS"],
    "age": ["_T"],
    "residence": ["_T"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["stock", "flow"],
} %}
{%- set figures = {
    "expenditure": ("fund_expenditure", "expenditure_yuan"),
    "participants": ("participants", "participants_persons"),
    "printed_per_head": ("spending_per_head", "expenditure_per_head_printed_yuan_per_year"),
    "printed_multiple": ("printed_multiple", "multiple_of_residents_printed_ratio"),
} %}
{%- set stated = {
    "expenditure": {"indicator": "INSURANCE_FUND_EXPENDITURE"},
    "participants": {"indicator": "INSURANCE_PARTICIPANTS"},
    "printed_per_head": {"indicator": "INSURANCE_FUND_EXPENDITURE_PER_HEAD"},
    "printed_multiple": {"indicator": "INSURANCE_FUND_EXPENDITURE_PER_HEAD_RATIO"},
} %}
{%- set adds_up = {
    "INSURANCE_FUND_EXPENDITURE": "expenditure",
    "INSURANCE_PARTICIPANTS": "participants",
} %}
{%- set told = told_of_figures(figures, "c.", "a", adds_up.values() | list, "e") + [
    [
        "no_multiple_of_residents",
        "c.multiple is null and c.has_residents",
        {},
        ["multiple_of_residents_ratio"],
    ],
    [
        "no_group_of_residents",
        "c.multiple is null and not c.has_residents",
        {},
        ["multiple_of_residents_ratio"],
    ],
] %}
with
    groups as (
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
                    ratios=["printed_multiple"],
                )
            }},
            count(*) as figures
        from {{ ref("series") }} as s
        where
            {{ shown_in(shown, "s") }}
            and s.indicator in (
                'INSURANCE_FUND_EXPENDITURE',
                'INSURANCE_PARTICIPANTS',
                'INSURANCE_FUND_EXPENDITURE_PER_HEAD',
                'INSURANCE_FUND_EXPENDITURE_PER_HEAD_RATIO'
            )
        group by all
    ),

    per_head as (
        select *, {{ divide("(expenditure * 12)", "(participants * " ~ months_of("freq") ~ ")", 4) }} as per_participant
        from groups
        -- A group of which only the participants are known has no spending to show.
        where
            expenditure_status is not null or printed_per_head_status is not null or printed_multiple_status is not null
    ),

    compared as (
        select
            g.*,
            {{ divide("(g.expenditure * r.participants)", "(g.participants * r.expenditure)", 6) }} as multiple,
            k.scheme is not null as has_residents,
            case
                when k.scheme is null then '_Z' else coalesce(r.expenditure_status, 'L')
            end as residents_expenditure_status,
            case
                when k.scheme is null then '_Z' else coalesce(r.participants_status, 'L')
            end as residents_participants_status
        from per_head as g
        left join (select distinct scheme from groups where pop_group = 'RESIDENTS') as k on k.scheme = g.scheme
        left join
            per_head as r
            on r.ref_area = g.ref_area
            and r.freq = g.freq
            and r.time_period = g.time_period
            and r.scheme = g.scheme
            and r.scope = g.scope
            and r.pop_group = 'RESIDENTS'
    ),

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
            c.expenditure as expenditure_yuan,
            coalesce(c.expenditure_status, 'L') as expenditure_status,
            c.participants as participants_persons,
            coalesce(c.participants_status, 'L') as participants_status,
            c.printed_per_head as expenditure_per_head_printed_yuan_per_year,
            coalesce(c.printed_per_head_status, 'L') as expenditure_per_head_printed_status,
            c.per_participant as expenditure_per_participant_yuan_per_year,
            {{ computed_status("c.per_participant", ["c.expenditure_status", "c.participants_status"]) }}
            as expenditure_per_participant_status,
            c.printed_multiple as multiple_of_residents_printed_ratio,
            coalesce(c.printed_multiple_status, 'L') as multiple_of_residents_printed_status,
            c.multiple as multiple_of_residents_ratio,
            -- That of the residents themselves is one, whatever is doubtful about it.
            case
                when c.pop_group = 'RESIDENTS' and c.multiple is not null
                then 'A'
                else
                    {{
                        computed_status(
                            "c.multiple",
                            [
                                "c.expenditure_status",
                                "c.participants_status",
                                "c.residents_expenditure_status",
                                "c.residents_participants_status",
                            ],
                        )
                    }}
            end as multiple_of_residents_status
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from compared as c
        left join
            (
                {{
                    totals(
                        ref("part"),
                        "per_head",
                        ["ref_area", "time_period"],
                        {"scheme": "scheme", "pop_group": "pop_group", "scope": "scope"},
                        adds_up,
                    )
                }}
            ) as w
            on {{ equal("w", "c", ["ref_area", "time_period", "scheme", "pop_group", "scope"]) }}
        left join
            (
                {{
                    stand_apart(
                        ref("stg_part"),
                        ref("int_code__named"),
                        "groups",
                        ["ref_area", "time_period"],
                        {"scheme": "scheme", "pop_group": "pop_group", "scope": "scope"},
                        adds_up,
                    )
                }}
            ) as a
            on {{ equal("a", "c", ["ref_area", "time_period", "scheme", "pop_group", "scope"]) }}
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
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{
        in_full(
            "insurance_fund_per_head",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
        )
    }}
