select relation_id, indicator, scheme, same_as, reason_en from {{ source("relation", "alias") }}
