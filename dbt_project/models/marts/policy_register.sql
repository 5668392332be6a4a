-- Policy documents as the sources list them; the year of release against the year that the number bears.
{#- The year of release, and what follows from it. -#}
{%- set years = ["time_period", "year", "period_start", "period_end", "release_year"] %}
{%- set told = [
    [
        "years_disagree",
        "d.number_year <> d.release_year",
        {"released": "cast(d.release_year as string)", "numbered": "cast(d.number_year as string)"},
        years + ["number_year", "years_agree"],
    ],
    ["number_bears_no_year", "d.number_year is null", {}, ["number_year", "years_agree"]],
    "j.caveat",
    [
        "listed_by_the_literature",
        "s.release_stage = 'secondary_literature'",
        {"title": "case when '{}' = 'zh' then coalesce(s.title_zh, s.title) else s.title end"},
        years + ["title", "issuer_name_en", "issuer_name_zh", "number"],
    ],
] %}
{#- What a decision says of a document is about these. -#}
{%- set judged = years + ["number"] %}
with
    judged as (
        select
            observation_id,
            {{ about("en", judged, joined("caveat_en", " ", ["decision_id", "reason"])) }} as caveat_en,
            {{ about("zh", judged, joined("caveat_zh", "", ["decision_id", "reason"])) }} as caveat_zh
        from {{ ref("int_figure__told") }}
        group by observation_id
    ),

    found as (
        select
            d.document_id,
            d.ref_area,
            cast(d.release_year as string) as time_period,
            d.release_year as year,
            {{ period_start("cast(d.release_year as string)") }} as period_start,
            {{ period_end("cast(d.release_year as string)") }} as period_end,
            false as is_total,
            d.source_id,
            d.title,
            d.issuer_name_en,
            d.issuer_name_zh,
            d.number,
            d.number_year,
            d.release_year,
            d.number_year = d.release_year as years_agree
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from {{ ref("document") }} as d
        inner join {{ ref("stg_source") }} as s on s.source_id = d.source_id
        left join judged as j on j.observation_id = d.document_id
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
        where d.kind = 'policy_document'
    )

    {{ in_full("policy_register", "found", ref("int_code__named")) }}
