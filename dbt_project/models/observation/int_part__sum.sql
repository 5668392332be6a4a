with
    wanted as (
        select indicator, dimension, whole, 'part' as side, count(*) as codes
        from {{ ref("stg_part") }}
        group by indicator, dimension, whole
        union all
        select indicator, dimension, whole, 'leaf', count(*)
        from {{ ref("int_part__leaf") }}
        group by indicator, dimension, whole
    )

select
    o.pass,
    o.source_id,
    o.whole_key,
    o.whole_series,
    o.adds_up_as,
    o.dimension,
    o.whole,
    o.side,
    min(o.freq) as freq,
    min(o.time_period) as time_period,
    min(o.period_start) as period_start,
    min(o.period_end) as period_end,
    min(case when o.is_consistent then 1 else 0 end) = 1 as is_consistent,
    case when count(o.value_low) = count(*) then sum(o.value_low) end as sum_low,
    case when count(o.value_high) = count(*) then sum(o.value_high) end as sum_high
from {{ ref("int_part__code") }} as o
inner join
    wanted as w on w.indicator = o.adds_up_as and w.dimension = o.dimension and w.whole = o.whole and w.side = o.side
group by o.pass, o.source_id, o.whole_key, o.whole_series, o.adds_up_as, o.dimension, o.whole, o.side, w.codes
having count(*) = w.codes
