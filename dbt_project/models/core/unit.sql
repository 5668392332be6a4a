select unit_measure, name_en, name_zh, definition_en, definition_zh, quantity, months from {{ ref("stg_unit") }}
