select
    s.code as scheme, s.name_en, s.name_zh, s.definition_en, s.definition_zh, s.parent as parent_scheme, s.agency,
    a.name_en as agency_name_en, a.name_zh as agency_name_zh,
    s.tier_basic_supplementary, s.tier_insurance_assistance_welfare, s.tier_assistance_insurance_commercial,
    s.tier_basic_enterprise_commercial
from {{ source('codelist', 'scheme') }} as s
inner join {{ source('codelist', 'agency') }} as a on a.code = s.agency
