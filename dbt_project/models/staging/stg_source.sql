select
    source_id,
    title,
    title_zh,
    authors,
    citation,
    licence,
    release_stage,
    vintage,
    cadence,
    agency,
    quarantine_ceiling,
    area_map,
    release_freq,
    release_lag
from {{ source("raw", "source") }}
