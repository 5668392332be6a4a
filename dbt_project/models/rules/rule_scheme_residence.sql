-- A scheme that covers urban and rural residents is one; a figure of one side of it speaks of fewer than the scheme
-- does.
with
    figures as (
        select
            e.in_pass as pass,
            concat(o.source_id, ':', o.table_id, ':', o.scheme, ':', o.residence) as anchor_id,
            {{ place("o") }} as place,
            o.row_no,
            o.column_no,
            o.observation_id,
            o.scheme,
            o.residence,
            s.name_en,
            s.residence_covered
        from {{ ref("observation_pass") }} as o
        inner join {{ ref("stg_scheme") }} as s on s.scheme = o.scheme
        inner join {{ passes() }} as e on e.row_pass = o.pass
        where o.is_usable and o.residence not in ('_T', '_U') and o.residence <> s.residence_covered
    )

-- What a label does to a whole row is one finding.
select
    'scheme.residence' as rule_id,
    pass,
    anchor_id,
    concat(
        first_value(place) over of_scheme,
        ': a figure of residence ',
        residence,
        ' for ',
        scheme,
        ' ',
        name_en,
        ', which covers ',
        residence_covered,
        case
            when count(*) over of_scheme > 1
            then concat('; so in ', cast(count(*) over of_scheme as string), ' figures')
            else ''
        end
    ) as message,
    'cell' as role,
    observation_id
from figures
window
    of_scheme as (
        partition by pass, anchor_id
        order by row_no, column_no, observation_id
        rows between unbounded preceding and unbounded following
    )
