{#-
    Three kinds, one arithmetic: quotients that seeds/relations/quotient.csv declares, ratios of a
    level to its counterpart, and growth (1 + growth = level over base level). As printed, where keys may be
    doubled, a figure is in error if it agrees with no pair of parts; as decided, if it disagrees with any.
    Figures that agree only if they were cut off instead of rounded say so (cut_off).
-#}
with
    judged as (
        select d.*, e.in_pass
        from {{ ref("int_quotient__doubtful") }} as d
        inner join {{ passes() }} as e on e.row_pass = d.pass
    ),

    weighed as (
        select
            *,
            case
                in_pass
                when 'printed'
                then min(distance) over (partition by in_pass, rule_id, observation_id)
                else max(distance) over (partition by in_pass, rule_id, observation_id)
            end as verdict
        from judged
    ),

    failed as (select * from weighed where distance = verdict and verdict > 0)

select distinct
    f.rule_id,
    f.in_pass as pass,
    f.observation_id as anchor_id,
    case f.verdict when 1 then 'cut_off' end as condition,
    concat(
        f.place,
        ': prints ',
        f.printed_value,
        '; its parts give ',
        min(coalesce({{ shown(divide("f.numerator_low", "f.denominator_high", 4, decimals=10)) }}, '…')) over (
            partition by f.in_pass, f.rule_id, f.observation_id
        ),
        ' to ',
        max(coalesce({{ shown(divide("f.numerator_high", "f.denominator_low", 4, decimals=10)) }}, '…')) over (
            partition by f.in_pass, f.rule_id, f.observation_id
        ),
        case f.rule_id when 'identity.growth' then ' for 1 + growth' else '' end,
        case f.verdict when 1 then ', cut off and not rounded' else '' end
    ) as message,
    roles.role,
    case
        roles.role when 'result' then f.observation_id when 'numerator' then f.numerator_id else f.denominator_id
    end as observation_id
from failed as f
cross join
    (
        select 'result' as role
        union all
        select 'numerator'
        union all
        select 'denominator'
    ) as roles
