select
    s.source_id, s.title, s.title_zh, s.authors, s.citation, s.licence, s.agency, a.name_en as agency_name_en,
    a.name_zh as agency_name_zh, s.release_stage, s.vintage, s.cadence,
    cast(count(o.observation_id) as integer) as observations
from {{ ref('stg_source') }} as s
inner join {{ ref('stg_agency') }} as a on a.agency = s.agency
left join {{ ref('stg_observation') }} as o on o.source_id = s.source_id
group by all
