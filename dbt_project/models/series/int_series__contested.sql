{#-
    Precedence (ranked_by_precedence) is one order per series. Where what goes first in it has no usable figure of a
    period, or none at all, the next usable one fills the cell; a cell that nothing can fill shows what goes first, with
    its reason. Spliced is what another source states than most of the series, or another cell than the one that goes
    first in its own source.
-#}
{%- set fills = "is_chosen and counts and is_spliced" %}
{%- set told = [
    ["spliced_from", fills ~ " and not is_of_a_paper", {"title": "title_{}", "stage": "lower(stage_{})"}],
    ["spliced_from_a_paper", fills ~ " and is_of_a_paper", {"title": "title_{}"}],
] %}
with
    contested as ({{ ranked_by_precedence(ref("int_figure__restated"), ref("stg_source"), ref("stg_release_stage")) }}),

    usable as (
        select d.*, o.is_usable and d.unit_measure = d.natural_unit as counts
        from contested as d
        inner join {{ ref("observation") }} as o on o.observation_id = d.observation_id
    ),

    counting as (select * from usable where counts),

    revised as ({{ stated_anew("counting", ref("stg_revision")) }}),

    placed as (
        select
            d.*,
            d.counts and v.observation_id is null as stands,
            s.title as title_en,
            coalesce(s.title_zh, s.title) as title_zh,
            s.release_stage = 'secondary_literature' as is_of_a_paper,
            r.name_en as stage_en,
            r.name_zh as stage_zh
        from usable as d
        inner join {{ ref("stg_source") }} as s on s.source_id = d.source_id
        inner join {{ ref("stg_release_stage") }} as r on r.release_stage = s.release_stage
        left join revised as v on v.observation_id = d.observation_id
    ),

    chosen as (
        select
            *,
            row_number() over (
                partition by {{ series_key_columns() | join(", ") }} order by case when counts then 0 else 1 end, place
            )
            = 1 as is_chosen,
            cast(count(*) over (partition by {{ series_key_columns() | join(", ") }}) as integer) as candidates,
            coalesce(
                max(case when stands then value_low end) over (partition by {{ series_key_columns() | join(", ") }})
                > min(case when stands then value_high end) over (partition by {{ series_key_columns() | join(", ") }}),
                false
            ) as is_disputed,
            min(place) over (partition by {{ series_key_columns() | join(", ") }}, source_id) as place_in_source
        from placed
    ),

    filled as (
        select
            *,
            count(case when is_chosen and counts then 1 end) over (
                partition by {{ series_columns() | join(", ") }}, source_id
            ) as fills
        from chosen
    ),

    spliced as (
        select
            *,
            source_id <> first_value(source_id) over (
                partition by {{ series_columns() | join(", ") }} order by - fills, source_rank, place, observation_id
            )
            or (is_chosen and place > place_in_source) as is_spliced
        from filled
    )

select
    observation_id,
    is_spliced,
    is_chosen,
    candidates,
    is_disputed,
    case {%- for reason, holds, names in told %} when {{ holds }} then '{{ reason }}'{% endfor %} end as splice
    {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
from spliced
cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
