-- One row a list of area codes, with the year in which it begins: what is in use then may have been so before.
select code_system, cast(first_year as integer) as first_year
from {{ source('codelist', 'code_system') }}
