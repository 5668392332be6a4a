select code as agency, name_en, name_zh from {{ source("codelist", "agency") }}
