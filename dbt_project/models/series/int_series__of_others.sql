{#-
    What is told verbatim is told as of the other figure: the same definition, the same dispute.
-#}
with
    titles as (select source_id, title as title_en, coalesce(title_zh, title) as title_zh from {{ ref("stg_source") }}),

    -- Of a figure that two sources state alike one may be judged to be of another definition: the other is so too.
    defined_otherwise as (
        select distinct b.other_id as observation_id, c.decision_id, c.caveat_en, c.caveat_zh
        from {{ ref("stg_decision_cell") }} as c
        inner join
            {{ ref("int_figure__stated_again") }} as b
            on b.observation_id = c.observation_id
            and b.other_source_id <> b.source_id
            and b.is_of_one_unit
            and b.agrees
        inner join {{ ref("observation") }} as o on o.observation_id = b.other_id and o.is_usable
        left join {{ ref("int_figure__told") }} as t on t.observation_id = b.other_id and t.caveat_en = c.caveat_en
        where c.is_covered and c.field = 'obs_status' and c.new_value = 'D' and t.observation_id is null
    ),

    of_doubtful_parts as (
        select
            q.observation_id,
            max(q.obs_status) as obs_status,
            q.decision_id,
            q.caveat_en,
            q.caveat_zh,
            case when q.caveat_en is null then lower(n.name_en) end as part_en,
            case when q.caveat_en is null then n.name_zh end as part_zh
        from {{ ref("int_quotient__of_doubtful") }} as q
        inner join {{ ref("observation") }} as o on o.observation_id = q.observation_id
        inner join {{ ref("observation") }} as p on p.observation_id = q.part_id
        inner join {{ ref("indicator") }} as n on n.indicator = p.indicator
        where o.is_usable and o.obs_status in ('A', 'P')
        group by
            q.observation_id,
            q.decision_id,
            q.caveat_en,
            q.caveat_zh,
            case when q.caveat_en is null then lower(n.name_en) end,
            case when q.caveat_en is null then n.name_zh end
    ),

    succeeding as (select scheme, successor from {{ ref("stg_scheme") }} where successor is not null),

    wider as (select lower, upper from {{ ref("stg_bound") }} where is_wider),

    levels as (
        select o.*
        from {{ ref("observation") }} as o
        left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
        where
            o.is_usable
            and o.measure = 'level'
            and (
                o.scheme in (
                    select scheme
                    from succeeding
                    union all
                    select successor
                    from succeeding
                )
                or o.indicator in (
                    select lower
                    from wider
                    union all
                    select upper
                    from wider
                )
            )
            and coalesce(x.is_chosen, true)
    )

-- Not what it is told of itself.
select
    v.observation_id,
    v.obs_status,
    10 as place,
    'total_of_doubtful_parts' as reason,
    v.dimension as stated_by,
    {{ sentence("en", "total_of_doubtful_parts", {"parts": "v.parts_{}"}) }} as caveat_en,
    {{ sentence("zh", "total_of_doubtful_parts", {"parts": "v.parts_{}"}) }} as caveat_zh
from {{ ref("int_series__of_doubtful") }} as v
inner join {{ ref("observation") }} as o on o.observation_id = v.observation_id
left join {{ ref("int_series__contradicted") }} as w on w.observation_id = v.observation_id
cross join ({{ sentences(ref("stg_caveat"), ["total_of_doubtful_parts"]) }}) as told
where o.is_usable and o.obs_status in ('A', 'P') and w.observation_id is null

union all

select observation_id, 'D', 3, 'defined_as_its_equal', decision_id, caveat_en, caveat_zh
from defined_otherwise

union all

-- A doubt that is told of a part is told of the quotient, in its words where it has any.
select
    q.observation_id,
    q.obs_status,
    10,
    'quotient_of_doubtful_parts',
    q.decision_id,
    coalesce(q.caveat_en, {{ sentence("en", "quotient_of_doubtful_parts", {"part": "q.part_{}"}) }}),
    coalesce(q.caveat_zh, {{ sentence("zh", "quotient_of_doubtful_parts", {"part": "q.part_{}"}) }})
from of_doubtful_parts as q
cross join ({{ sentences(ref("stg_caveat"), ["quotient_of_doubtful_parts"]) }}) as told

{%- for reason, other in [["stands_beside_forerunner", "forerunner"], ["stands_beside_successor", "scheme"]] %}

    union all

    -- The scheme before it, or after, where sources state both of one period.
    select
        o.observation_id,
        cast(null as string),
        15,
        '{{ reason }}',
        o.other_id,
        {%- for language in ["en", "zh"] %}
            {{
                sentence(
                    language,
                    reason,
                    {
                        "scheme": "lower(n.name_{})" if language == "en" else "n.name_{}",
                        "title": "t.title_{}",
                        "value": with_unit(readable("o.other_value"), "u"),
                    },
                )
            }}{{ ',' if not loop.last }}
        {%- endfor %}
    from
        (
            select
                {{ "s" if other == "forerunner" else "f" }}.observation_id,
                {{ "f" if other == "forerunner" else "s" }}.observation_id as other_id,
                {{ "f" if other == "forerunner" else "s" }}.obs_value as other_value,
                {{ "f" if other == "forerunner" else "s" }}.scheme as other_scheme,
                {{ "f" if other == "forerunner" else "s" }}.source_id as other_source_id,
                s.unit_measure
            from succeeding as c
            inner join levels as f on f.scheme = c.scheme
            inner join
                levels as s
                on s.scheme = c.successor
                and {{ equal("s", "f", series_key_columns() | reject("in", ["scheme", "residence"]) | list) }}
        ) as o
    inner join {{ ref("stg_scheme") }} as n on n.scheme = o.other_scheme
    inner join {{ ref("stg_unit") }} as u on u.unit_measure = o.unit_measure
    inner join titles as t on t.source_id = o.other_source_id
    cross join ({{ sentences(ref("stg_caveat"), [reason]) }}) as told
{%- endfor %}

union all

-- The same counted more widely, where sources state both.
select
    l.observation_id,
    cast(null as string),
    15,
    'stated_more_widely',
    w.observation_id,
    {%- for language in ["en", "zh"] %}
        {{
            sentence(
                language,
                "stated_more_widely",
                {"title": "t.title_{}", "value": with_unit(readable("w.obs_value"), "u"), "what": "lower(n.name_{})"},
            )
        }}{{ ',' if not loop.last }}
    {%- endfor %}
from wider as b
inner join levels as l on l.indicator = b.lower
inner join
    levels as w
    on w.indicator = b.upper
    and w.unit_measure = l.unit_measure
    and {{ equal("w", "l", series_key_columns() | reject("equalto", "indicator") | list) }}
inner join {{ ref("indicator") }} as n on n.indicator = w.indicator
inner join {{ ref("stg_unit") }} as u on u.unit_measure = w.unit_measure
inner join titles as t on t.source_id = w.source_id
cross join ({{ sentences(ref("stg_caveat"), ["stated_more_widely"]) }}) as told
