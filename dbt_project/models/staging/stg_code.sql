-- One row a code of a small code list.
select codelist, code, name_en
from {{ source('codelist', 'code') }}
