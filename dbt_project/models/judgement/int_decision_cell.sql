{#-
    Where a source declares a ceiling of quarantine, an error that no written decision answers is answered by
    a generated one: it quarantines every cell of the finding, since arithmetic cannot tell which of them is
    wrong. `generated_by`, anchor_id and message are those of the finding; NULL for a written decision.

    The findings as decided are not sought a second time: whether a rule finds cells in contradiction depends
    on those cells alone, so taking cells away leaves no new contradiction behind.
-#}
with
    generated as (
        select
            concat(o.source_id, ':generated|', a.rule_id, '|', a.anchor_id) as decision_id,
            a.rule_id,
            a.anchor_id,
            a.message,
            f.observation_id,
            o.printed_value
        from {{ ref("int_finding__answered") }} as a
        inner join
            {{ ref("rule_findings") }} as f on f.rule_id = a.rule_id and f.pass = a.pass and f.anchor_id = a.anchor_id
        inner join {{ ref("observation_pass") }} as o on o.observation_id = f.observation_id and o.pass <> 'printed'
        inner join {{ ref("stg_source") }} as s on s.source_id = o.source_id
        where a.pass = 'decided' and a.severity = 'error' and a.decision_id is null and s.quarantine_ceiling is not null
        group by all
    )

select
    decision_id,
    observation_id,
    expected_value,
    is_covered,
    outcome,
    caveat_en,
    caveat_zh,
    cast(null as string) as generated_by,
    cast(null as string) as anchor_id,
    cast(null as string) as message
from {{ ref("stg_decision_cell") }}

union all

select
    decision_id,
    observation_id,
    printed_value,
    true,
    'quarantined',
    told.withheld_by_a_rule_en,
    told.withheld_by_a_rule_zh,
    rule_id,
    anchor_id,
    message
from generated
cross join ({{ sentences(ref("stg_caveat"), ["withheld_by_a_rule"]) }}) as told
