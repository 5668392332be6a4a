-- One row a figure that decisions cover: whether it is withheld, and what readers are told.
with caveats as (
    select
        observation_id, outcome, caveat_en, caveat_zh, decision_id,
        row_number() over (partition by observation_id, caveat_en, caveat_zh order by decision_id) as repetition
    from {{ ref('int_decision_cell') }}
    where is_covered
)

select
    observation_id,
    max(case when outcome = 'quarantined' then 1 else 0 end) = 1 as is_quarantined,
    string_agg(case when repetition = 1 then caveat_en end, ' ' order by decision_id) as caveat_en,
    string_agg(case when repetition = 1 then caveat_zh end, '' order by decision_id) as caveat_zh
from caveats
group by observation_id
