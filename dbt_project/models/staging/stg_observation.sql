-- One row a printed figure, as printed. Keys are physical: the same label may stand twice.
select
    concat(o.source_id, ':', o.table_id, ':r', cast(o.row_no as varchar), ':c', cast(o.column_no as varchar)) as observation_id,
    o.*,
    s.release_stage,
    s.vintage,
    cast(stage.rank as integer) as release_stage_rank
from {{ source('raw', 'observation') }} as o
inner join {{ source('raw', 'source') }} as s on s.source_id = o.source_id
inner join {{ source('codelist', 'release_stage') }} as stage on stage.code = s.release_stage
