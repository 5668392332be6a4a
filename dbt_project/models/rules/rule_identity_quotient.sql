{#-
    Three kinds, one arithmetic: quotients that seeds/relations/quotient.csv declares, ratios of a
    level to its counterpart, and growth (1 + growth = level over base level). As printed, where keys may be
    doubled, a figure is in error if it agrees with no pair of parts; as decided, if it disagrees with any.
    Figures that agree only if they were cut off instead of rounded say so (cut_off).
-#}
with
    of_growth as (select {{ thresholds("identity.growth", ["restated_share_most"]) }} from {{ ref("stg_threshold") }}),

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

    failed as (
        select
            w.*,
            -- What the growth says of its base: the level over it.
            min(
                case
                    when
                        w.rule_id = 'identity.growth'
                        and w.may_be_restated
                        and w.value_low > 0
                        and cast(w.numerator_low as double) / nullif(cast(w.value_high as double), 0)
                        <= cast(w.denominator_high as double) * (1 + cast(t.restated_share_most as double))
                        and cast(w.numerator_high as double) / nullif(cast(w.value_low as double), 0)
                        >= cast(w.denominator_low as double) * (1 - cast(t.restated_share_most as double))
                    then 1
                    else 0
                end
            ) over (partition by w.in_pass, w.rule_id, w.observation_id)
            = 1 as is_restated
        from weighed as w
        cross join of_growth as t
        where w.distance = w.verdict and w.verdict > 0
    )

select distinct
    f.rule_id,
    f.in_pass as pass,
    f.observation_id as anchor_id,
    case when f.verdict = 1 then 'cut_off' when f.is_restated then 'restated' end as condition,
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
        case
            when f.verdict = 1
            then ', cut off and not rounded'
            when f.is_restated
            then
                concat(
                    '; that is a base restated to ',
                    min(coalesce({{ shown(divide("f.numerator_low", "f.value_high", 4, decimals=10)) }}, '…')) over (
                        partition by f.in_pass, f.rule_id, f.observation_id
                    ),
                    ' to ',
                    max(coalesce({{ shown(divide("f.numerator_high", "f.value_low", 4, decimals=10)) }}, '…')) over (
                        partition by f.in_pass, f.rule_id, f.observation_id
                    )
                )
            else ''
        end
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
