{#-
    Parts are found by a quick key that strangers may share, and products are floating point: a figure is left out
    where they agree by a margin that floating point cannot err by, whichever corners of the intervals decide.
-#}
select distinct r.observation_id, r.ref_area
from
    ({{ derived_figures(ref("observation_pass"), ref("stg_quotient"), quick=true) }}) as r
    {{ join_quotient_parts(levels(ref("observation_pass"), ref("int_level__part"), quick=true)) }}
where not coalesce({{ quotient_surely_agrees("r", "n", "d") }}, false)
