select observation_id, place
from ({{ ranked_by_precedence(ref("int_figure__restated"), ref("stg_source"), ref("stg_release_stage")) }}) as r
