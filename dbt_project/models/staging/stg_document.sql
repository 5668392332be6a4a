select
    document_id,
    source_id,
    table_id,
    kind,
    file,
    section,
    row_no,
    title,
    number,
    issuer_en as issuer_name_en,
    issuer_zh as issuer_name_zh,
    -- A document number bears its year in brackets, as in [2018] No. 162.
    cast(
        nullif(regexp_extract(translate(number, '[]', '<>'), '<((19|20)[0-9][0-9])>', 1), '') as integer
    ) as number_year,
    cast(release_year as integer) as release_year,
    date as date_text,
    cast(nullif(regexp_extract(date, '^((19|20)[0-9][0-9])', 1), '') as integer) as year,
    scheme,
    ref_area,
    statement
from {{ source("raw", "document") }}
