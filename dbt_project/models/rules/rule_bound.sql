select distinct
    'bound.exceeded' as rule_id,
    e.in_pass as pass,
    concat(l.observation_id, '|', u.observation_id) as anchor_id,
    concat(
        l.place,
        ': prints ',
        l.printed_value,
        ', more than ',
        u.printed_value,
        ' at ',
        {{ place("u") }},
        ': ',
        l.reason_en
    ) as message,
    roles.role,
    case roles.role when 'lower' then l.observation_id else u.observation_id end as observation_id
from
    (
        select
            l.*,
            coalesce(n.months, 1) as natural_months,
            b.reason_en,
            {{ place("l") }} as place,
            {{ level_key("l", indicator="b.upper") }} as upper_key
        from {{ ref("int_level__related") }} as l
        inner join {{ ref("stg_bound") }} as b on b.lower = l.indicator
        inner join {{ ref("stg_unit") }} as n on n.unit_measure = l.natural_unit
    ) as l
inner join
    (
        select u.*, coalesce(n.months, 1) as natural_months, {{ level_key("u") }} as level_key
        from {{ ref("int_level__related") }} as u
        inner join {{ ref("stg_unit") }} as n on n.unit_measure = u.natural_unit
        where u.indicator in (select upper from {{ ref("stg_bound") }})
    ) as u
    on u.level_key = l.upper_key
    and {{ in_one_pass("u", "l") }}
inner join {{ passes() }} as e on e.row_pass = {{ pass_of(["l", "u"]) }}
cross join
    (
        select 'lower' as role
        union all
        select 'upper'
    ) as roles
where {{ multiply("l.value_low", "u.natural_months") }} > {{ multiply("u.value_high", "l.natural_months") }}

union all

select
    'bound.share',
    e.in_pass,
    o.observation_id,
    concat(
        {{ place("o") }},
        ': prints ',
        o.printed_value,
        ', a share outside ',
        {{ shown("100 * t.share_least") }},
        ' to ',
        {{ shown("100 * t.share_most") }},
        ' %'
    ),
    'result',
    o.observation_id
from {{ ref("observation_pass") }} as o
inner join {{ passes() }} as e on e.row_pass = o.pass
cross join (select {{ thresholds("bound.share", ["share_least", "share_most"]) }} from {{ ref("stg_threshold") }}) as t
where o.measure = 'share' and {{ is_comparable("o") }} and (o.value_high < t.share_least or o.value_low > t.share_most)
