select
    o.observation_id,
    o.source_id,
    o.table_id,
    o.file,
    o.section,
    o.statement,
    o.row_no,
    o.column_no,
    o.row_label,
    o.column_label,
    o.printed_value,
    o.printed_unit,
    {{ prefixed('d', ['indicator', 'measure', 'counterpart'] + context_columns()) }},
    d.freq,
    d.time_period,
    {{ period_start('d.time_period') }} as period_start,
    {{ period_end('d.time_period') }} as period_end,
    d.base_period,
    d.time_basis,
    p.obs_value as printed_obs_value,
    d.obs_value,
    case when d.qualifier <> '_Z' then d.value_low end as obs_low,
    case when d.qualifier <> '_Z' then d.value_high end as obs_high,
    d.qualifier,
    d.unit_measure,
    p.unit_mult,
    p.decimals,
    p.unit_stated,
    case
        when d.is_missing then 'O'
        when d.decided_obs_status is not null then d.decided_obs_status
        when not d.is_usable then 'V'
        else 'A'
    end as obs_status,
    d.is_usable,
    o.release_stage,
    o.vintage
from {{ ref('stg_observation') }} as o
inner join {{ ref('observation_pass') }} as p on p.observation_id = o.observation_id and p.pass = 'printed'
inner join {{ ref('observation_pass') }} as d on d.observation_id = o.observation_id and d.pass = 'decided'
