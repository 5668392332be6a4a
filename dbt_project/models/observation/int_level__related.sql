{#-
    Quotients, which may be about most of it, read the pass.
-#}
{{ config(materialized="parquet" if target.type == "duckdb" else "table") }}
select *
from {{ ref("observation_pass") }}
where
    {{ is_comparable() }}
    and measure = 'level'
    and indicator in (
        select numerator
        from {{ ref("stg_plausible") }}
        union
        select denominator
        from {{ ref("stg_plausible") }}
        union
        select per
        from {{ ref("stg_plausible") }}
        union
        select lower
        from {{ ref("stg_bound") }}
        union
        select upper
        from {{ ref("stg_bound") }}
        union
        select indicator
        from {{ ref("stg_part") }}
        union
        select read_indicator
        from {{ ref("stg_alias") }}
        union
        select stock
        from {{ ref("stg_balance") }}
        union
        select inflow
        from {{ ref("stg_balance") }}
        union
        select outflow
        from {{ ref("stg_balance") }}
    )
