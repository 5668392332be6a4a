{#-
    Persons of an area, against its people: as many as any source has ever counted there, registered or resident. Many
    live elsewhere than they are registered, or are insured where they work, so that only a multiple is a contradiction;
    and no area but a group of countries has more persons than the largest country has people.
-#}
with
    of_rule as (
        select t.times_most, {{ multiply("t.million_people_most", "1000000") }} as people_most
        from
            (
                select {{ thresholds("bound.population", ["times_most", "million_people_most"]) }}
                from {{ ref("stg_threshold") }}
            ) as t
    ),

    persons as (
        select o.*, e.in_pass
        from {{ ref("observation_pass") }} as o
        inner join {{ passes() }} as e on e.row_pass = o.pass
        where o.natural_unit = 'PS' and o.measure = 'level' and {{ is_comparable("o") }}
    ),

    people as (
        select in_pass, ref_area, observation_id, place, printed_value, value_high
        from
            (
                select
                    p.*,
                    {{ place("p") }} as place,
                    row_number() over (
                        partition by p.in_pass, p.ref_area order by p.value_high desc nulls last, p.observation_id
                    ) as rank
                from persons as p
                where
                    p.indicator in ('POPULATION', 'REGISTERED_POPULATION')
                    and p.age = '_T'
                    and p.residence = '_T'
                    and p.actuality = 'actual'
                    and p.value_high is not null
            ) as p
        where rank = 1
    ),

    findings as (
        select
            'bound.population' as rule_id,
            o.in_pass as pass,
            o.observation_id as anchor_id,
            concat(
                {{ place("o") }},
                ': prints ',
                o.printed_value,
                {{ after(" ", "o.printed_unit") }},
                '; that is ',
                {{ shown("o.value_low") }},
                ' persons at least, more than ',
                case
                    when o.value_low > t.people_most
                    then concat({{ shown("t.people_most") }}, ' that any country has')
                    else
                        concat(
                            {{ shown("t.times_most") }},
                            ' times the people of the area, ',
                            p.printed_value,
                            ' at ',
                            p.place
                        )
                end
            ) as message,
            o.observation_id,
            case when o.value_low <= t.people_most then p.observation_id end as people_id
        from persons as o
        inner join {{ ref("stg_area") }} as a on a.ref_area = o.ref_area
        cross join of_rule as t
        left join people as p on p.in_pass = o.in_pass and p.ref_area = o.ref_area
        where
            (o.value_low > t.people_most and (a.level <> 'group' or a.parent_area is not null))
            or o.value_low > {{ multiply("t.times_most", "p.value_high") }}
    )

    {{ by_role("findings", {"lower": "observation_id", "upper": "people_id"}) }}
