select
    concat(source_id, ':', claim_id) as claim_id,
    source_id,
    section,
    statement,
    case when reading_of is not null then concat(source_id, ':', reading_of) end as reading_of,
    operator,
    test,
    test_place,
    result_id,
    expected_value,
    missing_en,
    missing_zh
from {{ source("raw", "claim") }}
