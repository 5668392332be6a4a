with
    wrong as (
        select
            case
                when u.quantity = n.quantity and (u.months is null or n.months is not null)
                then 'unit.time_denominator'
                else 'unit.quantity'
            end as rule_id,
            e.in_pass as pass,
            {{ line_of("o") }} as line,
            o.observation_id,
            {{ place("o") }} as place,
            o.printed_unit,
            o.unit_measure,
            o.indicator,
            o.natural_unit
        from {{ ref("observation_pass") }} as o
        inner join {{ passes() }} as e on e.row_pass = o.pass
        inner join {{ ref("stg_unit") }} as u on u.unit_measure = o.unit_measure
        inner join {{ ref("stg_unit") }} as n on n.unit_measure = o.natural_unit
        where o.is_usable and o.unit_measure <> o.natural_unit
    ),

    counted as (
        select rule_id, pass, line, unit_measure, natural_unit, count(*) as places, min(place) as place
        from wrong
        group by rule_id, pass, line, unit_measure, natural_unit
    )

select
    w.rule_id,
    w.pass,
    concat(w.line, '|', w.unit_measure, '|', w.natural_unit) as anchor_id,
    concat(
        c.place,
        ': printed in ',
        coalesce(w.printed_unit, 'no unit'),
        ', that is ',
        w.unit_measure,
        '; ',
        w.indicator,
        ' is measured in ',
        w.natural_unit,
        case when c.places > 1 then concat('; so in ', cast(c.places as string), ' places of the row') else '' end
    ) as message,
    'result' as role,
    w.observation_id
from wrong as w
inner join
    counted as c
    on c.rule_id = w.rule_id
    and c.pass = w.pass
    and c.line = w.line
    and c.unit_measure = w.unit_measure
    and c.natural_unit = w.natural_unit
