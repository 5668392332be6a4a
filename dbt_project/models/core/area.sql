select ref_area, name_en, name_zh, parent_area, level, code_system, valid_from, valid_to from {{ ref("stg_area") }}
