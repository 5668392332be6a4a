-- One row a stock that moves by an inflow and an outflow.
select relation_id, stock, inflow, outflow, reason_en
from {{ source('relation', 'balance') }}
