select
    code as ref_area,
    name_en,
    name_zh,
    parent as parent_area,
    level,
    code_system,
    cast(valid_from as date) as valid_from,
    cast(valid_to as date) as valid_to,
    coalesce(name_en_kind, 'usual') as name_en_kind,
    name_en_source
from {{ source("codelist", "area") }}
