{#-
    Selected values that lie behind a break of seeds/relations/break.csv, seen from the value before. A level that
    opens its series is behind none: there is nothing that it could be compared with. Grain: observation_id.
-#}
with selected as (
    select
        o.observation_id, {{ prefixed('o', series_columns()) }},
        {{ period_start('o.time_period') }} as period_start, {{ period_end('o.time_period') }} as period_end,
        b.relation_id, b.valid_from, b.valid_to, b.caveat_en, b.caveat_zh
    from {{ ref('observation_pass') }} as o
    inner join {{ ref('stg_break') }} as b on {{ is_broken_by('b', 'o') }}
    left join {{ ref('int_series__contested') }} as x on x.observation_id = o.observation_id
    left join {{ ref('int_caveat__by_observation') }} as c on c.observation_id = o.observation_id
    where o.pass <> 'printed' and o.is_usable and not coalesce(c.is_quarantined, false) and o.measure in ('level', 'ratio', 'share') and coalesce(x.is_chosen, true)
),

stepped as (
    select
        *,
        lag(period_end) over (partition by relation_id, {{ series_columns() | join(', ') }} order by period_start) as previous_end
    from selected
)

select
    s.observation_id,
    string_agg(s.caveat_en, ' ' order by s.relation_id) as caveat_en,
    string_agg(s.caveat_zh, '' order by s.relation_id) as caveat_zh
from stepped as s
where {{ lies_between('s', 's.previous_end', 's.period_end') }}
group by s.observation_id
