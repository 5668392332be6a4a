{#-
    One row a finding and a printed figure in it, with what decisions make of it.

    explained: on the printed pass, a decision covers one of its cells and names its rule.
    accepted: on the decided pass, such a decision flags, confirms or leaves the conflict standing.
    noted: a warning that no decision names. unexplained: an error that nothing answers; it stops the release.
-#}
with findings as (
    select rule_id, pass, anchor_id, severity, message, role, observation_id from {{ ref('rule_findings') }}
    union all
    select rule_id, pass, anchor_id, severity, message, role, observation_id from {{ ref('rule_decision_stale') }}
),

answers as (
    select distinct f.rule_id, f.pass, f.anchor_id, min(c.decision_id) over (partition by f.rule_id, f.pass, f.anchor_id) as decision_id
    from findings as f
    inner join {{ ref('stg_decision_cell') }} as c on c.observation_id = f.observation_id
    inner join {{ ref('stg_decision_rule') }} as r on r.decision_id = c.decision_id and r.rule_id = f.rule_id
    where f.pass = 'printed' or c.outcome in ('flagged', 'confirmed', 'source_conflict')
)

select
    concat(f.rule_id, '|', f.pass, '|', f.anchor_id) as finding_id,
    f.rule_id, f.pass, f.anchor_id, f.severity, f.message, f.role, f.observation_id,
    case
        when a.decision_id is not null and f.pass = 'printed' then 'explained'
        when a.decision_id is not null then 'accepted'
        when f.severity = 'warning' then 'noted'
        else 'unexplained'
    end as standing,
    a.decision_id
from findings as f
left join answers as a on a.rule_id = f.rule_id and a.pass = f.pass and a.anchor_id = f.anchor_id
