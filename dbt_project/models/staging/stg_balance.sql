select relation_id, stock, inflow, outflow, reason_en from {{ source("relation", "balance") }}
