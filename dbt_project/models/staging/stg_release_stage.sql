-- One row a stage of release, best first.
select code as release_stage, cast(rank as integer) as rank
from {{ source('codelist', 'release_stage') }}
