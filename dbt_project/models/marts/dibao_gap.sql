{%- set shown = {
    "scheme": ["DIBAO"],
    "pop_group": ["_T"],
    "age": ["_T"],
    "scope": ["_Z"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["stock", "flow"],
    "residence": ["U", "R"],
} %}
{%- set standards = ["urban_rural_standard_ratio", "urban_rural_standard_difference_yuan_per_month"] %}
{%- set spending = [
    "urban_rural_expenditure_per_recipient_ratio",
    "urban_rural_expenditure_per_recipient_difference_yuan_per_year",
] %}
{%- set standards_go = ["standard_ratio_direction", "standard_difference_direction"] %}
{%- set spending_goes = [
    "expenditure_per_recipient_ratio_direction",
    "expenditure_per_recipient_difference_direction",
] %}
{%- set standard_spliced -%}
    (standard_crosses_splice and previous_standard_ratio is not null and standard_ratio is not null)
{%- endset %}
{%- set spending_spliced -%}
    (per_recipient_crosses_splice and previous_per_recipient_ratio is not null and per_recipient_ratio is not null)
{%- endset %}
{%- set told_of_gaps = [
    ["no_gap_of_standards", "standard_ratio is null", {}, standards],
    ["no_gap_of_spending", "per_recipient_ratio is null", {}, spending],
    ["no_rural_share", "rural_share is null", {}, ["rural_recipients_share"]],
    [
        "direction_is_spliced",
        standard_spliced ~ " and " ~ spending_spliced,
        {},
        standards_go + spending_goes,
    ],
    ["direction_is_spliced", standard_spliced ~ " and not " ~ spending_spliced, {}, standards_go],
    ["direction_is_spliced", spending_spliced ~ " and not " ~ standard_spliced, {}, spending_goes],
    ["no_direction", "previous_time_period is null", {}, ["previous_time_period"]],
] %}
{%- set gaps_of = {"standard": ["standard"], "per_recipient": ["expenditure", "recipients"]} %}
{#- Spending per recipient of either side, brought to one denominator; the months of the period cancel in a ratio. -#}
{%- set urban = "(urban_expenditure * rural_recipients)" %}
{%- set rural = "(rural_expenditure * urban_recipients)" %}
{%- set difference = "((" ~ urban ~ " - " ~ rural ~ ") * 12)" %}
{%- set per = "(urban_recipients * rural_recipients * " ~ months_of("freq") ~ ")" %}
with
    origins as (
        select
            ref_area,
            freq,
            time_period,
            residence,
            {%- for name in ["standard", "recipients", "expenditure"] %}
                max(
                    case when indicator = 'DIBAO_{{ name | upper }}' then {{ origin() }} end
                ) as {{ name }}_origin{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref("series") }} as s
        where {{ shown_in(shown, "s") }}
        group by ref_area, freq, time_period, residence
    ),

    sides as (
        select
            u.ref_area,
            u.freq,
            u.time_period,
            u.year,
            u.period_start,
            u.period_end,
            u.standard_yuan_per_month as urban_standard,
            r.standard_yuan_per_month as rural_standard,
            u.expenditure_yuan as urban_expenditure,
            r.expenditure_yuan as rural_expenditure,
            u.recipients_persons as urban_recipients,
            r.recipients_persons as rural_recipients,
            u.standard_status as urban_standard_status,
            r.standard_status as rural_standard_status,
            u.expenditure_per_year_end_recipient_status as urban_per_recipient_status,
            r.expenditure_per_year_end_recipient_status as rural_per_recipient_status,
            u.recipients_status as urban_recipients_status,
            r.recipients_status as rural_recipients_status,
            {%- for gap, names in gaps_of.items() %}
                concat_ws(
                    ' '
                    {% for side in ["uo", "ro"] %}
                        {% for name in names %}, {{ side }}.{{ name }}_origin{% endfor %}
                    {% endfor %}
                ) as {{ gap }}_origin{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref("dibao") }} as u
        inner join
            {{ ref("dibao") }} as r
            on r.ref_area = u.ref_area
            and r.freq = u.freq
            and r.time_period = u.time_period
            and r.residence = 'R'
        left join
            origins as uo
            on uo.ref_area = u.ref_area
            and uo.freq = u.freq
            and uo.time_period = u.time_period
            and uo.residence = 'U'
        left join
            origins as ro
            on ro.ref_area = u.ref_area
            and ro.freq = u.freq
            and ro.time_period = u.time_period
            and ro.residence = 'R'
        where u.residence = 'U'
    ),

    -- Which way a gap goes follows from it, not from what is shown of it: the fine ones are for that.
    gaps as (
        select
            *,
            {{ divide("urban_standard", "rural_standard", 6) }} as standard_ratio,
            {{ divide("urban_standard", "rural_standard", 12) }} as fine_standard_ratio,
            urban_standard - rural_standard as standard_difference,
            {{ divide(urban, rural, 6) }} as per_recipient_ratio,
            {{ divide(urban, rural, 12) }} as fine_per_recipient_ratio,
            {{ divide(difference, per, 4) }} as per_recipient_difference,
            {{ divide(difference, per, 10) }} as fine_per_recipient_difference,
            {{ divide("rural_recipients", "(urban_recipients + rural_recipients)", 6) }} as rural_share
        from sides
    ),

    lagged as (
        select
            *,
            lag(time_period) over earlier as previous_time_period,
            {{ crosses_splice("standard_origin", "lag(standard_origin) over earlier") }} as standard_crosses_splice,
            {{ crosses_splice("per_recipient_origin", "lag(per_recipient_origin) over earlier") }}
            as per_recipient_crosses_splice,
            lag(fine_standard_ratio) over earlier as previous_standard_ratio,
            lag(standard_difference) over earlier as previous_standard_difference,
            lag(fine_per_recipient_ratio) over earlier as previous_per_recipient_ratio,
            lag(fine_per_recipient_difference) over earlier as previous_per_recipient_difference
        from gaps
        window earlier as (partition by ref_area, freq order by period_start)
    ),

    found as (
        select
            ref_area,
            freq,
            time_period,
            year,
            period_start,
            period_end,
            false as is_total,
            standard_ratio as urban_rural_standard_ratio,
            cast(standard_difference as decimal(24, 4)) as urban_rural_standard_difference_yuan_per_month,
            {{ computed_status("standard_ratio", ["urban_standard_status", "rural_standard_status"]) }}
            as standard_gap_status,
            {{ direction("fine_standard_ratio", "previous_standard_ratio", 1) }} as standard_ratio_direction,
            {{ direction("standard_difference", "previous_standard_difference", 0) }} as standard_difference_direction,
            per_recipient_ratio as urban_rural_expenditure_per_recipient_ratio,
            cast(
                per_recipient_difference as decimal(24, 4)
            ) as urban_rural_expenditure_per_recipient_difference_yuan_per_year,
            {{ computed_status("per_recipient_ratio", ["urban_per_recipient_status", "rural_per_recipient_status"]) }}
            as expenditure_per_recipient_gap_status,
            {{ direction("fine_per_recipient_ratio", "previous_per_recipient_ratio", 1) }}
            as expenditure_per_recipient_ratio_direction,
            {{ direction("fine_per_recipient_difference", "previous_per_recipient_difference", 0) }}
            as expenditure_per_recipient_difference_direction,
            rural_share as rural_recipients_share,
            {{ computed_status("rural_share", ["urban_recipients_status", "rural_recipients_status"]) }}
            as rural_recipients_share_status,
            previous_time_period
            {%- for language in ["en", "zh"] %}
                , {{ caveat(language, told_of_gaps) }} as caveat_{{ language }}
            {%- endfor %}
        from lagged
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told_of_gaps)) }}) as told
    )

    {{
        in_full(
            "dibao_gap",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
            roundings=ref("int_series__rounding"),
        )
    }}
