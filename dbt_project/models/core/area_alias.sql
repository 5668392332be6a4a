select ref_area, text as alias from {{ ref("stg_area_alias") }}
