-- One row a reason that readers are told, in both languages.
select caveat, text_en, text_zh
from {{ source('codelist', 'caveat') }}
