{#-
    Doubted is the numerator or, where it alone states no unit, the denominator. A unit is wrong for a row: one finding.
-#}
with
    thresholds as (select {{ thresholds("unit.implied_multiplier", ["powers_most"]) }} from {{ ref("stg_threshold") }}),

    powers as (
        select p.shift, p.factor
        from
            (
                -- All that power_of_ten knows.
                {%- for k in range(-12, 13) if k != 0 %}
                    select {{ k }} as shift, {{ power_of_ten(k) }} as factor {{ 'union all' if not loop.last }}
                {%- endfor %}
            ) as p
        cross join thresholds as t
        where abs(p.shift) <= t.powers_most
    ),

    implied as (
        select q.*, p.shift, not q.denominator_unit_stated and q.numerator_unit_stated as is_denominator
        from {{ ref("int_quotient__doubtful") }} as q
        inner join
            powers as p
            on {{ multiply("q.value_low", "q.denominator_low") }} <= {{ multiply("q.numerator_high", "p.factor") }}
            and {{ multiply("q.value_high", "q.denominator_high") }} >= {{ multiply("q.numerator_low", "p.factor") }}
        where
            q.indicator_measure = 'level'
            and (
                {{ multiply("q.value_low", "q.denominator_low") }} > q.numerator_high
                or {{ multiply("q.value_high", "q.denominator_high") }} < q.numerator_low
            )
    ),

    doubted as (
        select
            e.in_pass as pass,
            i.observation_id as result_id,
            case when i.is_denominator then i.denominator_id else i.numerator_id end as doubted_id,
            case when i.is_denominator then i.numerator_id else i.denominator_id end as other_id,
            case when i.is_denominator then i.denominator_line else i.numerator_line end as line,
            case when i.is_denominator then i.denominator_place else i.numerator_place end as place,
            case
                when i.is_denominator then i.denominator_printed_unit else i.numerator_printed_unit
            end as printed_unit,
            case when i.is_denominator then i.denominator_unit_mult else i.numerator_unit_mult end as unit_mult,
            case
                when i.is_denominator then i.denominator_unit_mult - i.shift else i.numerator_unit_mult + i.shift
            end as implied_unit_mult
        from implied as i
        inner join {{ passes() }} as e on e.row_pass = i.pass
    ),

    counted as (
        select pass, line, implied_unit_mult, count(distinct doubted_id) as places, min(place) as place
        from doubted
        group by pass, line, implied_unit_mult
    ),

    findings as (
        select
            'unit.implied_multiplier' as rule_id,
            d.pass,
            concat(d.line, '|10^', cast(d.implied_unit_mult as string)) as anchor_id,
            concat(
                c.place,
                ': printed ',
                case when d.printed_unit is not null then concat('as ', d.printed_unit) else 'without a unit' end,
                ', a multiplier of 10^',
                cast(d.unit_mult as string),
                '; with the figures beside it the multiplier is 10^',
                cast(d.implied_unit_mult as string),
                case
                    when c.places > 1 then concat('; so in ', cast(c.places as string), ' places of the row') else ''
                end
            ) as message,
            d.doubted_id,
            d.result_id,
            d.other_id
        from doubted as d
        inner join counted as c on c.pass = d.pass and c.line = d.line and c.implied_unit_mult = d.implied_unit_mult
    )

    {{ by_role("findings", {"doubted": "doubted_id", "result": "result_id", "other": "other_id"}) }}
