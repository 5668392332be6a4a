select
    ref_area,
    row_number() over (partition by ref_area order by valid_from) as life_no,
    name_en,
    name_zh,
    valid_from,
    valid_to
from {{ ref("stg_area_life") }}
