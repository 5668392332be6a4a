select code_system, cast(first_year as integer) as first_year from {{ source("codelist", "code_system") }}
