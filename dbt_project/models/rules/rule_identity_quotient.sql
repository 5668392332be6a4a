{#-
    Derived figures that are one figure over another, recomputed from their parts.

    Three kinds, one arithmetic: quotients that seeds/relations/quotient.csv declares, ratios of a
    level to its counterpart, and growth (1 + growth = level over base level). A figure agrees with
    a pair of parts if the intervals of the three printed numbers allow it. As printed, where keys may be
    doubled, it is in error if it agrees with no pair; as decided, if it disagrees with any. Figures that
    agree only if they were cut off instead of rounded warn.
-#}
with usable as (
    select * from {{ ref('observation_pass') }} where is_usable and unit_measure = natural_unit
),

levels as (
    select *, {{ level_key('u') }} as level_key
    from usable as u
    where measure = 'level'
),

-- Each ratio with the dimensions of its counterpart: its own but for the one that the counterpart names.
ratios as (
    select
        *,
        {%- for column in ['indicator'] + context_columns() %}
        case when counterpart like '{{ column }}=%' then substr(counterpart, {{ column | length + 2 }}) else {{ column }} end as counterpart_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from usable
    where measure in ('ratio', 'share')
),

triples as (
    select
        q.rule_id, r.pass, r.observation_id, n.observation_id as numerator_id, d.observation_id as denominator_id,
        r.value_low, r.value_high, r.truncated_low, r.truncated_high,
        n.value_low as numerator_low, n.value_high as numerator_high, n.obs_value as numerator_value,
        d.value_low as denominator_low, d.value_high as denominator_high, d.obs_value as denominator_value
    from usable as r
    inner join {{ ref('stg_quotient') }} as q on q.result = r.indicator
    inner join usable as n on n.indicator = q.numerator and n.pass = r.pass and n.source_id = r.source_id
        and n.freq = r.freq and n.time_period = r.time_period and {{ equal('n', 'r', context_columns()) }}
    inner join usable as d on d.indicator = q.denominator and d.pass = r.pass and d.source_id = r.source_id
        and d.freq = r.freq and d.time_period = r.time_period and {{ equal('d', 'r', context_columns()) }}
    where r.measure = 'level' and n.measure = 'level' and d.measure = 'level'

    union all

    select
        'identity.ratio', r.pass, r.observation_id, n.observation_id, d.observation_id,
        r.value_low, r.value_high, r.truncated_low, r.truncated_high,
        n.value_low, n.value_high, n.obs_value, d.value_low, d.value_high, d.obs_value
    from ratios as r
    inner join levels as n on n.level_key = {{ level_key('r') }}
    inner join levels as d on d.level_key = {{ level_key('r', prefix='counterpart_') }}

    union all

    select
        'identity.growth', r.pass, r.observation_id, n.observation_id, d.observation_id,
        r.value_low + 1, r.value_high + 1, r.truncated_low + 1, r.truncated_high + 1,
        n.value_low, n.value_high, n.obs_value, d.value_low, d.value_high, d.obs_value
    from usable as r
    inner join levels as n on n.level_key = {{ level_key('r') }}
    inner join levels as d on d.level_key = {{ level_key('r', time='base_period') }}
    where r.measure = 'growth'
),

judged as (
    select
        *,
        case
            when {{ quotient_agrees('value') }} then 0
            when {{ quotient_agrees('truncated') }} then 1
            else 2
        end as distance
    from triples
),

weighed as (
    select
        *,
        case pass
            when 'printed' then min(distance) over (partition by pass, rule_id, observation_id)
            else max(distance) over (partition by pass, rule_id, observation_id)
        end as verdict
    from judged
),

failed as (
    select * from weighed where distance = verdict and verdict > 0
)

select distinct
    f.rule_id,
    f.pass,
    f.observation_id as anchor_id,
    case f.verdict when 1 then 'warning' else 'error' end as severity,
    concat(
        {{ place('r') }}, ': prints ', r.printed_value, '; its parts give ',
        min({{ shown(divide('f.numerator_low', 'f.denominator_high', 4)) }}) over (partition by f.pass, f.rule_id, f.observation_id), ' to ',
        max({{ shown(divide('f.numerator_high', 'f.denominator_low', 4)) }}) over (partition by f.pass, f.rule_id, f.observation_id),
        case f.rule_id when 'identity.growth' then ' for 1 + growth' else '' end,
        case f.verdict when 1 then ', cut off and not rounded' else '' end
    ) as message,
    roles.role,
    case roles.role when 'result' then f.observation_id when 'numerator' then f.numerator_id else f.denominator_id end as observation_id
from failed as f
inner join {{ ref('observation_pass') }} as r on r.observation_id = f.observation_id and r.pass = f.pass
cross join (select 'result' as role union all select 'numerator' union all select 'denominator') as roles
