select code as unit_measure, name_en, name_zh, definition_en, definition_zh, quantity, cast(months as integer) as months
from {{ source("codelist", "unit") }}
