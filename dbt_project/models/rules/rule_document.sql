select
    'document.year_differs' as rule_id,
    'printed' as pass,
    document_id as anchor_id,
    concat(
        file,
        ', row ',
        cast(row_no as string),
        ': ',
        number,
        ' bears the year ',
        cast(number_year as string),
        '; the release is put in ',
        cast(release_year as string)
    ) as message,
    'document' as role,
    document_id as observation_id
from {{ ref("stg_document") }}
where number_year <> release_year
