select codelist, code, name_en, name_zh, definition_en
from {{ ref("stg_code") }}

union all

select 'release_stage', release_stage, name_en, name_zh, null
from {{ ref("stg_release_stage") }}

union all

select 'agency', agency, name_en, name_zh, null
from {{ ref("stg_agency") }}
