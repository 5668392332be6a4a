select source_id, revised_source_id from {{ source("raw", "revision") }}
