{%- set natural_unit = unit_of_measure("o.measure", "i.unit_measure") -%}
{%- set counts -%}
    o.is_usable and o.unit_measure = {{ natural_unit }}
{%- endset -%}
{%- set other_unit = "o.unit_measure <> " ~ natural_unit -%}
{%- set told = [
    ["printed_in_range", "o.obs_status = '_Z'"],
    "o.caveat",
    "k.caveat",
    "x.caveat",
    ["is_provisional", "o.obs_status = 'P'"],
    [
        "total_is_disputed",
        counts ~ " and w.observation_id is not null and not w.is_restated",
        {"low": "w.sum_low", "high": "w.sum_high", "source": "w.source_id"},
    ],
    [
        "total_is_of_another_edition",
        counts ~ " and coalesce(w.is_restated, false)",
        {"low": "w.sum_low", "high": "w.sum_high", "source": "w.source_id"},
    ],
    ["no_figure_printed", "o.obs_status <> '_Z' and o.obs_value is null and o.caveat_en is null"],
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
            b.caveat_zh
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

    -- A level that opens its series is behind no break: there is nothing that it could be compared with.
    broken as (
        select
            s.observation_id,
            {{ joined("s.caveat_en", " ", ["s.relation_id"]) }} as caveat_en,
            {{ joined("s.caveat_zh", "", ["s.relation_id"]) }} as caveat_zh
        from stepped as s
        where {{ lies_between("s", "s.previous_end", "s.period_end") }}
        group by s.observation_id
    ),

    found as (
        select
            {{ series_id("o") }} as series_id,
            {{ series_indicator("o") }} as indicator,
            o.indicator as base_indicator,
            {{ prefixed("o", ["measure", "counterpart"] + context_columns()) }},
            o.freq,
            o.time_basis,
            o.time_period,
            {{ period_year("o.time_period") }} as year,
            o.period_start,
            o.period_end,
            o.base_period,
            {%- for column in ["obs_value", "obs_low", "obs_high"] %}
                case when {{ counts }} then o.{{ column }} end as {{ column }},
            {%- endfor %}
            o.qualifier,
            {{ natural_unit }} as unit_measure,
            case
                -- No growth is computed across a break, so that it is told before anything else; the caveat tells the
                -- rest.
                when {{ counts }} and o.obs_status in ('A', 'D', 'P', 'U') and k.observation_id is not null
                then 'B'
                when {{ counts }} and o.obs_status in ('A', 'P') and w.observation_id is not null
                then case when w.is_restated then 'D' else 'U' end
                when {{ counts }}
                then o.obs_status
                when o.obs_status = 'O'
                then 'O'
                else 'Q'
            end as obs_status,
            {%- for language in ["en", "zh"] %}
                case
                    when {{ other_unit }}
                    then {{ sentence(language, "printed_in_other_unit", {"unit": "o.unit_measure"}) }}
                    else {{ caveat(language, told) }}
                end as caveat_{{ language }},
            {%- endfor %}
            o.observation_id,
            o.source_id,
            o.vintage,
            coalesce(x.candidates, 1) as candidates,
            coalesce(x.is_disputed, false) or coalesce(not w.is_restated, false) as is_disputed,
            coalesce(x.is_spliced, false) as is_spliced
        from {{ ref("observation") }} as o
        inner join {{ ref("stg_indicator") }} as i on i.indicator = o.indicator
        left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
        left join broken as k on k.observation_id = o.observation_id and o.obs_status <> '_Z'
        left join {{ ref("int_series__contradicted") }} as w on w.observation_id = o.observation_id
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told) + ["printed_in_other_unit"]) }}) as told
        where coalesce(x.is_chosen, true)
    )

    {{ in_full("series", "found", ref("int_code__named")) }}
