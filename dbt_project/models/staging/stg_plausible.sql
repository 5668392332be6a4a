select
    relation_id,
    kind,
    numerator,
    denominator,
    per,
    ref_area,
    cast(low as decimal(38, 10)) as low,
    cast(high as decimal(38, 10)) as high,
    reason_en
from {{ source("relation", "plausible") }}
