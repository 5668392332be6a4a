{#-
    A table of its own: a planner knows it to be small, and of millions of levels keeps those of the areas alone.
-#}
select distinct case when measure = 'change' then 'change' else 'missing' end as about, ref_area
from {{ ref("observation_pass") }}
where measure = 'change' or (measure = 'level' and not is_usable)
union all
select distinct 'counterpart', {{ code_in_text("counterpart", "ref_area") }}
from {{ ref("observation_pass") }}
where counterpart like '%ref_area=%'
