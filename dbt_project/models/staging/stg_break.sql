select
    relation_id,
    indicator,
    scheme,
    pop_group,
    scope,
    ref_area,
    cast(valid_from as date) as valid_from,
    cast(valid_to as date) as valid_to,
    caveat_en,
    caveat_zh,
    before_en,
    before_zh,
    after_en,
    after_zh,
    reason_en
from {{ source("relation", "break") }}
