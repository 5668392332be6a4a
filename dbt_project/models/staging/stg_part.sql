select
    relation_id,
    indicator,
    split_part(whole, '=', 1) as dimension,
    split_part(whole, '=', 2) as whole,
    split_part(part, '=', 2) as part,
    left_out_in,
    reason_en
from {{ source("relation", "part") }}
