with
    found as (
        select distinct
            'decision.stale' as rule_id,
            'decided' as pass,
            concat(c.decision_id, '|', c.observation_id) as anchor_id,
            concat(
                {{ place("o") }},
                ': prints ',
                o.printed_value,
                '; the decision ',
                c.decision_id,
                ' expects ',
                c.expected_value
            ) as message,
            'result' as role,
            c.observation_id
        from {{ ref("stg_decision_cell") }} as c
        inner join {{ source("raw", "observation") }} as o on o.observation_id = c.observation_id
        where c.expected_value <> o.printed_value

        union all

        select
            'decision.stale',
            'decided',
            concat(n.decision_id, '|', n.rule_id),
            concat('decision ', n.decision_id, ': names the rule ', n.rule_id, ', which finds none of its cells'),
            'result',
            c.observation_id
        from {{ ref("stg_decision_rule") }} as n
        inner join {{ ref("stg_decision_cell") }} as c on c.decision_id = n.decision_id
        where
            not exists (
                select 1
                from {{ ref("rule_findings") }} as f
                inner join
                    {{ ref("stg_decision_cell") }} as covered
                    on covered.observation_id = f.observation_id
                    and covered.is_covered
                where f.rule_id = n.rule_id and covered.decision_id = n.decision_id
            )
    )

-- How grave: see rule_findings, which this model reads and therefore does not stand in.
select f.rule_id, f.pass, f.anchor_id, r.severity, f.message, f.role, f.observation_id
from found as f
left join {{ ref("stg_rule") }} as r on r.rule_id = f.rule_id and r.model = 'rule_decision_stale'
