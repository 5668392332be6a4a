select
    t.observation_id,
    cast(row_number() over (partition by t.observation_id order by t.place, t.stated_by) as integer) as sentence_no,
    t.reason,
    case
        when t.reason in ('decided', 'defined_as_its_equal', 'quotient_of_doubtful_parts') then nullif(t.stated_by, '')
    end as decision_id,
    t.caveat_en,
    t.caveat_zh
from {{ ref("int_series__told") }} as t
inner join {{ ref("series") }} as s on s.observation_id = t.observation_id
