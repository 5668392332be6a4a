{#-
    What was published again, each time against the first. Two figures are editions of one thing where their dimensions
    are equal and they are of one source, or of sources of which one revises the other. In order: by date of publication
    where both say it, then by release stage, the best last. Of an edition that is dated by its year or month alone,
    what was published on a day in it was before. A figure stated again as it was is a revision by nothing.
-#}
{%- set key = series_key_columns() + ["freq", "unit_measure"] -%}
{%- set told = [["no_share_of_zero", "d.revision_share is null", {}, ["revision_share"]], "d.judged"] -%}
with
    dated as (
        select
            o.*,
            case
                when o.vintage <> '_U' then concat(o.vintage, right('-12-31', 10 - length(o.vintage)))
            end as published,
            r.rank
        from {{ ref("observation") }} as o
        inner join {{ ref("stg_release_stage") }} as r on r.release_stage = o.release_stage
        where
            o.is_usable
            and o.obs_value is not null
            -- Few sources are ever revised: of millions of figures, those of others are not looked at.
            and o.source_id in (
                select source_id
                from {{ ref("stg_revision") }}
                union
                select revised_source_id
                from {{ ref("stg_revision") }}
                union
                select source_id
                from {{ ref("observation") }}
                group by source_id
                having min(vintage) <> max(vintage)
            )
    ),

    pairs as (
        select
            n.observation_id,
            e.observation_id as earlier_id,
            e.source_id as earlier_source_id,
            e.release_stage as earlier_stage,
            e.vintage as earlier_vintage,
            e.obs_value as earlier_value,
            row_number() over (
                partition by n.observation_id
                order by e.published asc nulls first, e.rank desc nulls last, e.source_id, e.observation_id
            ) as place,
            row_number() over (
                partition by n.observation_id
                order by
                    e.published desc nulls last, e.rank, e.source_id desc nulls last, e.observation_id desc nulls last
            ) as places_back
        from dated as n
        inner join dated as e on {{ equal("e", "n", key) }}
        left join {{ ref("stg_revision") }} as v on v.source_id = n.source_id and v.revised_source_id = e.source_id
        where v.source_id is not null or (e.source_id = n.source_id and e.published < n.published)
    ),

    compared as (
        select
            observation_id,
            max(case when place = 1 then earlier_id end) as first_observation_id,
            max(case when place = 1 then earlier_source_id end) as first_source_id,
            max(case when place = 1 then earlier_stage end) as first_stage,
            max(case when place = 1 then earlier_vintage end) as first_vintage,
            max(case when place = 1 then earlier_value end) as first_value,
            max(case when places_back = 1 then earlier_id end) as previous_observation_id,
            max(case when places_back = 1 then earlier_value end) as previous_value,
            cast(count(*) as integer) as revision_no
        from pairs
        group by observation_id
    ),

    last_of as (select distinct earlier_id from pairs),

    differing as (
        select
            n.observation_id,
            {{ series_id("n") }} as series_id,
            {{ series_indicator("n") }} as indicator,
            n.scheme,
            n.pop_group,
            n.residence,
            n.ref_area,
            n.freq,
            n.time_period,
            {{ period_year("n.time_period") }} as year,
            n.period_start,
            n.period_end,
            n.base_period,
            n.unit_measure,
            n.source_id,
            n.release_stage,
            n.vintage,
            n.obs_value,
            c.first_observation_id,
            c.first_source_id,
            c.first_stage,
            c.first_vintage,
            c.first_value,
            c.previous_observation_id,
            c.previous_value,
            n.obs_value - c.first_value as revision,
            case
                when c.first_value <> 0 then {{ divide("(n.obs_value - c.first_value)", "c.first_value", 6) }}
            end as revision_share,
            c.revision_no,
            l.earlier_id is null as is_latest,
            n.obs_status
            {%- for language in ["en", "zh"] %}
                ,
                {{ about(language, ["obs_value", "revision", "revision_share"], "n.caveat_" ~ language) }}
                as judged_{{ language }}
            {%- endfor %}
        from compared as c
        inner join dated as n on n.observation_id = c.observation_id
        left join last_of as l on l.earlier_id = n.observation_id
    ),

    found as (
        select
            d.*,
            case when d.revision_share is not null then d.obs_status else 'L' end as revision_share_status
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from differing as d
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{ in_full("revision", "found", ref("int_code__named")) }}
