select
    w.observation_id,
    min(s.source_id) as source_id,
    {{ shown("min(s.sum_low)") }} as sum_low,
    {{ shown("max(s.sum_high)") }} as sum_high
from {{ ref("int_part__figure") }} as w
inner join {{ ref("int_part__sum") }} as s on s.pass = w.pass and s.whole_key = w.whole_key and s.side = 'part'
where w.pass = 'decided' and w.side = 'whole' and (w.value_low > s.sum_high or w.value_high < s.sum_low)
group by w.observation_id
