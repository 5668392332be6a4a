select
    s.ref_area,
    s.successor_area,
    s.year,
    s.passed,
    a.name_en as ref_area_name_en,
    a.name_zh as ref_area_name_zh,
    b.name_en as successor_area_name_en,
    b.name_zh as successor_area_name_zh
from {{ ref("stg_area_successor") }} as s
inner join {{ ref("stg_area") }} as a on a.ref_area = s.ref_area
inner join {{ ref("stg_area") }} as b on b.ref_area = s.successor_area
