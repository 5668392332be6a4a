{#-
    As printed, a decision answers that covers one of its cells and names its rule, before all one that changes what the
    cell says. As decided, one that flags,
    confirms or leaves the conflict standing, covers one of its cells, names its rule, and was made in view of
    every cell of its source in it: a part that prints something new since is not accepted by an old judgement.
    That a decision is stale no decision answers, and it stands apart: rule_decision_stale.
-#}
with
    named as (
        select
            f.rule_id,
            f.pass,
            f.anchor_id,
            c.decision_id,
            split_part(c.decision_id, ':', 1) as source_id,
            count(distinct f.observation_id) as cells_in_view,
            max(case when c.is_covered then 1 else 0 end) as covers_one,
            min(c.outcome) as outcome
        from {{ ref("rule_findings") }} as f
        inner join {{ ref("stg_decision_cell") }} as c on c.observation_id = f.observation_id
        inner join {{ ref("stg_decision_rule") }} as r on r.decision_id = c.decision_id and r.rule_id = f.rule_id
        group by f.rule_id, f.pass, f.anchor_id, c.decision_id
    ),

    sizes_by_source as (
        select
            rule_id,
            pass,
            anchor_id,
            split_part(observation_id, ':', 1) as source_id,
            count(distinct observation_id) as cells
        from {{ ref("rule_findings") }}
        group by rule_id, pass, anchor_id, split_part(observation_id, ':', 1)
    ),

    sizes as (
        select
            rule_id,
            pass,
            anchor_id,
            min(severity) as severity,
            count(distinct observation_id) as cells,
            min(message) as message
        from {{ ref("rule_findings") }}
        group by rule_id, pass, anchor_id
    ),

    answers as (
        select
            n.rule_id,
            n.pass,
            n.anchor_id,
            coalesce(
                min(
                    case when n.outcome in ('corrected', 'relabelled', 'rescoped', 'quarantined') then n.decision_id end
                ),
                min(n.decision_id)
            ) as decision_id
        from named as n
        inner join
            sizes_by_source as s
            on s.rule_id = n.rule_id
            and s.pass = n.pass
            and s.anchor_id = n.anchor_id
            and s.source_id = n.source_id
        where
            n.covers_one = 1
            and (
                n.pass = 'printed'
                or (n.outcome in ('flagged', 'confirmed', 'source_conflict') and n.cells_in_view = s.cells)
            )
        group by n.rule_id, n.pass, n.anchor_id
    )

select s.rule_id, s.pass, s.anchor_id, s.severity, s.message, s.cells, a.decision_id
from sizes as s
left join answers as a on a.rule_id = s.rule_id and a.pass = s.pass and a.anchor_id = s.anchor_id
