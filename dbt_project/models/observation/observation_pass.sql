{#-
    Every printed figure as printed (at its word) and as decided. A figure that no decision touches is the
    same in both passes and stands here once, as pass `both`; one that a decision touches stands twice.
    Rules read this table and nothing else. Keys may be doubled on the printed pass.

    Bounds: value_low .. value_high is the closed interval of numbers that round to the printed
    one, or that its hedge allows (seeds/codelists/hedge.csv); truncated_low .. truncated_high of those that were cut
    off to it. NULL is unbounded. A range reaches from its low end's bound to its high end's, and has no value of its
    own. approx_low and approx_high are the same bounds in floating point, for looks that only narrow down: a decimal of
    38 digits is slow to make a double of, so that only what is hedged or converted is made one that way. lacks_period:
    the unit is its indicator's but for the period (yuan where yuan a month belong); where the list says that an
    indicator is of its period, yuan of a year are yuan a year and lack nothing. What is a rate
    (seeds/codelists/indicator.csv) and printed for another period than its indicator's is converted here, by the months
    that the unit list declares (yuan a year to a twelfth of it a month): all that reads this finds value, bounds and
    unit_measure in one unit, and is_converted tells. The bounds of such a figure reach to the next of the eight
    decimals that products keep: what touches exactly still touches. Where decimals_known is false (General of a
    workbook), decimals are the fewest that the number can have been printed with, and the bounds the widest. The sum of
    a period is never converted. unit_text is the text that gives the unit, as decided, or as the descriptor says that
    it is meant where the page prints none (growth in per cent without its sign: unit_stated is false all the same);
    is_corrected: a decision gave another number. A figure for which the page states no unit counts in base units and is
    of low reliability, unless a decision knows better.
-#}
{{ config(materialized="parquet" if target.type == "duckdb" else "table") }}
{%- set page = [
    "observation_id",
    "source_id",
    "table_id",
    "whole_table",
    "layout",
    "file",
    "vintage",
    "agency",
    "section",
    "statement",
    "row_no",
    "column_no",
    "row_label",
    "column_label",
    "printed_value",
    "printed_unit",
    "percent",
    "is_missing",
    "qualifier",
    "freq",
    "numeral_high",
] %}
{#- What the figure of a year is in, where the year is all that its unit leaves out. -#}
{%- set of_its_period -%}
    w.is_of_its_period and u.quantity = n.quantity and u.months is null and n.months = {{ months_of("w.freq") }}
{%- endset %}
{%- set high_digit = "unit_mult - cast(length(split_part(numeral_high, '.', 2)) as integer)" %}
with
    decided as (
        -- One row a printed figure that written decisions judge: what they change.
        select
            observation_id,
            max(case when field = 'printed_unit' then new_value end) as new_printed_unit,
            max(case when field = 'printed_value' then new_value end) as new_numeral,
            max(case when field = 'obs_status' then new_value end) as new_obs_status,
            {%- for dimension in decidable_dimensions() %}
                max(case when field = '{{ dimension }}' then new_value end) as new_{{ dimension }},
            {%- endfor %}
            max(case when outcome = 'quarantined' then 1 else 0 end) = 1 as is_quarantined
        from {{ ref("stg_decision_cell") }}
        where is_covered
        group by observation_id
    ),

    passes as (
        select
            case when d.observation_id is null then 'both' else 'printed' end as pass,
            {{ prefixed("o", page) }},
            o.decimals,
            o.decimals_known,
            coalesce(o.printed_unit, o.unit_meant) as unit_text,
            o.printed_unit is not null as is_unit_known,
            o.numeral,
            {{ prefixed("o", decidable_dimensions()) }},
            cast(null as string) as decided_obs_status,
            false as is_corrected,
            false as is_quarantined
        from {{ source("raw", "observation") }} as o
        left join decided as d on d.observation_id = o.observation_id

        union all

        select
            'decided' as pass,
            {{ prefixed("o", page) }},
            case
                when d.new_numeral is not null
                then cast(length(split_part(d.new_numeral, '.', 2)) as integer)
                else o.decimals
            end as decimals,
            o.decimals_known or d.new_numeral is not null as decimals_known,
            coalesce(d.new_printed_unit, o.printed_unit, o.unit_meant) as unit_text,
            coalesce(d.new_printed_unit, o.printed_unit) is not null as is_unit_known,
            -- A fall that the text states in words keeps its sign when its number is corrected.
            coalesce(
                case
                    when d.new_numeral is not null and o.numeral like '-%' and o.printed_value not like '-%'
                    then concat('-', d.new_numeral)
                    else d.new_numeral
                end,
                o.numeral
            ) as numeral,
            {%- for dimension in decidable_dimensions() %}
                coalesce(d.new_{{ dimension }}, o.{{ dimension }}) as {{ dimension }},
            {%- endfor %}
            d.new_obs_status as decided_obs_status,
            d.new_numeral is not null as is_corrected,
            coalesce(d.is_quarantined, false) as is_quarantined
        from {{ source("raw", "observation") }} as o
        inner join decided as d on d.observation_id = o.observation_id
    ),

    with_unit as (
        select
            p.*,
            not p.is_missing and p.numeral is null as is_unparseable,
            {{ unit_of_measure("p.measure", "i.unit_measure") }} as natural_unit,
            case when p.percent then 'PURE_NUMB' else t.unit_measure end as text_unit,
            case when p.percent then -2 else coalesce(t.unit_mult, 0) end as unit_mult,
            (t.text is not null and p.is_unit_known) or p.percent as unit_stated,
            i.is_rate,
            i.is_of_its_period
        from passes as p
        inner join {{ ref("stg_indicator") }} as i on i.indicator = p.indicator
        left join {{ ref("stg_unit_text") }} as t on t.text = p.unit_text
    ),

    with_period as (
        select
            w.*,
            case when {{ of_its_period }} then n.unit_measure else u.unit_measure end as stated_unit,
            coalesce(u.quantity = n.quantity and u.months is null and n.months is not null, false)
            and not coalesce({{ of_its_period }}, false) as lacks_period,
            -- NULL but where the text of a rate names another period than the indicator's.
            case when w.is_rate and u.quantity = n.quantity and u.months <> n.months then u.months end as stated_months,
            n.months as natural_months
        from with_unit as w
        inner join {{ ref("stg_unit") }} as u on u.unit_measure = coalesce(w.text_unit, w.natural_unit)
        inner join {{ ref("stg_unit") }} as n on n.unit_measure = w.natural_unit
    ),

    at_its_word as (
        select
            *,
            {{ scaled(number_of("numeral"), "unit_mult") }} as low_end,
            case
                when decimals is null then cast(0 as decimal(38, 10)) else {{ digits(1, "unit_mult - decimals") }}
            end as last_digit,
            -- Decimal division gives DOUBLE: half a digit is five of the next.
            case
                when decimals is null then cast(0 as decimal(38, 10)) else {{ digits(5, "unit_mult - decimals - 1") }}
            end as half_digit,
            cast(numeral as double) * power(10.0, unit_mult) as approx_end,
            case when decimals is null then 0.0 else 0.5 * power(10.0, unit_mult - decimals) end as approx_half_digit,
            case
                when numeral_high is not null then {{ scaled(number_of("numeral_high"), "unit_mult") }}
            end as high_end,
            case when numeral_high is not null then {{ digits(1, high_digit) }} end as high_last_digit,
            case when numeral_high is not null then {{ digits(5, high_digit ~ " - 1") }} end as high_half_digit
        from with_period
    ),

    with_value as (
        select
            {{ prefixed("w", page) }},
            w.pass,
            w.decimals,
            w.decimals_known,
            w.numeral,
            {{ prefixed("w", decidable_dimensions()) }},
            w.decided_obs_status,
            w.is_corrected,
            w.is_quarantined,
            w.unit_text,
            w.is_unparseable,
            w.unit_mult,
            w.unit_stated,
            w.natural_unit,
            w.lacks_period,
            w.stated_months is not null as is_converted,
            case
                when w.stated_months is null then cast(0 as decimal(38, 10)) else cast(0.00000001 as decimal(38, 10))
            end as slack,
            case when w.stated_months is null then w.stated_unit else w.natural_unit end as unit_measure,
            {%- for end in ["low_end", "high_end"] %}
                case
                    when w.stated_months is null
                    then w.{{ end }}
                    else {{ for_months("w." ~ end, "w.stated_months", "w.natural_months") }}
                end as {{ end }},
            {%- endfor %}
            {%- for width in ["last_digit", "half_digit", "high_last_digit", "high_half_digit"] %}
                case
                    when w.stated_months is null
                    then w.{{ width }}
                    else {{ width_for_months("w." ~ width, "w.stated_months", "w.natural_months") }}
                end as {{ width }},
            {%- endfor %}
            w.approx_end,
            w.approx_half_digit
        from at_its_word as w
    )

select
    v.pass,
    v.observation_id,
    v.source_id,
    v.table_id,
    v.whole_table,
    v.layout,
    v.file,
    v.vintage,
    v.agency,
    v.section,
    v.statement,
    v.row_no,
    v.column_no,
    v.row_label,
    v.column_label,
    v.printed_value,
    v.printed_unit,
    v.decimals,
    v.decimals_known,
    v.is_missing,
    v.is_unparseable,
    v.is_quarantined,
    v.is_corrected,
    v.unit_text,
    v.qualifier,
    v.freq,
    {{ prefixed("v", decidable_dimensions()) }},
    case
        when v.is_missing or v.is_unparseable
        then 'O'
        when v.numeral_high is not null
        then case when v.is_quarantined then 'Q' else '_Z' end
        when v.decided_obs_status is not null
        then v.decided_obs_status
        when v.is_quarantined
        then 'V'
        when not v.unit_stated and v.natural_unit <> 'PURE_NUMB'
        then 'U'
        else 'A'
    end as obs_status,
    not (v.is_missing or v.is_unparseable or v.is_quarantined) as is_usable,
    v.unit_measure,
    v.unit_mult,
    v.unit_stated,
    v.natural_unit,
    v.lacks_period,
    v.is_converted,
    case when v.numeral_high is null then v.low_end end as obs_value,
    -- Of millions nearly all are printed bare: what a hedge costs, only hedged numbers pay.
    case when v.qualifier = '_Z' then v.low_end - v.half_digit else v.low_end - {{ reach("below") }} end
    - v.slack as value_low,
    case
        when v.qualifier = '_Z'
        then v.low_end + v.half_digit
        else coalesce(v.high_end + v.high_half_digit, v.low_end + {{ reach("above") }})
    end
    + v.slack as value_high,
    case
        when v.qualifier = '_Z' and not v.is_converted
        then v.approx_end - v.approx_half_digit
        when v.qualifier = '_Z'
        then cast(v.low_end - v.half_digit - v.slack as double)
        else cast(v.low_end - {{ reach("below") }} - v.slack as double)
    end as approx_low,
    case
        when v.qualifier = '_Z' and not v.is_converted
        then v.approx_end + v.approx_half_digit
        when v.qualifier = '_Z'
        then cast(v.low_end + v.half_digit + v.slack as double)
        else cast(coalesce(v.high_end + v.high_half_digit, v.low_end + {{ reach("above") }}) + v.slack as double)
    end as approx_high,
    -- What a hedge bounds is not cut off there.
    case
        when h.below_digits = 0
        then v.low_end - {{ reach("below") }}
        when v.low_end < 0
        then v.low_end - v.last_digit
        else v.low_end
    end
    - v.slack as truncated_low,
    case
        when h.above_digits = 0
        then v.low_end + {{ reach("above") }}
        when v.low_end < 0
        then v.low_end
        else coalesce(v.high_end + v.high_last_digit, v.low_end + v.last_digit)
    end
    + v.slack as truncated_high
from with_value as v
left join {{ ref("stg_hedge") }} as h on h.qualifier = v.qualifier
