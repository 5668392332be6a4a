-- One row a figure that decisions cover or for which no unit is stated: whether it is withheld, and what readers are told.
with told as (
    select observation_id, outcome, caveat_en, caveat_zh, decision_id
    from {{ ref('int_decision_cell') }}
    where is_covered

    union all

    select
        observation_id, 'unit_not_stated' as outcome, 'The page states no unit; the figure is taken in base units.' as caveat_en,
        '原文未注明单位，按基本单位计。' as caveat_zh, '' as decision_id
    from {{ ref('observation_pass') }}
    where pass <> 'printed' and not unit_stated and natural_unit <> 'PURE_NUMB' and not is_missing and not is_unparseable
),

caveats as (
    select *, row_number() over (partition by observation_id, caveat_en, caveat_zh order by decision_id) as repetition
    from told
)

select
    observation_id,
    max(case when outcome = 'quarantined' then 1 else 0 end) = 1 as is_quarantined,
    string_agg(case when repetition = 1 then caveat_en end, ' ' order by decision_id) as caveat_en,
    string_agg(case when repetition = 1 then caveat_zh end, '' order by decision_id) as caveat_zh
from caveats
group by observation_id
