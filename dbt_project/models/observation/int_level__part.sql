{#-
    A table of its own: a planner knows it to be small.
-#}
select numerator as indicator
from {{ ref("stg_quotient") }}
union
select denominator
from {{ ref("stg_quotient") }}
union
select indicator
from {{ ref("observation_pass") }}
where measure in ('ratio', 'share', 'growth', 'change')
union
select {{ code_in_text("counterpart", "indicator") }}
from {{ ref("observation_pass") }}
where counterpart like '%indicator=%'
