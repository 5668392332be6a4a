select
    code as ref_area,
    name_en,
    name_zh,
    parent as parent_area,
    level,
    code_system,
    cast(valid_from as date) as valid_from,
    cast(valid_to as date) as valid_to
from {{ source("codelist", "area") }}
