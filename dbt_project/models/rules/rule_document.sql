-- A document whose number bears another year than the one in which it is said to be released.
select
    'document.year_differs' as rule_id,
    'printed' as pass,
    document_id as anchor_id,
    concat(file, ', row ', cast(row_no as varchar), ': ', number, ' bears the year ', cast(number_year as varchar),
        '; the release is put in ', cast(release_year as varchar)) as message,
    'document' as role,
    document_id as observation_id
from {{ ref('stg_document') }}
where number_year <> release_year
