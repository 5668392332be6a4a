{%- set natural_unit = unit_of_measure("o.measure", "i.unit_measure") -%}
{%- set counts -%}
    o.is_usable and o.unit_measure = {{ natural_unit }}
{%- endset -%}
with
    told as (
        select
            observation_id,
            max(case when reason = 'break' then 1 else 0 end) = 1 as is_behind_break,
            max(case when reason = 'before_break' then 1 else 0 end) = 1 as is_before_break,
            {{ joined("caveat_en", " ", ["place", "stated_by"]) }} as caveat_en,
            {{ joined("caveat_zh", "", ["place", "stated_by"]) }} as caveat_zh
        from {{ ref("int_series__told") }}
        group by observation_id
    ),

    of_others as (
        select observation_id, max(obs_status) as obs_status
        from {{ ref("int_series__of_others") }}
        group by observation_id
    ),

    -- What is counted since the start of the year, beside what the same publication counted up to the period before.
    counted_up as (
        select
            o.observation_id,
            o.freq,
            o.obs_value,
            o.period_start,
            {{ period_year("o.time_period") }} as year,
            lag(o.obs_value) over earlier as previous_value,
            lag(o.period_start) over earlier as previous_start
        from {{ ref("observation") }} as o
        inner join {{ ref("stg_indicator") }} as i on i.indicator = o.indicator
        left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
        where
            o.time_basis = 'year_to_date'
            and o.obs_status in ('A', 'P')
            and o.obs_value is not null
            and {{ counts }}
            and coalesce(x.is_chosen, true)
        window
            earlier as (
                partition by {{ prefixed("o", series_columns()) }}, o.source_id, {{ period_year("o.time_period") }}
                order by o.period_start, o.observation_id
            )
    ),

    flows as (
        select
            observation_id,
            case when opens_the_year then obs_value else obs_value - previous_value end as flow_value,
            case
                when opens_the_year
                then {{ months_of("freq") }}
                else {{ months_between("previous_start", "period_start") }}
            end as flow_months
        from
            (
                select *, period_start = cast(concat(cast(year as string), '-01-01') as date) as opens_the_year
                from counted_up
            ) as c
    ),

    -- What is judged of a range, which has no value that could bear it.
    judged as (
        select observation_id, max(obs_status) as obs_status
        from
            (
                select observation_id, new_value as obs_status
                from {{ ref("stg_decision_cell") }}
                where is_covered and field = 'obs_status'
                union all
                select observation_id, 'U'
                from {{ ref("int_figure__told") }}
                where doubts or reason = 'unit_not_stated'
            ) as j
        group by observation_id
    ),

    figures as (
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
                when {{ counts }} and o.obs_status in ('A', 'D', 'P', 'U') and t.is_behind_break
                then 'B'
                when {{ counts }} and o.obs_status in ('A', 'P') and w.observation_id is not null
                then case when w.is_restated then 'D' else 'U' end
                when {{ counts }} and o.obs_status in ('A', 'P') and v.obs_status is not null
                then v.obs_status
                when {{ counts }} and o.obs_status in ('A', 'P') and t.is_before_break
                then 'D'
                when {{ counts }}
                then o.obs_status
                when o.obs_status = 'O'
                then 'O'
                else 'Q'
            end as obs_status,
            t.caveat_en,
            t.caveat_zh,
            o.observation_id,
            o.source_id,
            o.vintage,
            o.agency,
            coalesce(x.candidates, 1) as candidates,
            coalesce(x.is_disputed, false) or coalesce(not w.is_restated, false) as is_disputed,
            coalesce(x.is_spliced, false) as is_spliced,
            {{ as_shown("f.flow_value", "decimal(38, 10)") }} as flow_value,
            {{ as_shown("case when f.flow_value is not null then f.flow_months end", "integer") }} as flow_months,
            case
                when t.is_behind_break
                then 'B'
                when r.obs_status is not null
                then r.obs_status
                when t.is_before_break
                then 'D'
                else 'A'
            end as range_status
        from {{ ref("observation") }} as o
        inner join {{ ref("stg_indicator") }} as i on i.indicator = o.indicator
        left join {{ ref("int_series__contested") }} as x on x.observation_id = o.observation_id
        left join {{ ref("int_series__contradicted") }} as w on w.observation_id = o.observation_id
        left join told as t on t.observation_id = o.observation_id
        left join of_others as v on v.observation_id = o.observation_id
        left join flows as f on f.observation_id = o.observation_id
        left join judged as r on r.observation_id = o.observation_id and o.obs_status = '_Z'
        where coalesce(x.is_chosen, true)
    ),

    found as (
        select
            *,
            case
                when obs_low is not null or obs_high is not null
                then case when obs_status = '_Z' then range_status else obs_status end
            end as status_of_bounds
        from figures
    )

    {{ in_full("series", "found", ref("int_code__named")) }}
