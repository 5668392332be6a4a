with
    spans as (
        select
            f.claim_id,
            b.relation_id,
            b.valid_from,
            b.valid_to,
            b.caveat_en,
            b.caveat_zh,
            min(f.period_end) as first_end,
            max(f.period_end) as last_end
        from {{ ref("int_claim__figure") }} as f
        inner join {{ ref("stg_break") }} as b on {{ is_broken_by("b", "f") }}
        group by f.claim_id, f.compared_at, b.relation_id, b.valid_from, b.valid_to, b.caveat_en, b.caveat_zh
    )

select distinct s.claim_id, s.relation_id, s.caveat_en, s.caveat_zh
from spans as s
where s.first_end < s.last_end and {{ lies_between("s", "s.first_end", "s.last_end") }}
