select
    s.scheme,
    s.name_en,
    s.name_zh,
    s.definition_en,
    s.definition_zh,
    s.parent_scheme,
    s.agency,
    a.name_en as agency_name_en,
    a.name_zh as agency_name_zh,
    s.tier_basic_supplementary,
    s.tier_insurance_assistance_welfare,
    s.tier_assistance_insurance_commercial,
    s.tier_basic_enterprise_commercial,
    s.residence_covered,
    s.successor as successor_scheme
from {{ ref("stg_scheme") }} as s
inner join {{ ref("stg_agency") }} as a on a.agency = s.agency
