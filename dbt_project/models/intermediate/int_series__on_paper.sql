-- The selected values that were printed in a table or in running text: core.lineage leads from these to their cells.
select s.*
from {{ ref('series') }} as s
inner join {{ ref('observation_pass') }} as o on o.observation_id = s.observation_id
where o.pass <> 'printed' and o.layout in ('table', 'prose')
