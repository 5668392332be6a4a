with
    nested as (
        select c.ref_area as part_area, c.parent_area as whole_area
        from {{ ref("stg_area") }} as c
        where c.parent_area is not null
    ),

    stated as (select distinct source_id, ref_area from {{ ref("observation_pass") }}),

    nested_here as (
        select n.*, p.source_id
        from nested as n
        inner join stated as p on p.ref_area = n.part_area
        inner join stated as w on w.ref_area = n.whole_area and w.source_id = p.source_id
    ),

    -- Amounts and counts add up over areas; what is per person or per month does not.
    adds_up as (
        select *
        from {{ ref("observation_pass") }}
        where
            {{ is_comparable() }}
            and measure = 'level'
            and ref_area in (
                select part_area
                from nested_here
                union
                select whole_area
                from nested_here
            )
    ),

    pairs as (
        select
            p.pass,
            p.observation_id as part_id,
            w.observation_id as whole_id,
            p.place,
            p.printed_value,
            p.printed_unit,
            w.place as whole_place,
            w.printed_value as whole_printed_value,
            w.printed_unit as whole_printed_unit
        from {{ ref("int_part__figure") }} as p
        inner join
            {{ ref("int_part__figure") }} as w
            on w.pass = p.pass
            and w.source_id = p.source_id
            and w.whole_key = p.whole_key
            and w.side = 'whole'
        where p.side <> 'whole' and p.value_low > w.value_high and w.value_high >= 0

        union

        select
            e.in_pass,
            p.observation_id,
            w.observation_id,
            {{ place("p") }},
            p.printed_value,
            p.printed_unit,
            {{ place("w") }},
            w.printed_value,
            w.printed_unit
        from adds_up as p
        inner join nested_here as n on n.source_id = p.source_id and n.part_area = p.ref_area
        inner join
            adds_up as w
            on w.source_id = p.source_id
            and w.ref_area = n.whole_area
            and {{ in_one_pass("w", "p") }}
            and {{ equal("w", "p", series_key_columns() | reject("equalto", "ref_area") | list) }}
        inner join
            {{ ref("stg_unit") }} as u
            on u.unit_measure = p.natural_unit
            and u.months is null
            and u.quantity <> 'number'
        inner join {{ passes() }} as e on e.row_pass = {{ pass_of(["p", "w"]) }}
        where p.value_low > w.value_high and w.value_high >= 0
    ),

    findings as (
        select
            'bound.part_above_whole' as rule_id,
            pass,
            concat(part_id, '|', whole_id) as anchor_id,
            concat(
                place,
                ': prints ',
                printed_value,
                {{ after(" ", "printed_unit") }},
                ', more than the whole that it is part of: ',
                whole_place,
                ' prints ',
                whole_printed_value,
                {{ after(" ", "whole_printed_unit") }}
            ) as message,
            part_id,
            whole_id
        from pairs
    )

    {{ by_role("findings", {"part": "part_id", "whole": "whole_id"}) }}
