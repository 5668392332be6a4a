{#-
    What became of each figure that stands on a page, and why: one row answers whether it may be used. Of a bulk file
    those figures that a rule or a decision is about. Which marts do not show a figure, and why, their contracts say
    (`series.leaves_out`).
-#}
{%- set told = [
    ["cell_is_missing", "c.use = 'missing'"],
    ["cell_is_withheld", "c.use = 'withheld'", {"decisions": "coalesce(c.decisions, '')"}],
    [
        "cell_is_preceded",
        "c.use = 'preceded'",
        {"cell": "coalesce(c.shown_instead, '')", "place": "coalesce(c.shown_place, '')"},
    ],
    ["cell_is_in_another_unit", "c.use = 'series' and c.is_in_another_unit"],
    ["cell_is_in_the_series", "c.use = 'series' and not c.is_in_another_unit"],
    "x.reason",
] %}
with
    findings as (
        select f.observation_id, {{ joined("f.told", "; ", ["f.told"]) }} as findings
        from
            (
                select distinct o.observation_id, concat(f.rule_id, ' (', f.standing, ')') as told
                from {{ ref("finding_observation") }} as o
                inner join {{ ref("finding") }} as f on f.finding_id = o.finding_id
            ) as f
        group by f.observation_id
    ),

    decisions as (
        select d.observation_id, {{ joined("d.decision_id", "; ", ["d.decision_id"]) }} as decisions
        from (select distinct observation_id, decision_id from {{ ref("decision_observation") }} where is_covered) as d
        group by d.observation_id
    ),

    chosen as (
        select s.observation_id, s.series_id, s.time_period, s.base_period, s.obs_value, s.obs_low, o.file, o.row_no
        from {{ ref("series") }} as s
        inner join {{ ref("observation") }} as o on o.observation_id = s.observation_id
    ),

    marts as (
        select l.observation_id, {{ joined("l.table_name", ", ", ["l.table_name"]) }} as shown_in
        from
            (
                select distinct observation_id, table_name from {{ ref("lineage") }} where table_name <> 'marts.series'
            ) as l
        group by l.observation_id
    ),

    left_out as ({{ reasons_left_out(ref("series")) }}),

    reasons as (
        select
            observation_id
            {%- for language, mark in {"en": "; ", "zh": "；"}.items() %}
                , {{ joined("reason_" ~ language, mark, ["mart", "reason_en"]) }} as reason_{{ language }}
            {%- endfor %}
        from left_out
        group by observation_id
    ),

    cells as (
        select
            o.*,
            f.findings,
            d.decisions,
            m.shown_in,
            n.observation_id as shown_instead,
            concat(n.file, ', ', cast(n.row_no as string)) as shown_place,
            s.observation_id is not null
            and o.is_usable
            and s.obs_value is null
            and s.obs_low is null
            and o.obs_value is not null as is_in_another_unit,
            case
                when o.obs_status in ('O', 'Q')
                then 'missing'
                when not o.is_usable
                then 'withheld'
                when s.observation_id is null
                then 'preceded'
                when m.observation_id is null
                then 'series'
                else 'shown'
            end as use
        from {{ ref("observation") }} as o
        left join findings as f on f.observation_id = o.observation_id
        left join decisions as d on d.observation_id = o.observation_id
        left join chosen as s on s.observation_id = o.observation_id
        left join
            chosen as n
            on s.observation_id is null
            and n.series_id = {{ series_id("o") }}
            and n.time_period = o.time_period
            and n.base_period = o.base_period
        left join marts as m on m.observation_id = o.observation_id
        where o.layout in ('table', 'prose') or f.observation_id is not null or d.observation_id is not null
    )

select
    c.observation_id,
    c.source_id,
    c.file,
    c.row_no,
    c.column_no,
    c.row_label,
    c.column_label,
    c.printed_value,
    c.printed_unit,
    {{ series_indicator("c") }} as indicator,
    c.scheme,
    c.residence,
    c.ref_area,
    c.time_period,
    c.obs_value,
    c.unit_measure,
    c.obs_status,
    c.is_usable,
    c.use,
    c.shown_in,
    c.shown_instead,
    c.findings,
    c.decisions,
    c.caveat_en,
    c.caveat_zh
    {%- for language in ["en", "zh"] %}
        , case when c.use <> 'shown' then {{ caveat(language, told) }} end as reason_{{ language }}
    {%- endfor %}
from cells as c
left join reasons as x on x.observation_id = c.observation_id and c.use = 'series'
cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
