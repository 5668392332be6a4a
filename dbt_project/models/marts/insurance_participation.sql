{#-
    Participants of each scheme, and of the groups insured in it, with the change since the period before. A change is
    not computed across a break of the series. Schemes overlap: participants of several are never added up, but those of
    the two pension schemes.
-#}
{%- set shown = {
    "age": ["_T"],
    "residence": ["_T"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["stock"],
} %}
{%- set change = ["participants_change_persons", "participants_growth_ratio", "participants_growth_a_year_ratio"] %}
{%- set told = [
    ["no_earlier_value", "c.previous_time_period is null", {}, ["previous_time_period"]],
    ["no_change_across_break", "c.obs_status = 'B'", {}, change],
    [
        "no_change_from_zero",
        "c.obs_status <> 'B' and c.participants is not null and c.begins_at_zero",
        {},
        change,
    ],
    [
        "no_change",
        "c.obs_status <> 'B' and c.previous_time_period is not null and c.change is null"
        ~ " and not (c.participants is not null and c.begins_at_zero)",
        {},
        change,
    ],
] %}
with
    participants as (
        select s.*, {{ as_shown("s.obs_value", "bigint") }} as participants, {{ origin() }} as origin
        from {{ ref("series") }} as s
        where {{ shown_in(shown, "s") }} and s.indicator = 'INSURANCE_PARTICIPANTS'
    ),

    lagged as (
        select
            *,
            lag(time_period) over earlier as previous_time_period,
            lag(period_start) over earlier as previous_period_start,
            lag(obs_status) over earlier as previous_status,
            case when obs_status <> 'B' then nullif(lag(participants) over earlier, 0) end as previous_value,
            coalesce(lag(participants) over earlier = 0, false) as begins_at_zero,
            {{ crosses_splice("origin", "lag(origin) over earlier") }} as crosses_splice
        from participants
        window earlier as (partition by ref_area, freq, scheme, pop_group, scope order by period_start)
    ),

    changed as (
        select
            *,
            {{ years_between("previous_period_start", "period_start") }} as years_elapsed,
            {{ months_between("previous_period_start", "period_start") }} as months_elapsed,
            participants - previous_value as change,
            {{ divide("(participants - previous_value)", "previous_value", 6) }} as growth
        from lagged
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
            c.participants as participants_persons,
            c.obs_status as participants_status,
            c.obs_status = 'B' as is_break,
            c.previous_time_period,
            c.years_elapsed,
            {{ as_shown("c.change", "bigint") }} as participants_change_persons,
            c.growth as participants_growth_ratio,
            {{ growth_a_year("c.participants", "c.previous_value", "c.months_elapsed") }}
            as participants_growth_a_year_ratio,
            {{
                computed_status(
                    "c.change",
                    ["c.obs_status", status_of_base("c.previous_status"), splice_status("c.crosses_splice")],
                )
            }} as participants_change_status,
            c.crosses_splice
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from changed as c
        left join
            (
                {{
                    totals(
                        ref("part"),
                        "participants",
                        ["ref_area", "time_period"],
                        {"scheme": "scheme", "pop_group": "pop_group", "scope": "scope"},
                        {"INSURANCE_PARTICIPANTS": "participants"},
                    )
                }}
            ) as w
            on {{ equal("w", "c", ["ref_area", "time_period", "scheme", "pop_group", "scope"]) }}
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{
        in_full(
            "insurance_participation",
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
