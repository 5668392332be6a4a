with
    named as (
        select decision_id, {{ joined("rule_id", ", ", ["rule_id"]) }} as rules
        from {{ ref("stg_decision_rule") }}
        group by decision_id
    )

select
    d.decision_id,
    d.source_id,
    d.outcome,
    d.field,
    d.new_value,
    d.doubted_field,
    d.evidence,
    d.caveat_en,
    d.caveat_zh,
    d.confidence,
    d.decided_by,
    d.decided_on,
    r.rules
from {{ ref("stg_decision") }} as d
left join named as r on r.decision_id = d.decision_id

union all

select distinct
    decision_id,
    split_part(decision_id, ':', 1),
    outcome,
    null,
    null,
    null,
    concat('The source has such cells withheld: ', message),
    caveat_en,
    caveat_zh,
    'low',
    concat('rule ', generated_by),
    null,
    generated_by
from {{ ref("int_decision_cell") }}
where generated_by is not null
