select
    m.area_group,
    g.name_en as area_group_name_en,
    g.name_zh as area_group_name_zh,
    m.ref_area,
    a.name_en as ref_area_name_en,
    a.name_zh as ref_area_name_zh,
    m.valid_from,
    m.valid_to
from {{ ref("stg_area_member") }} as m
inner join {{ ref("stg_area") }} as g on g.ref_area = m.area_group
inner join {{ ref("stg_area") }} as a on a.ref_area = m.ref_area
