{#-
    explained: as printed, a decision answers it, written or generated. accepted: as decided, a written
    decision leaves it standing. noted: a warning that no decision names. unexplained: an error that nothing
    answers; it stops the release. What was found as decided on a figure that a generated decision withholds
    no longer stands.
-#}
with
    findings as (
        select rule_id, pass, anchor_id, severity, message, role, observation_id
        from {{ ref("rule_findings") }}
        union all
        select rule_id, pass, anchor_id, severity, message, role, observation_id
        from {{ ref("rule_decision_stale") }}
    ),

    -- An error as printed is answered by the generated decision of the same finding as decided.
    generated as (
        select generated_by as rule_id, anchor_id, min(decision_id) as decision_id
        from {{ ref("int_decision_cell") }}
        where generated_by is not null
        group by generated_by, anchor_id
    ),

    withdrawn as (
        select distinct f.rule_id, f.anchor_id
        from findings as f
        inner join
            {{ ref("int_decision_cell") }} as g on g.observation_id = f.observation_id and g.generated_by is not null
        where f.pass = 'decided' and f.rule_id <> 'decision.stale'
    )

select
    concat(f.rule_id, '|', f.pass, '|', f.anchor_id) as finding_id,
    f.rule_id,
    f.pass,
    f.anchor_id,
    f.severity,
    coalesce(a.message, f.message) as message,
    f.role,
    f.observation_id,
    case
        when coalesce(a.decision_id, g.decision_id) is not null and f.pass = 'printed'
        then 'explained'
        when a.decision_id is not null
        then 'accepted'
        when f.severity = 'warning'
        then 'noted'
        else 'unexplained'
    end as standing,
    case when f.pass = 'printed' then coalesce(a.decision_id, g.decision_id) else a.decision_id end as decision_id
from findings as f
left join
    {{ ref("int_finding__answered") }} as a on a.rule_id = f.rule_id and a.pass = f.pass and a.anchor_id = f.anchor_id
left join generated as g on g.rule_id = f.rule_id and g.anchor_id = f.anchor_id
left join withdrawn as w on w.rule_id = f.rule_id and w.anchor_id = f.anchor_id
where f.pass = 'printed' or w.rule_id is null
