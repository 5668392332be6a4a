select
    code as scheme,
    name_en,
    name_zh,
    definition_en,
    definition_zh,
    parent as parent_scheme,
    agency,
    tier_basic_supplementary,
    tier_insurance_assistance_welfare,
    tier_assistance_insurance_commercial,
    tier_basic_enterprise_commercial,
    residence_covered,
    successor,
    folded_into,
    folded_since
from {{ source("codelist", "scheme") }}
