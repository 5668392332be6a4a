{#-
    Figures with one `compared_at` meet each other: what lies above or below zero does so at each place on its own. A
    hedge that bounds a figure from one side gives an interval and no value: "more than 20" is not 20.
-#}
select
    o.claim_id,
    o.role,
    o.side,
    o.place_no,
    o.place,
    o.observation_id,
    case when a.test in ('positive', 'negative') then o.place else '_Z' end as compared_at,
    case when h.below_digits + h.above_digits = 2 then p.obs_value end as obs_value,
    p.value_low,
    p.value_high,
    p.obs_status,
    p.scope,
    p.time_period,
    {{ period_end("p.time_period") }} as period_end,
    p.indicator,
    p.counterpart,
    p.scheme,
    p.pop_group,
    p.ref_area,
    not c.is_usable as is_withheld,
    c.caveat_en,
    c.caveat_zh
from {{ ref("stg_claim_operand") }} as o
inner join {{ ref("stg_claim") }} as a on a.claim_id = o.claim_id
inner join {{ ref("observation_pass") }} as p on p.observation_id = o.observation_id and p.pass <> 'printed'
inner join {{ ref("stg_hedge") }} as h on h.qualifier = p.qualifier
inner join {{ ref("observation") }} as c on c.observation_id = o.observation_id
