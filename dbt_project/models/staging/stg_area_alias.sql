select area as ref_area, text from {{ source("codelist", "area_alias") }}
