select area as ref_area, name_en, name_zh, cast(valid_from as date) as valid_from, cast(valid_to as date) as valid_to
from {{ source("codelist", "area_life") }}
union all
-- An area of one life has it in its own row.
select a.code, a.name_en, a.name_zh, cast(a.valid_from as date), cast(a.valid_to as date)
from {{ source("codelist", "area") }} as a
where a.code not in (select l.area from {{ source("codelist", "area_life") }} as l)
