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
        {"cell": "c.shown_instead", "place": "concat(n.file, ', ', cast(n.row_no as string))"},
    ],
    ["cell_is_in_another_unit", "c.use = 'series' and c.is_in_another_unit"],
    ["cell_is_in_the_series", "c.use = 'series' and not c.is_in_another_unit"],
] %}
with
    -- Not from quality.finding: where an error stops the release, what became of its cells is told all the same.
    findings as (
        select f.observation_id, {{ joined("f.told", "; ", ["f.told"]) }} as findings
        from
            (
                select distinct observation_id, concat(rule_id, ' (', standing, ')') as told
                from {{ ref("int_finding__standing") }}
            ) as f
        group by f.observation_id
    ),

    decisions as (
        select d.observation_id, {{ joined("d.decision_id", "; ", ["d.decision_id"]) }} as decisions
        from (select distinct observation_id, decision_id from {{ ref("decision_observation") }} where is_covered) as d
        group by d.observation_id
    ),

    listed as (
        select o.*, {{ series_id("o") }} as series_id, f.findings, d.decisions
        from {{ ref("observation") }} as o
        left join findings as f on f.observation_id = o.observation_id
        left join decisions as d on d.observation_id = o.observation_id
        where {{ is_followed("o.layout") }} or f.observation_id is not null or d.observation_id is not null
    ),

    -- The figures of marts.series that stand for the listed ones: themselves, or those that go before them.
    chosen as (
        select l.observation_id as listed_id, s.*
        from listed as l
        inner join
            {{ ref("series") }} as s
            on s.series_id = l.series_id
            and s.time_period = l.time_period
            and s.base_period = l.base_period
    ),

    marts as (
        select l.observation_id, {{ joined("l.table_name", ", ", ["l.table_name"]) }} as shown_in
        from
            (
                select distinct observation_id, table_name from {{ ref("lineage") }} where table_name <> 'marts.series'
            ) as l
        group by l.observation_id
    ),

    -- What a contract leaves out unless something stands beside it, a mart may show after all.
    left_out as (
        select distinct e.observation_id, e.mart, e.reason_en, e.reason_zh
        from ({{ reasons_left_out("chosen") }}) as e
        left join {{ ref("lineage") }} as l on l.observation_id = e.observation_id and l.table_name = e.mart
        where l.observation_id is null
    ),

    reasons as (
        select
            observation_id
            {%- for language, mark in {"en": "; ", "zh": "；"}.items() %}
                , {{ joined("reason_" ~ language, mark, ["mart", "reason_en"]) }} as left_out_{{ language }}
            {%- endfor %}
        from left_out
        group by observation_id
    ),

    cells as (
        select
            o.*,
            m.shown_in,
            x.left_out_en,
            x.left_out_zh,
            case when s.observation_id <> o.observation_id then s.observation_id end as shown_instead,
            s.observation_id = o.observation_id
            and o.is_usable
            and o.obs_value is not null
            and s.obs_value is null
            and s.obs_low is null as is_in_another_unit,
            case
                when o.obs_status in ('O', 'Q')
                then 'missing'
                when not o.is_usable
                then 'withheld'
                when s.observation_id <> o.observation_id
                then 'preceded'
                when m.observation_id is null
                then 'series'
                else 'shown'
            end as use
        from listed as o
        left join chosen as s on s.listed_id = o.observation_id
        left join marts as m on m.observation_id = o.observation_id
        left join reasons as x on x.observation_id = s.observation_id
    )

select
    c.observation_id,
    c.source_id,
    c.file,
    c.row_no,
    c.column_no,
    {{ cell_address("c.file", "c.row_no", "c.column_no") }} as cell_address,
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
    c.left_out_en,
    c.left_out_zh,
    c.findings,
    c.decisions,
    c.caveat_en,
    c.caveat_zh
    {%- for language in ["en", "zh"] %}
        , case when c.use <> 'shown' then {{ caveat(language, told) }} end as reason_{{ language }}
    {%- endfor %}
from cells as c
left join {{ ref("observation") }} as n on n.observation_id = c.shown_instead
cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
