select
    ref_area,
    cast(row_number() over (partition by ref_area order by valid_from nulls last) as bigint) as life_no,
    name_en,
    name_zh,
    valid_from,
    valid_to
from {{ ref("stg_area_life") }}
