select area_group, member as ref_area, cast(valid_from as date) as valid_from, cast(valid_to as date) as valid_to
from {{ source("codelist", "area_member") }}
