select codelist, code, name_en, name_zh, nullif(definition_en, '') as definition_en
from {{ source("codelist", "code") }}
