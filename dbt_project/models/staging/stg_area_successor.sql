select area as ref_area, successor as successor_area, cast(year as integer) as year, passed
from {{ source("codelist", "area_successor") }}
