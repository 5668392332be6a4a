{#-
    Amounts and counts of areas against the printed figure of the area, or the group of areas, that they make up, within
    the rounding of the printed digits: in one table (identity.areas), or as another table or another source states the
    areas (rollup.areas).

    A group is its members. An area may hold what is not listed, so that it is held to its sum only in a table where
    more columns add up than do not, or in a series where more periods do.

    Which cell it is: the one that fits with a shifted point, or with two neighbouring digits exchanged.
-#}
{%- set one_sum = ["pass", "whole_id", "is_group", "part_source", "part_table"] %}
with
    parts as (
        select
            f.*,
            {{ place("o") }} as part_place,
            o.printed_value as part_printed,
            {{ digits_of("o.printed_value") }} as printed_digits,
            cast(o.obs_value as double) as approx,
            cast(f.value_low - f.sum_high + f.part_high as double) as needed_low,
            cast(f.value_high - f.sum_low + f.part_low as double) as needed_high
        from {{ ref("int_area__part") }} as f
        inner join {{ ref("observation_pass") }} as o on o.observation_id = f.part_id and o.pass in (f.pass, 'both')
        where f.adds_up = 0 and (f.is_group or f.columns_that_add_up > 0)
    ),

    -- A point that is shifted, or two digits that changed places.
    slips as (
        {%- for power in [-4, -3, -2, -1, 1, 2, 3, 4] %}
            select
                {{ one_sum | join(", ") }}, part_id, approx * power(10.0, {{ power }}) as meant, needed_low, needed_high
            from parts
            union all
        {%- endfor %}
        select
            {{ prefixed("p", one_sum) }},
            p.part_id,
            p.approx * cast(
                concat(
                    substr(p.printed_digits, 1, d.digit - 1),
                    substr(p.printed_digits, d.digit + 1, 1),
                    substr(p.printed_digits, d.digit, 1),
                    substr(p.printed_digits, d.digit + 2)
                ) as double
            )
            / nullif(cast(p.printed_digits as double), 0),
            p.needed_low,
            p.needed_high
        from parts as p
        cross join
            (
                {%- for digit in range(1, 15) %}
                    select {{ digit }} as digit {{ 'union all' if not loop.last }}
                {%- endfor %}
            ) as d
        where d.digit < length(p.printed_digits)
    ),

    suspects as (
        select distinct {{ one_sum | join(", ") }}, part_id
        from slips
        where meant between needed_low and needed_high and needed_low > 0
    ),

    doubted as (
        select
            {{ prefixed("p", one_sum) }},
            {{ joined("concat(p.part_place, ', which prints ', p.part_printed)", "; or ", ["p.part_id"]) }} as doubted
        from parts as p
        inner join suspects as s on {{ equal("s", "p", one_sum + ["part_id"]) }}
        group by {{ prefixed("p", one_sum) }}
    ),

    findings as (
        select
            case when p.part_table = '' then 'rollup.areas' else 'identity.areas' end as rule_id,
            p.pass,
            concat(
                p.whole_id,
                '|',
                case when p.is_group then 'members' else 'areas' end,
                case when p.part_table = '' then concat('|', p.part_source) else '' end
            ) as anchor_id,
            case when p.part_table <> '' and not p.is_group then 'of_an_area' end as condition,
            concat(
                {{ place("w") }},
                ': prints ',
                w.printed_value,
                {{ after(" ", "w.printed_unit") }},
                ', that is ',
                {{ shown("p.value_low") }},
                ' to ',
                {{ shown("p.value_high") }},
                '; its ',
                cast(p.parts_found as string),
                ' areas',
                case when p.part_table = '' then concat(' in ', p.part_source) else '' end,
                ' add up to ',
                {{ shown("p.sum_low") }},
                ' to ',
                {{ shown("p.sum_high") }},
                {{ after("; they would if digits or the point had slipped in ", "d.doubted") }}
            ) as message,
            p.whole_id,
            case when s.part_id is null then p.part_id end as part_id,
            s.part_id as doubted_id
        from parts as p
        inner join {{ ref("observation_pass") }} as w on w.observation_id = p.whole_id and w.pass in (p.pass, 'both')
        left join suspects as s on {{ equal("s", "p", one_sum + ["part_id"]) }}
        left join doubted as d on {{ equal("d", "p", one_sum) }}
    )

select distinct
    f.rule_id,
    f.pass,
    f.anchor_id,
    f.condition,
    f.message,
    roles.role,
    case roles.role when 'whole' then f.whole_id when 'part' then f.part_id else f.doubted_id end as observation_id
from findings as f
cross join
    (
        select 'whole' as role
        union all
        select 'part'
        union all
        select 'doubted'
    ) as roles
where case roles.role when 'whole' then f.whole_id when 'part' then f.part_id else f.doubted_id end is not null
