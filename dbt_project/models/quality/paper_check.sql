{#-
    What the literature states, beside what offices publish of the same thing. Two figures speak of the same thing where
    their dimensions are equal; those of `definition` may differ, and then it is another definition. Of several office
    figures the one that precedence takes is held against (release stage, then the latest edition); another edition of
    it that agrees explains a difference, and so does another definition, or that the figure is what the parts of it
    add up to in one publication.
-#}
{%- set definition = ["scope", "population_basis", "time_basis"] -%}
{%- set same = series_key_columns() | reject("in", definition) | list + ["freq", "unit_measure"] -%}
{%- set order = "r.rank, nullif(q.vintage, '_U') desc nulls last, q.source_id, q.office_observation_id" -%}
{%- set verdicts = ["equal", "within_rounding", "other_edition", "sum_of_parts", "other_definition", "differs"] -%}
{%- set names = {"title": "o.office_title_{}", "stage": "lower(o.office_stage_{})"} -%}
with
    paper as (
        select
            d.*,
            a.obs_value as value_at_its_word,
            a.value_low as low_at_its_word,
            a.value_high as high_at_its_word,
            a.unit_measure as unit_at_its_word
        from {{ ref("observation_pass") }} as d
        inner join {{ ref("stg_source") }} as s on s.source_id = d.source_id
        inner join {{ ref("observation_pass") }} as a on a.observation_id = d.observation_id
        where
            d.pass <> 'printed'
            and a.pass <> 'decided'
            and s.release_stage = 'secondary_literature'
            and not d.is_missing
            and (d.value_low is not null or d.value_high is not null)
            and (a.value_low is not null or a.value_high is not null)
    ),

    -- What offices state in parts alone, added up; a publication may divide it in several ways.
    sums as (
        select
            w.observation_id,
            s.source_id,
            s.dimension,
            s.side,
            min(q.observation_id) as part_id,
            max(q.vintage) as vintage,
            min(q.unit_measure) as unit_measure,
            sum(q.obs_value) as obs_value,
            min(s.sum_low) as value_low,
            min(s.sum_high) as value_high
        from {{ ref("int_part__figure") }} as w
        inner join {{ ref("int_part__sum") }} as s on s.pass = w.pass and s.whole_key = w.whole_key and s.is_consistent
        inner join
            {{ ref("int_part__code") }} as c
            on {{ equal("c", "s", ["pass", "source_id", "whole_key", "dimension", "side"]) }}
        inner join {{ ref("observation_pass") }} as q on q.observation_id = c.observation_id and q.pass <> 'printed'
        where w.pass = 'decided' and w.side = 'whole' and w.observation_id in (select observation_id from paper)
        group by w.observation_id, s.source_id, s.dimension, s.side
        having min(case when q.is_usable then 1 else 0 end) = 1 and min(q.unit_measure) = max(q.unit_measure)
    ),

    offices as (
        select
            p.observation_id,
            false as is_sum,
            q.observation_id as office_observation_id,
            {{ prefixed("q", ["source_id", "vintage", "unit_measure", "obs_value", "value_low", "value_high"]) }},
            {{ equal("q", "p", definition) }} as is_same
        from paper as p
        inner join {{ ref("observation_pass") }} as q on {{ equal("q", "p", same) }}
        where q.pass <> 'printed' and q.is_usable and (q.value_low is not null or q.value_high is not null)

        union all

        select
            s.observation_id,
            true,
            s.part_id,
            {{ prefixed("s", ["source_id", "vintage", "unit_measure", "obs_value", "value_low", "value_high"]) }},
            true
        from sums as s
        inner join paper as p on p.observation_id = s.observation_id and p.unit_measure = s.unit_measure
        where s.value_low is not null or s.value_high is not null
    ),

    compared as (
        select
            p.observation_id,
            q.is_sum,
            q.office_observation_id,
            q.obs_value as office_value,
            s.release_stage as office_stage,
            q.source_id as office_source_id,
            q.vintage as office_vintage,
            s.title as office_title_en,
            coalesce(s.title_zh, s.title) as office_title_zh,
            r.name_en as office_stage_en,
            r.name_zh as office_stage_zh,
            q.is_same,
            q.obs_value = p.obs_value as is_equal,
            coalesce(q.value_low <= p.value_high, true) and coalesce(p.value_low <= q.value_high, true) as agrees,
            q.unit_measure = p.unit_at_its_word
            and coalesce(q.value_low <= p.high_at_its_word, true)
            and coalesce(p.low_at_its_word <= q.value_high, true) as agrees_at_its_word,
            row_number() over (partition by p.observation_id, q.is_sum, q.is_same order by {{ order }}) as place
        from paper as p
        inner join offices as q on q.observation_id = p.observation_id
        inner join {{ ref("stg_source") }} as s on s.source_id = q.source_id
        inner join {{ ref("stg_release_stage") }} as r on r.release_stage = s.release_stage
        where s.release_stage <> 'secondary_literature'
    ),

    judged as (
        select
            *,
            case
                when is_sum and agrees
                then 'sum_of_parts'
                when is_same and place = 1 and agrees and coalesce(is_equal, false)
                then 'equal'
                when is_same and place = 1 and agrees
                then 'within_rounding'
                when is_same and agrees
                then 'other_edition'
                when is_same and place = 1
                then 'differs'
                when not is_same and (agrees or place = 1)
                then 'other_definition'
            end as verdict
        from compared
    ),

    -- What agrees goes before what differs, and that before another definition that differs as well.
    ordered as (
        select
            j.*,
            cast(count(*) over (partition by j.observation_id) as integer) as office_figures,
            row_number() over (
                partition by j.observation_id
                order by
                    case
                        when j.verdict = 'other_definition' and not j.agrees
                        then {{ verdicts | length + 1 }}
                        {%- for verdict in verdicts %}
                            when j.verdict = '{{ verdict }}' then {{ loop.index }}
                        {% endfor %}
                    end,
                    j.is_sum,
                    j.place,
                    j.office_observation_id
            ) as chosen
        from judged as j
        where j.verdict is not null
    )

select
    p.observation_id,
    p.source_id,
    {{ series_id("p") }} as series_id,
    p.indicator,
    p.measure,
    p.scheme,
    p.residence,
    p.ref_area,
    p.freq,
    p.time_period,
    p.base_period,
    p.printed_value,
    p.printed_unit,
    p.obs_value,
    p.unit_measure,
    p.is_usable,
    o.office_observation_id,
    o.office_source_id,
    o.office_stage,
    o.office_vintage,
    o.office_value,
    o.is_sum as office_is_sum,
    case
        when p.obs_value is not null and o.office_value is not null
        then {{ divide("(p.obs_value - o.office_value)", "abs(o.office_value)", 6) }}
    end as difference_share,
    o.office_figures,
    o.verdict,
    o.agrees_at_its_word
    {%- for language in ["en", "zh"] %}
        ,
        {{
            caveat(
                language,
                [
                    ["paper_is_equal", "o.verdict = 'equal'", names],
                    ["paper_is_within_rounding", "o.verdict = 'within_rounding'", names],
                    ["paper_is_of_another_edition", "o.verdict = 'other_edition'", names],
                    ["paper_has_another_definition", "o.verdict = 'other_definition'", names],
                    ["paper_is_a_sum", "o.verdict = 'sum_of_parts'", names],
                    ["paper_differs", "o.verdict = 'differs' and not o.is_sum", names],
                    ["paper_differs_from_a_sum", "o.verdict = 'differs' and o.is_sum", names],
                    [
                        "paper_is_put_right",
                        "not o.agrees_at_its_word"
                        ~ " and o.verdict in ('equal', 'within_rounding', 'other_edition', 'sum_of_parts')",
                    ],
                    ["paper_is_withheld", "not p.is_usable"],
                ],
            )
        }} as reason_{{ language }}
    {%- endfor %}
from ordered as o
inner join paper as p on p.observation_id = o.observation_id
cross join
    (
        {{
            sentences(
                ref("stg_caveat"),
                [
                    "paper_is_equal",
                    "paper_is_within_rounding",
                    "paper_is_of_another_edition",
                    "paper_has_another_definition",
                    "paper_is_a_sum",
                    "paper_differs",
                    "paper_differs_from_a_sum",
                    "paper_is_put_right",
                    "paper_is_withheld",
                ],
            )
        }}
    ) as told
where o.chosen = 1
