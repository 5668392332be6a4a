select
    d.document_id, d.source_id, d.table_id, d.kind, d.file, d.section, d.row_no, d.title, d.number,
    d.issuer_en as issuer_name_en,
    d.issuer_zh as issuer_name_zh,
    -- A document number bears its year in brackets, as in [2018] No. 162.
    cast(nullif(regexp_extract(d.number, '\[((19|20)[0-9][0-9])\]', 1), '') as integer) as number_year,
    cast(d.release_year as integer) as release_year,
    d.date as date_text,
    cast(nullif(regexp_extract(d.date, '^((19|20)[0-9][0-9])', 1), '') as integer) as year,
    d.scheme, d.ref_area, d.statement
from {{ source('raw', 'document') }} as d
