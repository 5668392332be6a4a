{%- set shown = {
    "pop_group": ["_T"],
    "age": ["_T"],
    "residence": ["_T"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "counterpart": ["indicator=GDP"],
    "scheme": ["SOCIAL_SECURITY"],
    "scope": ["_Z"],
    "time_basis": ["flow"],
} %}
-- Social-security spending as a share of GDP, and how far each country is from the OECD mean of the same period.
{%- set told = [
    ["no_oecd_mean", "m.obs_value is null", {}, ["oecd_mean_gdp_share", "gap_to_oecd_mean_pp"]],
    ["no_gap_to_oecd_mean", "m.obs_value is not null and s.obs_value is null", {}, ["gap_to_oecd_mean_pp"]],
    [
        "amounts_are_another_share",
        differs_from_share("a.amount_yuan", "g.gdp", "s.share"),
        {"share": per_cent_of("a.amount_yuan", "g.gdp")},
        ["spending_gdp_share"],
    ],
] %}
with
    shares as (
        select s.*, {{ as_shown("s.obs_value", "decimal(12, 8)") }} as share
        from {{ ref("series") }} as s
        where {{ shown_in(shown, "s") }} and s.indicator = 'SOCIAL_SECURITY_EXPENDITURE_SHARE'
    ),

    -- Whose figure it is says nothing of what it holds.
    defined as (
        select
            observation_id,
            {{ joined("caveat_en", " ", ["place", "stated_by"]) }} as note_en,
            {{ joined("caveat_zh", "", ["place", "stated_by"]) }} as note_zh
        from {{ ref("int_series__told") }}
        where reason not in ('of_the_literature', 'of_a_platform', 'spliced_from', 'spliced_from_a_paper')
        group by observation_id
    ),

    found as (
        select
            s.ref_area,
            s.freq,
            s.time_period,
            s.year,
            s.period_start,
            s.period_end,
            s.ref_area = 'OECD' as is_total,
            s.share as spending_gdp_share,
            s.obs_status as spending_gdp_status,
            m.share as oecd_mean_gdp_share,
            coalesce(m.obs_status, 'L') as oecd_mean_gdp_status,
            cast((s.share - m.share) * 100 as decimal(12, 6)) as gap_to_oecd_mean_pp,
            {{ computed_status("(s.share - m.share)", ["s.obs_status", "coalesce(m.obs_status, 'L')"]) }}
            as gap_to_oecd_mean_status,
            case when s.obs_status = 'D' then d.note_en end as definition_note_en,
            case when s.obs_status = 'D' then d.note_zh end as definition_note_zh
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from shares as s
        left join shares as m on m.ref_area = 'OECD' and m.freq = s.freq and m.time_period = s.time_period
        left join defined as d on d.observation_id = s.observation_id
        left join
            {{ ref("expenditure_structure") }} as a
            on {{ equal("a", "s", ["ref_area", "freq", "time_period", "scope"]) }}
            and a.component = s.scheme
        left join ({{ gdp_of(ref("series")) }}) as g on {{ equal("g", "s", ["ref_area", "freq", "time_period"]) }}
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{
        in_full(
            "spending_share_of_gdp",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
            editions=ref("int_series__edition"),
        )
    }}
