{#-
    In the order in which a figure's sentences are read: that it stands in another unit, is a range or of few digits,
    what was decided, that it lies behind a break, or what it holds on its side of one, that it fills a gap, that it
    was left behind by a revision, how final it is, that it contradicts its parts, who else states one side of that,
    what of it is withheld, that it is a paper's or a platform's; among these what it is told because of others
    (int_series__of_others).
-#}
{%- set natural_unit = unit_of_measure("o.measure", "i.unit_measure") -%}
{%- set in_sum = {
    "what": "n.name_{}",
    "period": "c.name_{}",
    "stated": "t.title_{}",
    "printed": with_unit(readable("o.obs_value"), "u"),
    "low": readable(cast_or_null("w.sum_low", "decimal(24, 4)")),
    "high": with_unit(readable(cast_or_null("w.sum_high", "decimal(24, 4)")), "u"),
    "source": "concat(p.title_{}, case when l.source_id <> p.source_id then concat(' / ', l.title_{}) else '' end)",
} -%}
{%- set of_itself = [
    [
        "printed_in_other_unit",
        "o.obs_status <> 'O' and o.unit_measure <> " ~ natural_unit,
        {"unit": "lower(u.name_{})"},
        1,
    ],
    ["printed_in_range", "o.obs_status = '_Z'", {"printed": "o.printed_value"}, 2],
    ["is_provisional", "o.obs_status = 'P'", {}, 8],
    ["no_figure_printed", "o.obs_status = 'O'", {}, 13],
] -%}
{%- set otherwise = {
    "title": "t.title_{}",
    "value": "case when u.unit_measure = 'PURE_NUMB' then "
    ~ readable("r.obs_value")
    ~ " else "
    ~ with_unit(readable("r.obs_value"), "u")
    ~ " end",
} -%}
{%- set few_digits = {"low": readable("p.value_low"), "high": with_unit(readable("p.value_high"), "u")} -%}
{%- set of_withheld = [
    ["states_otherwise", "r.caveat_en is null", otherwise],
    ["states_otherwise_and_why", "r.caveat_en is not null", dict(otherwise, why="r.caveat_{}")],
] -%}
{%- set of_a_sum = [
    ["total_is_disputed", "not w.is_restated and j.observation_id is null", in_sum, 9],
    ["total_is_of_another_edition", "w.is_restated", in_sum, 10],
] -%}
{%- set of_thirds = [
    ["third_states_the_same", "stated", {"title": "s.title_{}", "stated": "t.title_{}"}, 11],
    ["third_states_the_sum", "parts", {"title": "s.title_{}"}, 12],
] -%}
-- Selected values that a break of seeds/relations/break.csv may concern.
with
    breakable as (
        select
            o.observation_id,
            {{ prefixed("o", series_columns()) }},
            o.period_start,
            o.period_end,
            b.relation_id,
            b.valid_from,
            b.valid_to,
            b.caveat_en,
            b.caveat_zh,
            b.pop_group as broken_group,
            {{ prefixed("b", ["before_en", "before_zh", "after_en", "after_zh"]) }}
        from {{ ref("observation") }} as o
        inner join {{ ref("stg_break") }} as b on {{ is_broken_by("b", "o") }}
        left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
        where o.is_usable and o.measure in ('level', 'ratio', 'share') and coalesce(x.is_chosen, true)
    ),

    stepped as (
        select
            *,
            lag(period_end) over (
                partition by relation_id, {{ series_columns() | join(", ") }} order by period_start, observation_id
            ) as previous_end
        from breakable
    ),

    -- A decision that answers this very contradiction tells both sides of it.
    decided_conflicts as (
        select distinct c.observation_id
        from {{ ref("int_decision_cell") }} as c
        inner join {{ ref("stg_decision_rule") }} as r on r.decision_id = c.decision_id
        where c.is_covered and r.rule_id = 'rollup.between_sources' and c.caveat_en is not null
    ),

    -- Editions of a source whose figures of a series a later one of it states otherwise, where it states them.
    left_behind as (
        select {{ series_columns() | join(", ") }}, source_id, vintage, max(other_vintage) as later
        from {{ ref("int_figure__stated_again") }}
        where
            other_source_id = source_id
            and other_vintage > vintage
            and '_U' not in (vintage, other_vintage)
            and not agrees
        group by {{ series_columns() | join(", ") }}, source_id, vintage
    ),

    titles as (select source_id, title as title_en, coalesce(title_zh, title) as title_zh from {{ ref("stg_source") }}),

    -- Who else states a whole that contradicts its parts: as it is stated, or as the parts add up.
    thirds as (
        select distinct
            w.observation_id, a.other_source_id as source_id, case when a.agrees then 'stated' else 'parts' end as side
        from {{ ref("int_series__contradicted") }} as w
        inner join
            {{ ref("int_figure__stated_again") }} as a
            on a.observation_id = w.observation_id
            and a.other_source_id not in (a.source_id, w.source_id, w.last_source_id)
        inner join {{ ref("observation") }} as o on o.observation_id = a.other_id and o.is_usable
        where
            a.agrees
            or (
                a.other_low <= {{ cast_or_null("w.sum_high", "decimal(38, 10)") }}
                and a.other_high >= {{ cast_or_null("w.sum_low", "decimal(38, 10)") }}
            )
    ),

    agreeing as (
        select
            s.observation_id,
            s.side,
            {{ joined("t.title_en", " / ", ["t.source_id"]) }} as title_en,
            {{ joined("t.title_zh", " / ", ["t.source_id"]) }} as title_zh
        from thirds as s
        inner join titles as t on t.source_id = s.source_id
        group by s.observation_id, s.side
    )

-- Whose unit is not stated says the publication: of two figures that it divides by each other it says nothing.
select
    t.observation_id,
    3 as place,
    t.reason,
    case when t.reason = 'unit_not_stated' then o.source_id else t.decision_id end as stated_by,
    t.caveat_en,
    t.caveat_zh
from {{ ref("int_figure__told") }} as t
inner join {{ ref("observation") }} as o on o.observation_id = t.observation_id
where t.caveat_en is not null

union all

-- A level that opens its series is behind no break: there is nothing that it could be compared with.
select s.observation_id, 4, 'break', s.relation_id, s.caveat_en, s.caveat_zh
from stepped as s
inner join {{ ref("observation") }} as o on o.observation_id = s.observation_id
where o.obs_status <> '_Z' and {{ lies_between("s", "s.previous_end", "s.period_end") }}

{%- for reason, side, lies_there in [
        [
            "before_break",
            "before",
            "(s.period_end < s.valid_from or (s.previous_end is null and s.period_end < s.valid_to))",
        ],
        ["after_break", "after", "s.period_end >= s.valid_to"],
    ] %}

    union all

    -- Not what a decision tells already, about it or about its equal.
    select s.observation_id, 5, '{{ reason }}', s.relation_id, s.{{ side }}_en, s.{{ side }}_zh
    from stepped as s
    left join
        {{ ref("int_figure__told") }} as t on t.observation_id = s.observation_id and t.caveat_en = s.{{ side }}_en
    left join
        {{ ref("int_series__of_others") }} as e on e.observation_id = s.observation_id and e.caveat_en = s.{{ side }}_en
    where
        {{ lies_there }}
        and s.{{ side }}_en is not null
        and coalesce(s.broken_group, s.pop_group) = s.pop_group
        and t.observation_id is null
        and e.observation_id is null
{%- endfor %}

union all

select observation_id, 6, splice, '', caveat_en, caveat_zh
from {{ ref("int_series__contested") }}
where caveat_en is not null

union all

select
    o.observation_id,
    7,
    'of_earlier_edition',
    '',
    {%- for language in ["en", "zh"] %}
        {{ sentence(language, "of_earlier_edition", {"edition": "o.vintage", "later": "e.later"}) }}
        {{- ',' if not loop.last }}
    {%- endfor %}
from {{ ref("observation") }} as o
inner join
    left_behind as e on e.source_id = o.source_id and e.vintage = o.vintage and {{ equal("e", "o", series_columns()) }}
left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
cross join ({{ sentences(ref("stg_caveat"), ["of_earlier_edition"]) }}) as told
where o.is_usable and coalesce(x.is_chosen, true)

union all

-- The first period behind what a revision left behind.
select
    observation_id,
    7,
    'behind_earlier_edition',
    '',
    {%- for language in ["en", "zh"] %}
        {{ sentence(language, "behind_earlier_edition", {"edition": "previous_vintage"}) }}{{ ',' if not loop.last }}
    {%- endfor %}
from
    (
        select
            o.observation_id,
            o.source_id,
            o.vintage,
            lag(o.source_id) over earlier as previous_source,
            lag(o.vintage) over earlier as previous_vintage,
            lag(e.later) over earlier as previous_later
        from {{ ref("observation") }} as o
        inner join
            (select distinct {{ series_columns() | join(", ") }} from left_behind) as r
            on {{ equal("r", "o", series_columns()) }}
        left join
            left_behind as e
            on e.source_id = o.source_id
            and e.vintage = o.vintage
            and {{ equal("e", "o", series_columns()) }}
        left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
        where o.is_usable and o.measure = 'level' and coalesce(x.is_chosen, true)
        window earlier as (partition by {{ prefixed("o", series_columns()) }} order by o.period_start, o.observation_id)
    ) as o
cross join ({{ sentences(ref("stg_caveat"), ["behind_earlier_edition"]) }}) as told
where previous_source = source_id and previous_later is not null and previous_vintage < vintage

union all

-- Few digits: of money or people in a large unit, half a unit of the last one is much of the figure.
select
    o.observation_id,
    2,
    'of_few_digits',
    '',
    {{ sentence("en", "of_few_digits", few_digits) }},
    {{ sentence("zh", "of_few_digits", few_digits) }}
from {{ ref("observation_pass") }} as p
inner join {{ ref("observation") }} as o on o.observation_id = p.observation_id
inner join {{ ref("stg_unit") }} as u on u.unit_measure = o.unit_measure
left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
cross join ({{ sentences(ref("stg_caveat"), ["of_few_digits"]) }}) as told
where
    p.pass <> 'printed'
    and p.measure = 'level'
    and p.qualifier = '_Z'
    and p.unit_mult > p.decimals
    and p.approx_high - p.approx_low > 2 * {{ var("few_digits") }} * abs(p.approx_high + p.approx_low) / 2
    and o.is_usable
    and o.obs_value <> 0
    and coalesce(x.is_chosen, true)

{%- for reason, stage in [["of_the_literature", "secondary_literature"], ["of_a_platform", "platform"]] %}

    union all

    -- Whatever offices publish beside it; where it fills a gap, the splice tells it.
    select
        o.observation_id,
        14,
        '{{ reason }}',
        '',
        {{ sentence("en", reason, {"title": "t.title_{}"}) }},
        {{ sentence("zh", reason, {"title": "t.title_{}"}) }}
    from {{ ref("observation") }} as o
    inner join titles as t on t.source_id = o.source_id
    left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
    cross join ({{ sentences(ref("stg_caveat"), [reason]) }}) as told
    where o.is_usable and o.release_stage = '{{ stage }}' and coalesce(x.is_chosen, true) and x.caveat_en is null
{%- endfor %}

union all

select observation_id, place, reason, stated_by, caveat_en, caveat_zh
from {{ ref("int_series__noted") }}

union all

select observation_id, place, reason, stated_by, caveat_en, caveat_zh
from {{ ref("int_series__of_others") }}

{%- for reason, holds, names in of_withheld %}

    union all

    -- What is withheld for it, of whatever source.
    select
        o.observation_id,
        12,
        '{{ reason }}',
        r.observation_id,
        {{ sentence("en", reason, names) }},
        {{ sentence("zh", reason, names) }}
    from {{ ref("int_figure__stated_again") }} as a
    inner join {{ ref("observation") }} as o on o.observation_id = a.observation_id
    inner join {{ ref("observation") }} as r on r.observation_id = a.other_id
    inner join {{ ref("stg_unit") }} as u on u.unit_measure = r.unit_measure
    inner join titles as t on t.source_id = r.source_id
    left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
    cross join ({{ sentences(ref("stg_caveat"), [reason]) }}) as told
    where
        a.is_of_one_unit
        and not a.agrees
        and o.is_usable
        and not r.is_usable
        and r.obs_value is not null
        and coalesce(x.is_chosen, true)
        and {{ holds }}
{%- endfor %}

{%- for reason, side, names, place in of_thirds %}

    union all

    select
        s.observation_id,
        {{ place }},
        '{{ reason }}',
        '',
        {{ sentence("en", reason, names) }},
        {{ sentence("zh", reason, names) }}
    from agreeing as s
    inner join {{ ref("observation") }} as o on o.observation_id = s.observation_id
    inner join titles as t on t.source_id = o.source_id
    cross join ({{ sentences(ref("stg_caveat"), [reason]) }}) as told
    where s.side = '{{ side }}'
{%- endfor %}

{%- for reason, holds, names, place in of_itself + of_a_sum %}
        {%- set is_of_a_sum = loop.index > of_itself | length %}

    union all

    select
        o.observation_id,
        {{ place }},
        '{{ reason }}',
        '',
        {{ sentence("en", reason, names) }},
        {{ sentence("zh", reason, names) }}
    from {{ ref("observation") }} as o
    inner join {{ ref("stg_indicator") }} as i on i.indicator = o.indicator
    inner join {{ ref("stg_unit") }} as u on u.unit_measure = o.unit_measure
    {%- if is_of_a_sum %}
        inner join {{ ref("int_series__contradicted") }} as w on w.observation_id = o.observation_id
        inner join {{ ref("indicator") }} as n on n.indicator = o.indicator
        inner join {{ ref("period") }} as c on c.time_period = o.time_period
        inner join titles as t on t.source_id = o.source_id
        inner join titles as p on p.source_id = w.source_id
        inner join titles as l on l.source_id = w.last_source_id
        left join decided_conflicts as j on j.observation_id = o.observation_id
    {%- endif %}
    cross join ({{ sentences(ref("stg_caveat"), [reason]) }}) as told
    where {{ holds }} {%- if is_of_a_sum %} and o.is_usable and o.unit_measure = {{ natural_unit }} {%- endif %}
{%- endfor %}
