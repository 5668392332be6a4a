select caveat, text_en, text_zh from {{ source("codelist", "caveat") }}
