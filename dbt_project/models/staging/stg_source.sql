select
    s.source_id,
    s.title,
    s.title_zh,
    s.authors,
    s.citation,
    s.licence,
    s.release_stage,
    s.vintage,
    s.cadence,
    s.agency,
    s.quarantine_ceiling,
    s.area_map,
    s.release_freq,
    s.release_lag,
    r.is_provisional
from {{ source("raw", "source") }} as s
inner join {{ ref("stg_release_stage") }} as r on r.release_stage = s.release_stage
