{#-
    What each whole of seeds/relations/part.csv adds up from in the end, however many levels down.
    Grain: indicator, dimension, whole, leaf.
-#}
with recursive below as (
    select indicator, dimension, whole, part from {{ ref('stg_part') }}
    union
    select b.indicator, b.dimension, b.whole, p.part
    from below as b
    inner join {{ ref('stg_part') }} as p on p.indicator = b.indicator and p.dimension = b.dimension and p.whole = b.part
)

select b.indicator, b.dimension, b.whole, b.part as leaf
from below as b
where not exists (
    select 1 from {{ ref('stg_part') }} as p
    where p.indicator = b.indicator and p.dimension = b.dimension and p.whole = b.part
)
