{#-
    A decision about a unit says the same of all figures that it covers, so that it cancels where they are divided by
    each other; see unit_free. That a publication states no unit says the same of all its figures too.
-#}
with
    before_breaks as (select distinct observation_id from {{ ref("int_series__told") }} where reason = 'before_break'),

    doubted as (select distinct observation_id from {{ ref("int_figure__told") }} where doubts),

    about_units as (
        select c.observation_id, c.decision_id, c.field = 'obs_status' as doubts
        from {{ ref("stg_decision_cell") }} as c
        inner join {{ ref("stg_decision") }} as d on d.decision_id = c.decision_id
        where c.is_covered and coalesce(d.doubted_field, d.field) = 'printed_unit'
        union all
        select t.observation_id, o.source_id, true
        from {{ ref("int_figure__told") }} as t
        inner join {{ ref("observation") }} as o on o.observation_id = t.observation_id
        where t.reason = 'unit_not_stated'
    )

select
    c.observation_id,
    c.decision_id,
    a.unit_measure,
    c.doubts,
    case
        when not c.doubts or f.observation_id is not null or o.obs_status <> 'U'
        then null
        when w.observation_id is not null
        then case when w.is_restated then 'D' else 'U' end
        when v.obs_status is not null
        then v.obs_status
        when b.observation_id is not null
        then 'D'
        when s.is_provisional
        then 'P'
        else 'A'
    end as obs_status
from about_units as c
inner join {{ ref("observation") }} as o on o.observation_id = c.observation_id
inner join {{ ref("stg_source") }} as s on s.source_id = o.source_id
inner join {{ ref("stg_unit") }} as u on u.unit_measure = o.unit_measure
inner join {{ ref("stg_unit") }} as a on a.quantity = u.quantity
left join doubted as f on f.observation_id = c.observation_id
left join {{ ref("int_series__contradicted") }} as w on w.observation_id = c.observation_id
left join
    (
        select observation_id, max(obs_status) as obs_status
        from {{ ref("int_series__of_others") }}
        group by observation_id
    ) as v
    on v.observation_id = c.observation_id
left join before_breaks as b on b.observation_id = c.observation_id
