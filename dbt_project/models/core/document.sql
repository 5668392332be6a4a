select
    document_id, source_id, table_id, kind, file, section, row_no, title, number, issuer_name_en, issuer_name_zh,
    number_year, release_year, date_text, year, scheme, ref_area, statement
from {{ ref('stg_document') }}
