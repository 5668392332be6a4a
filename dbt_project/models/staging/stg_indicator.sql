select
    code as indicator,
    name_en,
    name_zh,
    definition_en,
    definition_zh,
    unit_measure,
    time_basis,
    is_derived = 'true' as is_derived,
    coalesce(is_rate = 'true', false) as is_rate,
    coalesce(is_of_its_period = 'true', false) as is_of_its_period
from {{ source("codelist", "indicator") }}
