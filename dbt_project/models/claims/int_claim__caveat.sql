-- One row a claim: what decisions and breaks tell the readers of its figures and of its printed result, each once.
with caveats as (
    select claim_id, caveat_en, caveat_zh from {{ ref('int_claim__figure') }}
    union
    select claim_id, caveat_en, caveat_zh from {{ ref('int_claim__printed') }}
    union
    select claim_id, caveat_en, caveat_zh from {{ ref('int_claim__break') }}
)

select
    claim_id,
    string_agg(caveat_en, ' ' order by caveat_en) as caveat_en,
    string_agg(caveat_zh, '' order by caveat_en) as caveat_zh
from caveats
group by claim_id
