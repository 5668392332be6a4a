select code as release_stage, name_en, name_zh, cast(rank as integer) as rank
from {{ source("codelist", "release_stage") }}
