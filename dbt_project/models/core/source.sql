with
    counted as (select source_id, count(*) as observations from {{ ref("observation") }} group by source_id),

    -- What was, not what is planned; of a source with a calendar, in the frequency that the calendar tells of.
    newest as (
        select o.source_id, max(o.period_end) as stated_until
        from {{ ref("observation") }} as o
        inner join {{ ref("stg_source") }} as s on s.source_id = o.source_id
        where o.actuality = 'actual' and o.freq = coalesce(s.release_freq, o.freq)
        group by o.source_id
    ),

    quarantined as (
        select split_part(decision_id, ':', 1) as source_id, count(distinct observation_id) as observations
        from {{ ref("int_decision_cell") }}
        where generated_by is not null
        group by split_part(decision_id, ':', 1)
    )

select
    s.source_id,
    s.title,
    s.title_zh,
    s.authors,
    s.citation,
    s.licence,
    s.agency,
    a.name_en as agency_name_en,
    a.name_zh as agency_name_zh,
    s.release_stage,
    s.vintage,
    s.cadence,
    {{ as_shown("coalesce(c.observations, 0)", "integer") }} as observations,
    s.quarantine_ceiling,
    {{ as_shown("coalesce(q.observations, 0)", "integer") }} as quarantined_by_rule,
    s.area_map,
    s.release_freq,
    s.release_lag,
    n.stated_until,
    cast(null as date) as next_due
from {{ ref("stg_source") }} as s
inner join {{ ref("stg_agency") }} as a on a.agency = s.agency
left join counted as c on c.source_id = s.source_id
left join newest as n on n.source_id = s.source_id
left join quarantined as q on q.source_id = s.source_id
