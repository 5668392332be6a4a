{#-
    Printed dibao figures side by side, and what follows from them. What a source prints as a total of urban and rural
    stands as printed; where none is printed it is the sum of the two, and NULL with the reason if one of them is.
    Spending per recipient is at a yearly rate: twelve times a month's. Changes are against the previous period that
    exists.
-#}
{%- set shown = {
    "scheme": ["DIBAO"],
    "pop_group": ["_T"],
    "age": ["_T"],
    "scope": ["_Z"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["stock", "flow"],
    "residence": ["U", "R", "_T"],
} %}
{%- set place = "ref_area, freq, time_period, period_start, period_end, year" %}
{%- set stated = {
    "standard": {"indicator": "DIBAO_STANDARD"},
    "recipients": {"indicator": "DIBAO_RECIPIENTS"},
    "expenditure": {"indicator": "DIBAO_EXPENDITURE"},
    "printed_per_recipient": {"indicator": "DIBAO_EXPENDITURE_PER_RECIPIENT"},
} %}
{%- set figures = stated.keys() | list %}
{%- set changing = ["standard", "recipients", "expenditure"] %}
{%- set shows = {
    "standard": "standard_yuan_per_month",
    "recipients": "recipients_persons",
    "expenditure": "expenditure_yuan",
    "printed_per_recipient": "expenditure_per_recipient_printed_yuan_per_year",
} %}
{%- set changes = {
    "standard": ["standard_change_yuan_per_month", "standard_growth_ratio"],
    "recipients": ["recipients_change_persons", "recipients_growth_ratio"],
    "expenditure": ["expenditure_change_yuan", "expenditure_growth_ratio"],
} %}
{%- set average = ["expenditure_per_average_recipient_yuan_per_year"] %}
{%- set told_of_row = [] %}
{%- for name, column in shows.items() %}
    {%- set of_whole = {"standard": none, "printed_per_recipient": "no_total_per_recipient"}.get(name, "no_total") %}
    {%- set how, apart = "o." ~ name ~ "_otherwise_", " and d.residence <> '_T'" if of_whole else "" %}
    {%- set is_unstated = "d." ~ name ~ "_status = 'L' and d." ~ name ~ "_told_en is null and " ~ how ~ "en is " %}
    {%- do told_of_row.extend(
        [
            "d." ~ name ~ "_told",
            ["stated_otherwise", is_unstated ~ "not null", {"how": how ~ "{}"}, [column]],
            ["no_" ~ name, is_unstated ~ "null" ~ apart, {}, [column]],
        ]
    ) %}
    {%- if of_whole %}
        {%- do told_of_row.append([of_whole, is_unstated ~ "null and d.residence = '_T'", {}, [column]]) %}
    {%- endif %}
{%- endfor %}
{%- do told_of_row.extend(
    [
        [
            "no_earlier_period",
            "d.previous_time_period is null",
            {},
            ["previous_time_period"],
        ],
        [
            "no_average",
            "d.previous_time_period is not null and d.per_average_recipient is null",
            {},
            average,
        ],
    ]
) %}
{%- for name, columns in changes.items() %}
    {%- set is_left_out -%}
        d.{{ name }} is not null and d.previous_time_period is not null and d.{{ name }}_change is null
    {%- endset %}
    {%- do told_of_row.extend(
        [
            [
                "no_change_across_break",
                is_left_out ~ " and d." ~ name ~ "_status = 'B'",
                {},
                columns,
            ],
            [
                "no_change_from_zero",
                is_left_out ~ " and d." ~ name ~ "_status <> 'B' and d." ~ name ~ "_begins_at_zero",
                {},
                columns,
            ],
            [
                "no_change",
                is_left_out ~ " and d." ~ name ~ "_status <> 'B' and not d." ~ name ~ "_begins_at_zero",
                {},
                columns,
            ],
            [
                "change_over_years",
                "d.months_elapsed > 12 and d." ~ name ~ "_change is not null",
                {"years": readable("d.years_elapsed")},
                columns,
            ],
        ]
    ) %}
{%- endfor %}
{%- set told_of_totals = {
    "standard": [["no_total_standard", "t.standard_status is null", {}, [shows.standard]]],
} %}
{%- set contradicted = {} %}
{%- set of_parts = {} %}
{%- for name in ["recipients", "expenditure"] %}
    {%- set printed, summed, column = "t." ~ name, "s." ~ name, [shows[name]] %}
    {%- do contradicted.update(
        {name: "(coalesce(" ~ printed ~ "_is_disputed, false) and " ~ summed ~ " is not null)"}
    ) %}
    {%- do of_parts.update(
        {name: "(" ~ printed ~ " is null and (" ~ printed ~ "_status is null or " ~ summed ~ " is not null))"}
    ) %}
    {%- do told_of_totals.update(
        {
            name: [
                ["sum_is_shown", contradicted[name], {}, column],
                [
                    "part_is_missing",
                    of_parts[name] ~ " and s.ref_area is not null and " ~ summed ~ " is null",
                    {},
                    column,
                ],
            ]
        }
    ) %}
{%- endfor %}
with
    selected as (
        select s.*
        from {{ ref("series") }} as s
        where
            {{ shown_in(shown, "s") }}
            and s.indicator
            in ('DIBAO_STANDARD', 'DIBAO_RECIPIENTS', 'DIBAO_EXPENDITURE', 'DIBAO_EXPENDITURE_PER_RECIPIENT')
    ),

    pivoted as (
        select
            {{ place }},
            residence,
            {{
                pivot_series(
                    stated,
                    whole=["recipients"],
                )
            }}
            {%- for name in ["recipients", "expenditure"] %}
                ,
                max(case when indicator = 'DIBAO_{{ name | upper }}' and is_disputed then 1 else 0 end)
                = 1 as {{ name }}_is_disputed
            {%- endfor %}
        from selected
        group by {{ place }}, residence
    ),

    sums as (
        select
            {{ place }},
            {%- for name in ["recipients", "expenditure"] %}
                {{
                    as_shown(
                        "case when count(" ~ name ~ ") = 2 then sum(" ~ name ~ ") end",
                        "bigint" if name == "recipients" else "decimal(24, 4)",
                    )
                }} as {{ name }},
                {{ status_of_sum(name ~ "_status", "count(" ~ name ~ ") = 2") }} as {{ name }}_status,
                case
                    when count({{ name }}) = 2 then concat_ws(' ', min({{ name }}_origin), max({{ name }}_origin))
                end as {{ name }}_origin{{ ',' if not loop.last }}
            {%- endfor %}
        from pivoted
        where residence in ('U', 'R')
        group by {{ place }}
    ),

    -- Totals in whose place their sum is shown.
    replaced as (
        select s.observation_id
        from selected as s
        inner join sums as p on {{ equal("p", "s", ["ref_area", "freq", "time_period"]) }}
        where
            s.residence = '_T'
            and s.is_disputed
            and case
                s.indicator
                {%- for name in ["recipients", "expenditure"] %}
                    when 'DIBAO_{{ name | upper }}' then p.{{ name }}
                {%- endfor %}
            end
            is not null
    ),

    -- Standards, which do not add up, make no total, and none is missing.
    places as (select distinct {{ place }} from selected where indicator <> 'DIBAO_STANDARD' or residence = '_T'),

    totals as (
        select
            {{ prefixed("p", place.split(", ")) }},
            '_T' as residence,
            t.standard,
            coalesce(t.standard_status, '_Z') as standard_status,
            t.standard_origin,
            {%- for name in ["recipients", "expenditure"] %}
                case
                    when {{ contradicted[name] }} then s.{{ name }} else coalesce(t.{{ name }}, s.{{ name }})
                end as {{ name }},
                case
                    when {{ contradicted[name] }}
                    then 'U'
                    when {{ of_parts[name] }}
                    then coalesce(s.{{ name }}_status, 'L')
                    else t.{{ name }}_status
                end as {{ name }}_status,
                case
                    when {{ contradicted[name] }} or {{ of_parts[name] }}
                    then s.{{ name }}_origin
                    else t.{{ name }}_origin
                end as {{ name }}_origin,
            {%- endfor %}
            t.printed_per_recipient,
            coalesce(t.printed_per_recipient_status, 'L') as printed_per_recipient_status,
            t.printed_per_recipient_origin
            {%- for name, told in told_of_totals.items() %}
                {%- for language in ["en", "zh"] %}
                    , {{ caveat(language, told) }} as {{ name }}_told_{{ language }}
                {%- endfor %}
            {%- endfor %}
        from places as p
        left join sums as s on s.ref_area = p.ref_area and s.freq = p.freq and s.time_period = p.time_period
        left join
            pivoted as t
            on t.ref_area = p.ref_area
            and t.freq = p.freq
            and t.time_period = p.time_period
            and t.residence = '_T'
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told_of_totals.values() | sum(start=[]))) }}) as told
    ),

    by_residence as (
        {%- for kind in ["pivoted", "totals"] %}
            select
                {{ place }},
                residence
                {%- for name in figures %}
                    ,
                    {{ name }},
                    coalesce({{ name }}_status, 'L') as {{ name }}_status,
                    {%- for language in ["en", "zh"] %}
                        {{
                            (
                                name ~ "_told_" ~ language
                                if kind == "totals" and name in told_of_totals
                                else "cast(null as string)"
                            )
                        }} as {{ name }}_told_{{ language }},
                    {%- endfor %}
                    {{ name }}_origin
                {%- endfor %}
            from {{ kind }}
            {%- if kind == "pivoted" %}
                where residence <> '_T'

                union all
            {% endif %}
        {%- endfor %}
    ),

    lagged as (
        select
            *,
            lag(time_period) over earlier as previous_time_period,
            lag(period_start) over earlier as previous_period_start,
            {%- for name in changing %}
                case
                    when {{ name }}_status <> 'B' then nullif(lag({{ name }}) over earlier, 0)
                end as previous_{{ name }},
                coalesce(lag({{ name }}) over earlier = 0, false) as {{ name }}_begins_at_zero,
                lag({{ name }}_status) over earlier as previous_{{ name }}_status,
                {{ crosses_splice(name ~ "_origin", "lag(" ~ name ~ "_origin) over earlier") }}
                as {{ name }}_crosses_splice{{ ',' if not loop.last }}
            {%- endfor %}
        from by_residence
        window earlier as (partition by ref_area, freq, residence order by period_start)
    ),

    elapsed as (
        select
            *,
            {{ years_between("previous_period_start", "period_start") }} as years_elapsed,
            {{ months_between("previous_period_start", "period_start") }} as months_elapsed,
            {{ months_of("freq") }} as months
        from lagged
    ),

    derived as (
        select
            *,
            {{ divide("(expenditure * 12)", "(recipients * months)", 4) }} as per_year_end_recipient,
            -- Opening recipients are those of the previous period's end; a longer gap gives no average.
            case
                when months_elapsed = months
                then {{ divide("(expenditure * 24)", "((recipients + previous_recipients) * months)", 4) }}
            end as per_average_recipient,
            {{ divide("expenditure", "(recipients * months * standard)", 6) }} as supplement_standard,
            {%- for name in changing %}
                {{ name }} - previous_{{ name }} as {{ name }}_change,
                {{ divide("(" ~ name ~ " - previous_" ~ name ~ ")", "previous_" ~ name, 6) }}
                as {{ name }}_growth{{ ',' if not loop.last }}
            {%- endfor %}
        from elapsed
    ),

    found as (
        select
            d.ref_area,
            d.freq,
            d.time_period,
            d.year,
            d.period_start,
            d.period_end,
            d.residence,
            w.ref_area is not null as is_total,
            d.standard as standard_yuan_per_month,
            d.standard_status,
            d.recipients as recipients_persons,
            d.recipients_status,
            d.expenditure as expenditure_yuan,
            d.expenditure_status,
            d.printed_per_recipient as expenditure_per_recipient_printed_yuan_per_year,
            d.printed_per_recipient_status as expenditure_per_recipient_printed_status,
            d.per_year_end_recipient as expenditure_per_year_end_recipient_yuan_per_year,
            {{ computed_status("d.per_year_end_recipient", ["d.expenditure_status", "d.recipients_status"]) }}
            as expenditure_per_year_end_recipient_status,
            d.per_average_recipient as expenditure_per_average_recipient_yuan_per_year,
            {{
                computed_status(
                    "d.per_average_recipient",
                    [
                        "d.expenditure_status",
                        "d.recipients_status",
                        status_of_base("d.previous_recipients_status"),
                        splice_status("d.recipients_crosses_splice"),
                    ],
                )
            }} as expenditure_per_average_recipient_status,
            d.supplement_standard as supplement_standard_ratio,
            {{
                computed_status(
                    "d.supplement_standard", ["d.expenditure_status", "d.recipients_status", "d.standard_status"]
                )
            }} as supplement_standard_status,
            d.previous_time_period,
            d.years_elapsed,
            {{ as_shown("d.standard_change", "decimal(24, 4)") }} as standard_change_yuan_per_month,
            d.standard_growth as standard_growth_ratio,
            {{
                computed_status(
                    "d.standard_change",
                    [
                        "d.standard_status",
                        status_of_base("d.previous_standard_status"),
                        splice_status("d.standard_crosses_splice"),
                    ],
                )
            }} as standard_change_status,
            {{ as_shown("d.recipients_change", "bigint") }} as recipients_change_persons,
            d.recipients_growth as recipients_growth_ratio,
            {{
                computed_status(
                    "d.recipients_change",
                    [
                        "d.recipients_status",
                        status_of_base("d.previous_recipients_status"),
                        splice_status("d.recipients_crosses_splice"),
                    ],
                )
            }} as recipients_change_status,
            {{ as_shown("d.expenditure_change", "decimal(24, 4)") }} as expenditure_change_yuan,
            d.expenditure_growth as expenditure_growth_ratio,
            {{
                computed_status(
                    "d.expenditure_change",
                    [
                        "d.expenditure_status",
                        status_of_base("d.previous_expenditure_status"),
                        splice_status("d.expenditure_crosses_splice"),
                    ],
                )
            }} as expenditure_change_status
            {%- for name in changing %}, d.{{ name }}_crosses_splice {%- endfor %}
            {%- for language in ["en", "zh"] %}
                , {{ caveat(language, told_of_row) }} as caveat_{{ language }}
            {%- endfor %}
        from derived as d
        left join
            (
                {{
                    totals(
                        ref("part"),
                        "by_residence",
                        ["ref_area", "time_period"],
                        {"residence": "residence"},
                        {"DIBAO_RECIPIENTS": "recipients", "DIBAO_EXPENDITURE": "expenditure"},
                    )
                }}
            ) as w
            on {{ equal("w", "d", ["ref_area", "time_period", "residence"]) }}
        left join
            (
                {{
                    stated_otherwise(
                        ref("series"),
                        ref("int_code__named"),
                        ref("stg_bound"),
                        ref("stg_caveat"),
                        ["ref_area", "freq", "time_period", "residence"],
                        shown,
                        stated,
                    )
                }}
            ) as o
            on {{ equal("o", "d", ["ref_area", "freq", "time_period", "residence"]) }}
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told_of_row)) }}) as told
    )

    {{
        in_full(
            "dibao",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
            roundings=ref("int_series__rounding"),
            replaced="replaced",
        )
    }}
