{#-
    One row a finding and a printed figure in it, with what decisions make of it.

    explained: on the printed pass, a decision covers one of its cells and names its rule.
    accepted: on the decided pass, a decision that flags, confirms or leaves the conflict standing covers one
    of its cells, names its rule, and was made in view of every cell in it: a part that prints something new
    since is not accepted by an old judgement.
    A stale decision is answered by none.
    noted: a warning that no decision names. unexplained: an error that nothing answers; it stops the release.
-#}
with findings as (
    select rule_id, pass, anchor_id, severity, message, role, observation_id from {{ ref('rule_findings') }}
    union all
    select rule_id, pass, anchor_id, severity, message, role, observation_id from {{ ref('rule_decision_stale') }}
),

named as (
    select
        f.rule_id, f.pass, f.anchor_id, c.decision_id,
        count(distinct f.observation_id) as cells_in_view,
        max(case when c.is_covered then 1 else 0 end) as covers_one,
        min(c.outcome) as outcome
    from findings as f
    inner join {{ ref('stg_decision_cell') }} as c on c.observation_id = f.observation_id
    inner join {{ ref('stg_decision_rule') }} as r on r.decision_id = c.decision_id and r.rule_id = f.rule_id
    where f.rule_id <> 'decision.stale'
    group by f.rule_id, f.pass, f.anchor_id, c.decision_id
),

sizes as (
    select rule_id, pass, anchor_id, count(distinct observation_id) as cells, min(message) as message
    from findings
    group by rule_id, pass, anchor_id
),

answers as (
    select n.rule_id, n.pass, n.anchor_id, min(n.decision_id) as decision_id
    from named as n
    inner join sizes as s on s.rule_id = n.rule_id and s.pass = n.pass and s.anchor_id = n.anchor_id
    where n.covers_one = 1 and (
        n.pass = 'printed'
        or (n.outcome in ('flagged', 'confirmed', 'source_conflict') and n.cells_in_view = s.cells))
    group by n.rule_id, n.pass, n.anchor_id
)

select
    concat(f.rule_id, '|', f.pass, '|', f.anchor_id) as finding_id,
    f.rule_id, f.pass, f.anchor_id, f.severity, s.message, f.role, f.observation_id,
    case
        when a.decision_id is not null and f.pass = 'printed' then 'explained'
        when a.decision_id is not null then 'accepted'
        when f.severity = 'warning' then 'noted'
        else 'unexplained'
    end as standing,
    a.decision_id
from findings as f
inner join sizes as s on s.rule_id = f.rule_id and s.pass = f.pass and s.anchor_id = f.anchor_id
left join answers as a on a.rule_id = f.rule_id and a.pass = f.pass and a.anchor_id = f.anchor_id
