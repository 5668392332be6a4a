with
    conditions as (
        select
            rule_id,
            {{ joined("concat(condition, ': ', severity, '. ', reason_en)", "; ", ["condition"]) }} as conditions_en,
            {{ joined("concat(condition, ': ', severity, '. ', reason_zh)", "; ", ["condition"]) }} as conditions_zh
        from {{ ref("stg_rule_condition") }}
        group by rule_id
    ),

    thresholds as (
        select
            rule_id,
            {{ joined("concat(name, ' = ', " ~ shown("value") ~ ", ' (', unit, ')')", "; ", ["name"]) }} as thresholds,
            {{ joined("concat(name, ': ', reason_en)", "; ", ["name"]) }} as threshold_reasons_en,
            {{ joined("concat(name, ': ', reason_zh)", "; ", ["name"]) }} as threshold_reasons_zh
        from {{ ref("stg_threshold") }}
        group by rule_id
    ),

    hits as (
        select
            rule_id,
            count(distinct case when pass = 'printed' then finding_id end) as findings_printed,
            count(distinct case when pass = 'decided' then finding_id end) as findings_decided
        from {{ ref("int_finding__standing") }}
        group by rule_id
    )

select
    r.rule_id,
    r.severity,
    r.says_en,
    r.says_zh,
    c.conditions_en,
    c.conditions_zh,
    t.thresholds,
    t.threshold_reasons_en,
    t.threshold_reasons_zh,
    r.roles,
    r.told_of,
    r.model,
    coalesce(h.findings_printed, 0) as findings_printed,
    coalesce(h.findings_decided, 0) as findings_decided
from {{ ref("stg_rule") }} as r
left join conditions as c on c.rule_id = r.rule_id
left join thresholds as t on t.rule_id = r.rule_id
left join hits as h on h.rule_id = r.rule_id
