select
    observation_id,
    case
        when qualifier = '_Z' and value_low is not null and value_high is not null then value_high - value_low
    end as width,
    unit_mult > coalesce(decimals, 0) as is_of_a_large_unit
from {{ ref("observation_pass") }}
where pass <> 'printed' and measure = 'level' and {{ is_followed("layout") }}
