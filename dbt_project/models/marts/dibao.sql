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
{%- set figures = ["standard", "recipients", "expenditure", "printed_per_recipient"] %}
{%- set changing = ["standard", "recipients", "expenditure"] %}
{%- set told_of_figures = [
    "d.standard_caveat",
    "d.recipients_caveat",
    "d.expenditure_caveat",
    "d.printed_per_recipient_caveat",
    ["no_standard", "d.standard_status = 'L'"],
    ["no_recipients", "d.recipients_status = 'L' and d.residence <> '_T'"],
    ["no_expenditure", "d.expenditure_status = 'L' and d.residence <> '_T'"],
    ["no_printed_per_recipient", "d.printed_per_recipient_status = 'L' and d.residence <> '_T'"],
    ["no_earlier_period", "d.previous_time_period is null"],
    ["no_average", "d.previous_time_period is not null and d.per_average_recipient is null"],
    ["standard_change_is_spliced", "d.standard_crosses_splice and d.standard_change is not null"],
    ["recipients_change_is_spliced", "d.recipients_crosses_splice and d.recipients_change is not null"],
    ["expenditure_change_is_spliced", "d.expenditure_crosses_splice and d.expenditure_change is not null"],
    [
        "standard_change_from_marked",
        "d.standard_change is not null and d.previous_standard_status in ('U', 'D', 'B')",
        {"period": "d.previous_time_period", "status": "d.previous_standard_status"},
    ],
    [
        "recipients_change_from_marked",
        "d.recipients_change is not null and d.previous_recipients_status in ('U', 'D', 'B')",
        {"period": "d.previous_time_period", "status": "d.previous_recipients_status"},
    ],
    [
        "expenditure_change_from_marked",
        "d.expenditure_change is not null and d.previous_expenditure_status in ('U', 'D', 'B')",
        {"period": "d.previous_time_period", "status": "d.previous_expenditure_status"},
    ],
    ["input_is_unreliable", "'U' in (d.standard_status, d.recipients_status, d.expenditure_status)"],
] %}
{%- set lacks_a_figure = (
    "d."
    ~ (
        [
            "per_year_end_recipient",
            "supplement_standard",
            "standard_change",
            "recipients_change",
            "expenditure_change",
        ]
        | join(" is null or d.")
    )
    ~ " is null"
) %}
{%- set told_of_totals = [
    "no_total",
    "no_total_standard",
    "no_total_per_recipient",
    "part_is_missing",
    "part_is_spliced",
    "sum_is_shown",
] %}
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
                    {
                        "standard": {"indicator": "DIBAO_STANDARD"},
                        "recipients": {"indicator": "DIBAO_RECIPIENTS"},
                        "expenditure": {"indicator": "DIBAO_EXPENDITURE"},
                        "printed_per_recipient": {"indicator": "DIBAO_EXPENDITURE_PER_RECIPIENT"},
                    },
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
                case
                    when count({{ name }}) = 2 and max(case when {{ name }}_status = 'B' then 1 else 0 end) = 1
                    then 'B'
                    when count({{ name }}) = 2 and max(case when {{ name }}_status in ('U', 'D') then 1 else 0 end) = 1
                    then 'U'
                    when count({{ name }}) = 2
                    then 'A'
                    when max(case when {{ name }}_status = 'Q' then 1 else 0 end) = 1
                    then 'Q'
                    else 'L'
                end as {{ name }}_status,
                case
                    when count({{ name }}) < 2
                    then 'part_is_missing'
                    when max({{ name }}_origin) like '+%' or min({{ name }}_origin) like '+%'
                    then 'part_is_spliced'
                end as {{ name }}_reason,
                case
                    when count({{ name }}) = 2 then concat_ws(' ', min({{ name }}_origin), max({{ name }}_origin))
                end as {{ name }}_origin{{ ',' if not loop.last }}
            {%- endfor %}
        from pivoted
        where residence in ('U', 'R')
        group by {{ place }}
    ),

    places as (select distinct {{ place }} from selected),

    totals as (
        select
            {{ prefixed("p", place.split(", ")) }},
            '_T' as residence,
            t.standard,
            coalesce(t.standard_status, '_Z') as standard_status,
            t.standard_origin,
            {%- for name in ["recipients", "expenditure"] %}
                {%- set of_parts = (
                    "t."
                    ~ name
                    ~ " is null and (t."
                    ~ name
                    ~ "_status is null or s."
                    ~ name
                    ~ " is not null)"
                ) %}
                {%- set contradicted = "coalesce(t." ~ name ~ "_is_disputed, false) and s." ~ name ~ " is not null" %}
                case
                    when {{ contradicted }} then s.{{ name }} else coalesce(t.{{ name }}, s.{{ name }})
                end as {{ name }},
                case
                    when {{ contradicted }}
                    then 'U'
                    when {{ of_parts }}
                    then coalesce(s.{{ name }}_status, 'L')
                    else t.{{ name }}_status
                end as {{ name }}_status,
                case
                    when ({{ contradicted }}) or ({{ of_parts }}) then s.{{ name }}_origin else t.{{ name }}_origin
                end as {{ name }}_origin,
            {%- endfor %}
            t.printed_per_recipient,
            coalesce(t.printed_per_recipient_status, 'L') as printed_per_recipient_status,
            t.printed_per_recipient_origin
            {%- set languages = {"en": " ", "zh": ""} %}
            {%- for language in languages %}
                ,
                case
                    when t.standard_status is null
                    then told.no_total_standard_{{ language }}
                    else t.standard_caveat_{{ language }}
                end as standard_caveat_{{ language }},
                {%- for name in ["recipients", "expenditure"] %}
                    case
                        when coalesce(t.{{ name }}_is_disputed, false) and s.{{ name }} is not null
                        then
                            concat_ws(
                                '{{ languages[language] }}',
                                told.sum_is_shown_{{ language }},
                                t.{{ name }}_caveat_{{ language }}
                            )
                        when t.{{ name }} is not null or (t.{{ name }}_status is not null and s.{{ name }} is null)
                        then t.{{ name }}_caveat_{{ language }}
                        when s.ref_area is null
                        then told.no_total_{{ language }}
                        when s.{{ name }}_reason = 'part_is_missing'
                        then told.part_is_missing_{{ language }}
                        when s.{{ name }}_reason = 'part_is_spliced'
                        then told.part_is_spliced_{{ language }}
                    end as {{ name }}_caveat_{{ language }},
                {%- endfor %}
                case
                    when t.printed_per_recipient_status is null
                    then told.no_total_per_recipient_{{ language }}
                    else t.printed_per_recipient_caveat_{{ language }}
                end as printed_per_recipient_caveat_{{ language }}
            {%- endfor %}
        from places as p
        left join sums as s on s.ref_area = p.ref_area and s.freq = p.freq and s.time_period = p.time_period
        left join
            pivoted as t
            on t.ref_area = p.ref_area
            and t.freq = p.freq
            and t.time_period = p.time_period
            and t.residence = '_T'
        cross join ({{ sentences(ref("stg_caveat"), told_of_totals) }}) as told
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
                    {{ name }}_caveat_en,
                    {{ name }}_caveat_zh,
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
                case when {{ name }}_status <> 'B' then lag({{ name }}) over earlier end as previous_{{ name }},
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
                        "d.previous_recipients_status",
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
                    ["d.standard_status", "d.previous_standard_status", splice_status("d.standard_crosses_splice")],
                )
            }} as standard_change_status,
            {{ as_shown("d.recipients_change", "bigint") }} as recipients_change_persons,
            d.recipients_growth as recipients_growth_ratio,
            {{
                computed_status(
                    "d.recipients_change",
                    [
                        "d.recipients_status",
                        "d.previous_recipients_status",
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
                        "d.previous_expenditure_status",
                        splice_status("d.expenditure_crosses_splice"),
                    ],
                )
            }} as expenditure_change_status
            {%- for language in ["en", "zh"] %}
                ,
                coalesce(
                    {{ caveat(language, told_of_figures) }},
                    case when {{ lacks_a_figure }} then told.lacks_a_figure_{{ language }} end,
                    {{ marks(language, "dibao") }}
                ) as caveat_{{ language }}
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
        cross join
            (
                {{
                    sentences(
                        ref("stg_caveat"), reasons_of(told_of_figures) + ["lacks_a_figure"] + reasons_of_marks()
                    )
                }}
            ) as told
    )

    {{ in_full("dibao", "found", ref("int_code__named"), ref("series"), ref("stg_caveat")) }}
