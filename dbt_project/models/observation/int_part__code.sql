select
    pass,
    source_id,
    whole_key,
    whole_series,
    adds_up_as,
    dimension,
    whole,
    side,
    code,
    min(freq) as freq,
    min(time_period) as time_period,
    min(period_start) as period_start,
    min(period_end) as period_end,
    min(indicator) as indicator,
    min(scheme) as scheme,
    min(ref_area) as ref_area,
    min(observation_id) as observation_id,
    min(place) as place,
    min(printed_value) as printed_value,
    coalesce(max(value_low) <= min(value_high), true) as is_consistent,
    case
        when count(value_low) < count(*)
        then null
        when max(value_low) <= coalesce(min(value_high), max(value_low))
        then max(value_low)
        else min(value_low)
    end as value_low,
    case
        when count(value_high) < count(*)
        then null
        when coalesce(max(value_low), min(value_high)) <= min(value_high)
        then min(value_high)
        else max(value_high)
    end as value_high
from {{ ref("int_part__figure") }}
where side <> 'whole'
group by pass, source_id, whole_key, whole_series, adds_up_as, dimension, whole, side, code
