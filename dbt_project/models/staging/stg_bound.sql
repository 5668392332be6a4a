select relation_id, lower, upper, is_wider = 'true' as is_wider, reason_en from {{ source("relation", "bound") }}
