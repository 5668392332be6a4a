{#-
    Social assistance beside dibao, scheme by scheme: who is supported at the end of the period, how often help was
    given during it, and what it cost. Persons and times are counted apart: a person may be helped many times.
-#}
{%- set shown = {
    "pop_group": ["_T"],
    "age": ["_T"],
    "scope": ["_Z"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["stock", "flow"],
} %}
{%- set schemes = ["EXTREME_POVERTY_SUPPORT", "FIVE_GUARANTEES", "MEDICAL_ASSISTANCE", "TEMPORARY_ASSISTANCE"] %}
{%- set figures = {
    "recipients": ("recipients", "recipients_persons"),
    "households": ("households", "recipients_households"),
    "person_times": ("person_times", "grants_person_times"),
    "assisted": ("assisted_insured", "assisted_insured_persons"),
    "expenditure": ("expenditure", "expenditure_yuan"),
} %}
{%- set stated = {
    "recipients": {"indicator": "ASSISTANCE_RECIPIENTS"},
    "households": {"indicator": "ASSISTANCE_HOUSEHOLDS"},
    "person_times": {"indicator": "ASSISTANCE_PERSON_TIMES"},
    "assisted": {"indicator": "ASSISTED_INSURED"},
    "expenditure": {"indicator": "SOCIAL_SECURITY_EXPENDITURE"},
} %}
{%- set adds_up = {
    "ASSISTANCE_RECIPIENTS": "recipients",
    "ASSISTANCE_HOUSEHOLDS": "households",
    "SOCIAL_SECURITY_EXPENDITURE": "expenditure",
} %}
{%- set keys = [
    "ref_area",
    "freq",
    "time_period",
    "year",
    "period_start",
    "period_end",
    "scheme",
    "residence",
] %}
{%- set told = [] %}
{%- for name in adds_up.values() %}
    {%- do told.append(["is_a_sum", "c." ~ name ~ "_is_a_sum", {}, [figures[name][1]]]) %}
{%- endfor %}
{%- set others = dict(figures) -%}
{%- set _ = others.pop("assisted") %}
{%- do told.append(
    [
        "rests_on_a_sum",
        "(c.recipients_is_a_sum or c.expenditure_is_a_sum) and c.per_recipient is not null",
        {},
        ["expenditure_per_recipient_yuan_per_year"],
    ]
) %}
{%- set told = (
    told
    + told_of_figures(others, "c.", otherwise="o")
    + [
        [
            "no_assisted_insured",
            "c.assisted_status is null and i.scheme is not null",
            {},
            [figures.assisted[1]],
        ],
        ["no_contributions", "c.assisted_status is null and i.scheme is null", {}, [figures.assisted[1]]],
        [
            "assisted_insured_is_missing",
            "c.assisted_status is not null and c.assisted is null and c.assisted_caveat_en is null",
            {},
            [figures.assisted[1]],
        ],
        [
            "spending_holds_contributions",
            "c.scheme = 'MEDICAL_ASSISTANCE' and c.per_time is not null",
            {},
            ["expenditure_per_grant_yuan"],
        ],
        [
            "schemes_are_missing",
            "c.expenditure is not null and k.schemes_en is not null",
            {"schemes": "k.schemes_{}"},
            ["expenditure_yuan"],
        ],
    ]
) %}
with
    assisted as (
        select
            {{ prefixed("s", keys) }},
            {{
                pivot_series(
                    stated,
                    whole=["recipients", "households", "person_times", "assisted"],
                )
            }}
        from {{ ref("series") }} as s
        where
            {{ shown_in(shown, "s") }}
            and s.scheme in ('{{ schemes | join("', '") }}')
            and s.indicator in (
                'ASSISTANCE_RECIPIENTS',
                'ASSISTANCE_HOUSEHOLDS',
                'ASSISTANCE_PERSON_TIMES',
                'ASSISTED_INSURED',
                'SOCIAL_SECURITY_EXPENDITURE'
            )
        group by all
    )
    {{ computed_once("assisted") }},

    -- What no source states of urban and rural together is their sum.
    filled as (
        select
            {{ prefixed("t", keys) }}
            {%- for name in figures %}
                ,
                {%- if name in adds_up.values() %}
                    {%- set total = "(u." ~ name ~ " + r." ~ name ~ ")" %}
                    {%- set is_a_sum = "t." ~ name ~ "_status is null and " ~ total ~ " is not null" %}
                    {{ is_a_sum }} as {{ name }}_is_a_sum,
                    {{
                        as_shown(
                            "case when " ~ is_a_sum ~ " then " ~ total ~ " else t." ~ name ~ " end",
                            "decimal(24, 4)" if name == "expenditure" else "bigint",
                        )
                    }} as {{ name }},
                    case
                        when {{ is_a_sum }}
                        then {{ computed_status(total, ["u." ~ name ~ "_status", "r." ~ name ~ "_status"]) }}
                        else t.{{ name }}_status
                    end as {{ name }}_status,
                {%- else %} t.{{ name }}, t.{{ name }}_status,
                {%- endif %}
                t.{{ name }}_caveat_en
            {%- endfor %}
        from assisted as t
        {%- for alias, residence in {"u": "U", "r": "R"}.items() %}
            left join
                assisted as {{ alias }}
                on t.residence = '_T'
                and {{ alias }}.residence = '{{ residence }}'
                and {{ equal(alias, "t", ["ref_area", "freq", "time_period", "scheme"]) }}
        {%- endfor %}
    ),

    computed as (
        select
            *,
            {{ divide("(expenditure * 12)", "(recipients * " ~ months_of("freq") ~ ")", 4) }} as per_recipient,
            {{ divide("expenditure", "person_times", 4) }} as per_time
        from filled
    ),

    {{
        schemes_lacking(
            "computed", {"expenditure": "SOCIAL_SECURITY_EXPENDITURE"}, ref("stg_scheme"), ref("part"), ever=true
        )
    }},

    found as (
        select
            c.ref_area,
            c.freq,
            c.time_period,
            c.year,
            c.period_start,
            c.period_end,
            c.scheme,
            c.residence,
            w.ref_area is not null as is_total,
            c.recipients as recipients_persons,
            coalesce(c.recipients_status, 'L') as recipients_status,
            c.households as recipients_households,
            coalesce(c.households_status, 'L') as households_status,
            c.person_times as grants_person_times,
            coalesce(c.person_times_status, 'L') as grants_status,
            c.assisted as assisted_insured_persons,
            coalesce(c.assisted_status, case when i.scheme is null then '_Z' else 'L' end) as assisted_insured_status,
            c.expenditure as expenditure_yuan,
            coalesce(c.expenditure_status, 'L') as expenditure_status,
            c.per_recipient as expenditure_per_recipient_yuan_per_year,
            {{ computed_status("c.per_recipient", ["c.expenditure_status", "c.recipients_status"]) }}
            as expenditure_per_recipient_status,
            c.per_time as expenditure_per_grant_yuan,
            {{
                computed_status(
                    "c.per_time",
                    [
                        "c.expenditure_status",
                        "c.person_times_status",
                        "case when c.scheme = 'MEDICAL_ASSISTANCE' then 'D' end",
                    ],
                )
            }} as expenditure_per_grant_status
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from computed as c
        left join (select distinct scheme from assisted where assisted_status is not null) as i on i.scheme = c.scheme
        left join
            (
                {{
                    totals(
                        ref("part"),
                        "computed",
                        ["ref_area", "time_period", "scheme"],
                        {"residence": "residence"},
                        adds_up,
                    )
                }}
            ) as w
            on {{ equal("w", "c", ["ref_area", "time_period", "scheme", "residence"]) }}
        left join
            (
                {{
                    stated_otherwise(
                        ref("series"),
                        ref("int_code__named"),
                        ref("stg_bound"),
                        ref("stg_caveat"),
                        ["ref_area", "freq", "time_period", "scheme", "residence"],
                        shown,
                        stated,
                    )
                }}
            ) as o
            on {{ equal("o", "c", ["ref_area", "freq", "time_period", "scheme", "residence"]) }}
        left join lacking as k on {{ equal("k", "c", ["ref_area", "freq", "time_period"]) }}
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{
        in_full(
            "social_assistance",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
        )
    }}
