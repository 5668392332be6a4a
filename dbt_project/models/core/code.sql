select codelist, code, name_en, name_zh, definition_en
from {{ ref('stg_code') }}
