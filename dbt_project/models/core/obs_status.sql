-- A status that says nothing of quoting stops the build: its columns would be null.
select c.code as obs_status, c.name_en, c.name_zh, s.may_be_shown, s.may_be_quoted, s.mark_en, s.mark_zh
from {{ ref("stg_code") }} as c
left join {{ ref("stg_status") }} as s on s.obs_status = c.code
where c.codelist = 'obs_status'
