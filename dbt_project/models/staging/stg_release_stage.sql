select code as release_stage, name_en, name_zh, cast(rank as integer) as rank, is_provisional = 'true' as is_provisional
from {{ source("codelist", "release_stage") }}
