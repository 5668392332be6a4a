{%- set shown = {
    "base_indicator": ["PENSION_BENEFIT", "PENSION_PAYMENT_STANDARD"],
    "measure": ["level", "ratio"],
    "age": ["_T"],
    "scope": ["_Z"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["stock", "flow"],
} %}
-- What a scheme pays or sets per person and month: one amount, or a range, and the multiple that a source prints.
{%- set ends = {"low": "amount_low_yuan_per_month", "high": "amount_high_yuan_per_month"} %}
{%- set by_digits = "l.obs_low is not null and l.obs_high is not null and h.below_digits = 1 and h.above_digits = 1" %}
{%- set told = [
    ["is_a_point", "l.status_of_bounds is null", {}, ends.values() | list],
    ["is_open_below", "l.obs_low is null and l.obs_high is not null", {}, [ends.low]],
    ["is_open_above", "l.obs_high is null and l.obs_low is not null", {}, [ends.high]],
    ["ends_of_rounding", by_digits ~ " and l.obs_value is not null", {}, ends.values() | list],
    ["ends_are_rounded", by_digits ~ " and l.obs_value is null", {}, ends.values() | list],
    ["no_multiple", "m.obs_status is null", {}, ["multiple_printed_ratio"]],
] %}
with
    levels as (select s.* from {{ ref("series") }} as s where {{ shown_in(shown, "s") }} and s.measure = 'level'),

    multiples as (select s.* from {{ ref("series") }} as s where {{ shown_in(shown, "s") }} and s.measure = 'ratio'),

    found as (
        select
            l.ref_area,
            l.freq,
            l.time_period,
            l.year,
            l.period_start,
            l.period_end,
            l.indicator,
            l.scheme,
            l.pop_group,
            l.residence,
            false as is_total,
            {{ as_shown("l.obs_value", "decimal(24, 4)") }} as amount_yuan_per_month,
            l.obs_status as amount_status,
            {{ as_shown("l.obs_low", "decimal(24, 4)") }} as amount_low_yuan_per_month,
            case when l.obs_low is null then '_Z' else l.status_of_bounds end as amount_low_status,
            {{ as_shown("l.obs_high", "decimal(24, 4)") }} as amount_high_yuan_per_month,
            case when l.obs_high is null then '_Z' else l.status_of_bounds end as amount_high_status,
            l.qualifier,
            {{ as_shown("m.obs_value", "decimal(24, 6)") }} as multiple_printed_ratio,
            coalesce(m.obs_status, 'L') as multiple_printed_status,
            m.qualifier as multiple_qualifier,
            m.counterpart as multiple_of
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from levels as l
        left join {{ ref("stg_hedge") }} as h on h.qualifier = l.qualifier
        left join
            multiples as m
            on m.base_indicator = l.indicator
            and m.ref_area = l.ref_area
            and m.freq = l.freq
            and m.time_period = l.time_period
            and m.scheme = l.scheme
            and m.pop_group = l.pop_group
            and m.residence = l.residence
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{
        in_full(
            "benefit_level",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
        )
    }}
