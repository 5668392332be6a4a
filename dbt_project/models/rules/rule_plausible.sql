with
    banded as (
        select o.*, {{ beside_key("o") }} as beside_key
        from {{ ref("int_level__related") }} as o
        where
            o.indicator in (
                select numerator
                from {{ ref("stg_plausible") }}
                where kind <> 'growth'
                union
                select denominator
                from {{ ref("stg_plausible") }}
                where kind = 'quotient'
                union
                select per
                from {{ ref("stg_plausible") }}
                where kind = 'quotient'
            )
    ),

    levels as (
        select
            o.pass,
            b.relation_id,
            b.reason_en,
            {{ line_of("o") }} as line,
            o.observation_id,
            cast(null as string) as denominator_id,
            cast(null as string) as per_id,
            {{ place("o") }} as place,
            o.printed_value,
            o.printed_unit,
            o.value_low,
            o.value_high,
            b.low,
            b.high
        from banded as o
        inner join
            {{ ref("stg_plausible") }} as b
            on b.kind = 'level'
            and b.numerator = o.indicator
            and (b.ref_area is null or b.ref_area = o.ref_area)
        where o.value_high < b.low or o.value_low > b.high
    ),

    quotients as (
        select
            {{ pass_of(["n", "d", "p"]) }} as pass,
            n.relation_id,
            n.reason_en,
            {{ line_of("n") }} as line,
            n.observation_id,
            d.observation_id as denominator_id,
            case when n.per is not null then p.observation_id end as per_id,
            {{ place("n") }} as place,
            n.printed_value,
            n.printed_unit,
            cast(n.value_low as double)
            * case when n.per is null then 1 else cast(p.value_low as double) end
            / nullif(cast(d.value_high as double), 0) as value_low,
            cast(n.value_high as double)
            * case when n.per is null then 1 else cast(p.value_high as double) end
            / nullif(cast(d.value_low as double), 0) as value_high,
            n.low,
            n.high
        from
            (
                -- Where nothing is asked for per head the denominator stands in, so that one join serves both.
                select
                    o.*,
                    {{ beside_key("o", "b.denominator") }} as denominator_key,
                    {{ beside_key("o", "coalesce(b.per, b.denominator)") }} as per_key,
                    b.relation_id,
                    b.reason_en,
                    b.per,
                    b.low,
                    b.high
                from banded as o
                inner join
                    {{ ref("stg_plausible") }} as b
                    on b.kind = 'quotient'
                    and b.numerator = o.indicator
                    and (b.ref_area is null or b.ref_area = o.ref_area)
            ) as n
        inner join banded as d on d.beside_key = n.denominator_key and {{ is_beside("d", "n") }}
        inner join
            banded as p
            on p.beside_key = n.per_key
            and {{ is_beside("p", "n") }}
            and {{ in_one_pass("p", "d") }}
            and (n.per is not null or p.observation_id = d.observation_id)
        where d.value_low > 0
    ),

    found as (
        select e.in_pass, q.*, concat(q.relation_id, '|', q.line) as anchor_id
        from
            (
                select *
                from levels
                union all
                select *
                from quotients
                where value_high < low or value_low > high
            ) as q
        inner join {{ passes() }} as e on e.row_pass = q.pass
    ),

    -- A unit that is wrong is wrong for a row: one finding, whose cells are all that lie outside.
    findings as (
        select
            case when denominator_id is null then 'plausible.level' else 'plausible.quotient' end as rule_id,
            in_pass as pass,
            anchor_id,
            concat(
                first_value(place) over of_line,
                ': prints ',
                first_value(printed_value) over of_line,
                {{ after(" ", "first_value(printed_unit) over of_line") }},
                case when denominator_id is null then '; that is ' else '; with the figures beside it that is ' end,
                first_value({{ rounded("value_low") }}) over of_line,
                ' to ',
                first_value({{ rounded("value_high") }}) over of_line,
                ', outside ',
                {{ shown("low") }},
                ' to ',
                {{ shown("high") }},
                case
                    when count(*) over of_line > 1
                    then concat('; so in ', cast(count(*) over of_line as string), ' places of the row')
                    else ''
                end,
                '. ',
                reason_en
            ) as message,
            observation_id as numerator_id,
            denominator_id,
            per_id
        from found
        window
            of_line as (
                partition by in_pass, anchor_id
                order by observation_id, denominator_id nulls last, per_id nulls last
                rows between unbounded preceding and unbounded following
            )
    )

    {{ by_role("findings", {"numerator": "numerator_id", "denominator": "denominator_id", "per": "per_id"}) }}
