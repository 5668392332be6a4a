select
    finding_id,
    rule_id,
    pass,
    severity,
    standing,
    message,
    {{ joined("concat(role, ' ', observation_id)", "; ", ["role", "observation_id"]) }} as evidence,
    decision_id
from {{ ref("int_finding__standing") }}
group by finding_id, rule_id, pass, severity, standing, message, decision_id
