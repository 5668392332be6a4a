{#-
    Here, and nowhere after, a judgement takes effect: what decisions, written or generated, withhold is not usable, and
    what they tell the readers of a figure stands beside it; where one leaves open which of some figures is wrong, each
    of them is doubtful. What written decisions change, observation_pass has changed.
-#}
with
    judged as (
        select
            observation_id,
            max(case when withholds then 1 else 0 end) = 1 as is_quarantined,
            max(case when doubts then 1 else 0 end) = 1 as is_doubted,
            {{ joined("caveat_en", " ", ["decision_id", "reason"]) }} as caveat_en,
            {{ joined("caveat_zh", "", ["decision_id", "reason"]) }} as caveat_zh
        from {{ ref("int_figure__told") }}
        group by observation_id
    )

select
    d.observation_id,
    d.source_id,
    d.table_id,
    d.layout,
    d.file,
    d.section,
    d.statement,
    d.row_no,
    d.column_no,
    d.row_label,
    d.column_label,
    d.printed_value,
    d.printed_unit,
    {{ prefixed("d", ["indicator", "measure", "counterpart"] + context_columns()) }},
    d.freq,
    d.time_period,
    {{ period_start("d.time_period") }} as period_start,
    {{ period_end("d.time_period") }} as period_end,
    d.base_period,
    d.time_basis,
    case when d.pass = 'both' then d.obs_value else p.obs_value end as printed_obs_value,
    d.obs_value,
    case when d.qualifier <> '_Z' then d.value_low end as obs_low,
    case when d.qualifier <> '_Z' then d.value_high end as obs_high,
    d.qualifier,
    d.unit_measure,
    d.is_converted,
    case when d.pass = 'both' then d.unit_mult else p.unit_mult end as unit_mult,
    case
        when coalesce(p.decimals_known, d.decimals_known)
        then case when d.pass = 'both' then d.decimals else p.decimals end
    end as decimals,
    case when d.pass = 'both' then d.unit_stated else p.unit_stated end as unit_stated,
    case
        when c.is_quarantined and d.obs_status not in ('O', 'Q')
        then 'V'
        when c.is_doubted and d.obs_status = 'A'
        then 'U'
        when s.is_provisional and d.obs_status = 'A'
        then 'P'
        else d.obs_status
    end as obs_status,
    d.is_usable and not coalesce(c.is_quarantined, false) as is_usable,
    s.release_stage,
    d.vintage,
    d.agency,
    c.caveat_en,
    c.caveat_zh
from {{ ref("observation_pass") }} as d
inner join {{ ref("stg_source") }} as s on s.source_id = d.source_id
left join {{ ref("observation_pass") }} as p on p.pass = 'printed' and p.observation_id = d.observation_id
left join judged as c on c.observation_id = d.observation_id
where d.pass <> 'printed'
