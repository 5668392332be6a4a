-- One row a decision, written or generated.
select
    d.decision_id, d.source_id, d.outcome, d.field, d.new_value, d.evidence, d.caveat_en, d.caveat_zh, d.confidence,
    d.decided_by, d.decided_on,
    (
        select string_agg(r.rule_id, ', ' order by r.rule_id)
        from {{ ref('stg_decision_rule') }} as r
        where r.decision_id = d.decision_id
    ) as rules
from {{ ref('stg_decision') }} as d

union all

select
    decision_id, source_id, 'quarantined', null, null, concat('The source has such cells withheld: ', message),
    'Withheld: a rule found the figure in contradiction with others, or no number.', '因规则判定与其他数据矛盾或非数值，不予发布。',
    'low', concat('rule ', rule_id), null, rule_id
from {{ ref('int_decision_cell__generated') }}
group by all
