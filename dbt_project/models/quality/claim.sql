{#-
    What reproduces a result that is not reproduced as worded is a reading of the same statement that is, or the
    number cut off instead of rounded.
-#}
{%- set hedges = ["about", "nearly", "just_over", "more_than", "less_than", "at_least", "at_most"] %}
{%- set verdicts = {
    "reproduced": "claim_is_reproduced",
    "reproduced_within_rounding": "claim_is_reproduced_within_rounding",
    "not_reproduced": "claim_is_not_reproduced",
} %}
{%- set reasons = {
    "withheld": "figures_withheld",
    "scope": "figures_differ_in_scope",
    "definition": "figures_differ_in_definition",
    "break": "figures_lie_across_a_break",
    "low_reliability": "figures_differ_in_reliability",
} %}
{%- set told = (
    reasons_of(told_of_claims()) + verdicts.values()
    | list + reasons.values()
    | list + ["claim_prints_as_decided", "claim_prints_a_fall", "claim_by_truncation"]
) %}
{%- for hedge in hedges %} {% do told.append("claim_prints_" ~ hedge) %} {% endfor %}
with
    lists as (
        select
            o.claim_id,
            {{ joined("coalesce(o.listed, p.column_label)", ", ", ["coalesce(o.listed, p.column_label)"]) }} as listed
        from {{ ref("stg_claim_operand") }} as o
        left join {{ ref("observation_pass") }} as p on p.observation_id = o.observation_id and p.pass <> 'printed'
        where o.role = 'counted'
        group by o.claim_id
    ),

    tested as (
        select
            c.claim_id,
            c.source_id,
            c.section,
            c.statement,
            c.reading_of,
            c.operator,
            c.test,
            c.missing_en,
            c.missing_zh,
            coalesce(v.verdict, 'not_checkable') as verdict,
            p.printed_result,
            p.result_as_decided,
            p.printed_low,
            p.printed_high,
            p.unit_measure,
            p.is_fall,
            p.unit_shown,
            p.hedge_shown,
            h.qualifier is not null and (h.below_share is null or h.above_share is null) as hedge_is_open,
            coalesce(h.below_share + h.above_share > 0, false) as hedge_is_close,
            coalesce({{ shown_in_unit("p.printed_low", "p", 4) }}, '…') as allowed_low,
            coalesce({{ shown_in_unit("p.printed_high", "p", 4) }}, '…') as allowed_high,
            l.listed,
            v.recomputed_value,
            v.recomputed_low,
            v.recomputed_high,
            v.is_truncated,
            v.comparisons,
            v.holding,
            v.failing,
            v.failing_at,
            case
                when v.recomputed_value is not null
                then concat({{ shown_in_unit("v.recomputed_value", "p", 4) }}, p.unit_shown)
            end as value_shown,
            coalesce({{ shown_in_unit("v.recomputed_low", "p", 6) }}, '…') as low_shown,
            coalesce({{ shown_in_unit("v.recomputed_high", "p", 6) }}, '…') as high_shown,
            k.incomparable_because,
            n.caveat_en,
            n.caveat_zh
        from {{ ref("stg_claim") }} as c
        left join {{ ref("int_claim__verdict") }} as v on v.claim_id = c.claim_id
        left join {{ ref("int_claim__printed") }} as p on p.claim_id = c.claim_id
        left join {{ ref("stg_hedge") }} as h on h.qualifier = p.qualifier
        left join lists as l on l.claim_id = c.claim_id
        left join {{ ref("int_claim__comparability") }} as k on k.claim_id = c.claim_id
        left join {{ ref("int_claim__caveat") }} as n on n.claim_id = c.claim_id
    ),

    readings as (
        select reading_of as claim_id, {{ joined("claim_id", ", ", ["claim_id"]) }} as readings
        from tested
        where verdict = 'reproduced' and reading_of is not null
        group by reading_of
    ),

    completed as (
        select
            t.*,
            case
                when t.verdict in ('not_reproduced', 'reproduced_within_rounding')
                then nullif(concat_ws(', ', r.readings, case when t.is_truncated then 'truncation' end), '')
            end as reproduced_by,
            case
                when t.verdict = 'not_checkable'
                then null
                when t.comparisons is null
                then coalesce(t.value_shown, concat(t.low_shown, ' to ', t.high_shown, t.unit_shown))
                when t.verdict = 'reproduced'
                then 'holds'
                when t.verdict = 'not_reproduced'
                then 'does not hold'
                else 'left open by rounding'
            end as recomputed_result
        from tested as t
        left join readings as r on r.claim_id = t.claim_id
    ),

    told as ({{ sentences(ref("stg_caveat"), told) }}),

    hedged as (
        select
            c.*
            {%- for language, mark in {"en": "; ", "zh": "；"}.items() %}
                ,
                case
                    hedge_shown
                    {%- for hedge in hedges %}
                        when '{{ hedge }}'
                        then {{ sentence(language, "claim_prints_" ~ hedge, {"number": "printed_result"}) }}
                    {%- endfor %}
                    else printed_result
                end as hedged_{{ language }},
                case
                    verdict
                    {%- for verdict, reason in verdicts.items() %}
                        when '{{ verdict }}' then {{ sentence(language, reason) }}
                    {%- endfor %}
                end as verdict_{{ language }},
                concat_ws(
                    '{{ mark }}'
                    {%- for code, reason in reasons.items() %}
                        , case when incomparable_because like '%{{ code }}%' then {{ sentence(language, reason) }} end
                    {%- endfor %}
                ) as reasons_{{ language }}
            {%- endfor %}
        from completed as c
        cross join told
    ),

    directed as (
        select
            h.*
            {%- for language in ["en", "zh"] %}
                ,
                case
                    when is_fall
                    then {{ sentence(language, "claim_prints_a_fall", {"number": "hedged_{}"}) }}
                    else hedged_{{ language }}
                end as directed_{{ language }}
            {%- endfor %}
        from hedged as h
        cross join told
    ),

    worded as (
        select
            d.*
            {%- set names = {"printed": "directed_{}", "decided": "result_as_decided"} %}
            {%- for language in ["en", "zh"] %}
                ,
                case
                    when result_as_decided <> printed_result
                    then {{ sentence(language, "claim_prints_as_decided", names) }}
                    else directed_{{ language }}
                end as printed_{{ language }}
            {%- endfor %}
        from directed as d
        cross join told
    )

select
    claim_id,
    source_id,
    section,
    statement,
    reading_of,
    operator,
    test,
    printed_result,
    recomputed_result,
    verdict,
    case when verdict <> 'not_checkable' then incomparable_because is null end as is_comparable,
    incomparable_because,
    {%- for language in ["en", "zh"] %}
        {{ caveat(language, told_of_claims()) }} as explanation_{{ language }},
    {%- endfor %}
    reproduced_by,
    unit_measure,
    printed_low,
    printed_high,
    recomputed_value,
    recomputed_low,
    recomputed_high,
    {{ as_shown("comparisons", "integer") }} as comparisons,
    {{ as_shown("holding", "integer") }} as comparisons_holding,
    {{ as_shown("failing", "integer") }} as comparisons_failing,
    caveat_en,
    caveat_zh,
    result_as_decided
from worded
cross join told
