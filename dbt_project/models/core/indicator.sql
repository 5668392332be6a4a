select indicator, name_en, name_zh, definition_en, definition_zh, unit_measure, time_basis, is_derived
from {{ ref("stg_indicator") }}
