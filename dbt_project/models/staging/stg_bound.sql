-- One row a relation lower <= upper between indicators, per unit of time.
select relation_id, lower, upper, reason_en
from {{ source('relation', 'bound') }}
