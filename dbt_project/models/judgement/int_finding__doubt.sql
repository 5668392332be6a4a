{#-
    Who accepts a contradiction without telling which of its figures is wrong - a conflict left standing, or a
    contradiction in the arithmetic of a source that is flagged as of low reliability - doubts each of them, in
    whatever role and source it stands.
-#}
select distinct c.decision_id, f.observation_id, c.caveat_en, c.caveat_zh
from {{ ref("int_finding__answered") }} as a
inner join {{ ref("stg_decision_cell") }} as c on c.decision_id = a.decision_id
inner join {{ ref("rule_findings") }} as f on f.rule_id = a.rule_id and f.pass = a.pass and f.anchor_id = a.anchor_id
where
    a.pass = 'decided'
    and (
        c.outcome = 'source_conflict'
        or (c.outcome = 'flagged' and c.field = 'obs_status' and c.new_value = 'U' and a.severity = 'error')
    )
