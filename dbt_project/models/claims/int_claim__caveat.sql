with
    caveats as (
        select claim_id, caveat_en, caveat_zh
        from {{ ref("int_claim__figure") }}
        union
        select claim_id, caveat_en, caveat_zh
        from {{ ref("int_claim__printed") }}
        union
        select claim_id, caveat_en, caveat_zh
        from {{ ref("int_claim__break") }}
    )

select
    claim_id,
    {{ joined("caveat_en", " ", ["caveat_en", "caveat_zh"]) }} as caveat_en,
    {{ joined("caveat_zh", "", ["caveat_en", "caveat_zh"]) }} as caveat_zh
from caveats
group by claim_id
