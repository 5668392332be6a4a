select relation_id, lower, upper, reason_en from {{ source("relation", "bound") }}
