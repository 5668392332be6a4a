-- One row an indicator that in one scheme measures what another indicator does.
select relation_id, indicator, scheme, same_as, reason_en
from {{ source('relation', 'alias') }}
