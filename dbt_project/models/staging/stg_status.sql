select
    code as obs_status,
    may_be_shown = 'true' as may_be_shown,
    may_be_quoted = 'true' as may_be_quoted,
    nullif(mark_en, '') as mark_en,
    nullif(mark_zh, '') as mark_zh
from {{ source("codelist", "status") }}
