select text, unit_measure, cast(unit_mult as integer) as unit_mult from {{ source("codelist", "unit_text") }}
