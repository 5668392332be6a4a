select distinct finding_id, role, observation_id from {{ ref("int_finding__standing") }}
