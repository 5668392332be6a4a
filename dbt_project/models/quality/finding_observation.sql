select distinct finding_id, role, observation_id
from {{ ref('rule_findings_standing') }}
