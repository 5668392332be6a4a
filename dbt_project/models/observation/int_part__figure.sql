{%- set figure = [
    "observation_id",
    "source_id",
    "layout",
    "file",
    "row_no",
    "column_no",
    "row_label",
    "column_label",
    "printed_value",
    "printed_unit",
    "pass",
    "freq",
    "time_period",
    "time_basis",
    "indicator",
    "counterpart",
    "unit_measure",
    "value_low",
    "value_high",
] %}
with
    levels as (
        select *
        from {{ ref("int_level__related") }}
        where
            indicator in (
                select indicator
                from {{ ref("stg_part") }}
                union
                select read_indicator
                from {{ ref("stg_alias") }}
            )
    ),

    named as (
        select
            {{ prefixed("l", figure) }},
            l.indicator as adds_up_as,
            {{ prefixed("l", context_columns()) }},
            l.scheme as own_scheme,
            l.pop_group as own_pop_group
        from levels as l
        union all
        select
            {{ prefixed("l", figure) }},
            coalesce(a.form_indicator, l.indicator),
            {%- for column in context_columns() %}
                {% if column in formed_dimensions() %} coalesce(a.form_{{ column }}, l.{{ column }})
                {% else %} l.{{ column }}
                {% endif %},
            {%- endfor %}
            l.scheme,
            l.pop_group
        from levels as l
        inner join {{ ref("stg_alias") }} as a on {{ is_read_from("l", "a") }}
    ),

    of_relations as (
        select distinct indicator, dimension, whole, 'whole' as side, whole as code
        from {{ ref("stg_part") }}
        union all
        select indicator, dimension, whole, 'part', part
        from {{ ref("stg_part") }}
        union all
        select indicator, dimension, whole, 'leaf', leaf
        from {{ ref("int_part__leaf") }}
        union all
        select w.indicator, w.dimension, w.whole, 'within', w.part
        from {{ ref("int_part__within") }} as w
        left join {{ ref("stg_part") }} as p on {{ equal("p", "w", ["indicator", "dimension", "whole", "part"]) }}
        where p.part is null and not w.is_leaf
    ),

    sides as (
        select n.*, s.dimension, s.whole, s.side, s.code
        from named as n
        inner join of_relations as s on s.indicator = n.adds_up_as and s.code = {{ code_in("n", "s.dimension") }}
    ),

    stated_wholes as (select distinct adds_up_as, dimension, whole, ref_area from sides where side = 'whole')

select
    e.in_pass as pass,
    n.observation_id,
    n.source_id,
    n.adds_up_as,
    n.dimension,
    n.whole,
    n.side,
    n.code,
    {{
        wide_hash(
            "concat_ws('|', n.freq, n.time_period, n.time_basis, n.adds_up_as, n.dimension, n.whole"
            ~ whole_context("n", "n")
            ~ ")"
        )
    }} as whole_key,
    {{
        wide_hash(
            "concat_ws('|', n.freq, n.time_basis, n.adds_up_as, n.dimension, n.whole" ~ whole_context("n", "n") ~ ")"
        )
    }} as whole_series,
    n.freq,
    n.time_period,
    {{ period_start("n.time_period") }} as period_start,
    {{ period_end("n.time_period") }} as period_end,
    n.indicator,
    n.own_scheme as scheme,
    n.own_pop_group as pop_group,
    n.counterpart,
    n.ref_area,
    n.layout,
    n.unit_measure,
    {{ place("n") }} as place,
    n.printed_value,
    n.printed_unit,
    n.value_low,
    n.value_high
from sides as n
inner join {{ passes() }} as e on e.row_pass = n.pass
left join
    stated_wholes as w
    on w.adds_up_as = n.adds_up_as
    and w.dimension = n.dimension
    and w.whole = n.whole
    and w.ref_area = n.ref_area
where {{ is_followed("n.layout") }} or w.ref_area is not null
