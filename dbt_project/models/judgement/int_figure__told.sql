{#- What a decision tells of a figure stands with its outcome; what is told without one, with what it is for. -#}
{%- set converted = {"printed": "o.printed_value", "unit": "o.unit_{}", "into": "lower(u.name_{})"} %}
with
    told as (
        select
            observation_id,
            'decided' as reason,
            case when outcome = 'quarantined' then 1 else 0 end as withholds,
            0 as doubts,
            caveat_en,
            caveat_zh,
            decision_id
        from {{ ref("int_decision_cell") }}
        where is_covered

        union all

        select observation_id, 'decided', 0, 1, caveat_en, caveat_zh, decision_id
        from {{ ref("int_finding__doubt") }}

        union all

        select observation_id, 'unit_not_stated', 0, 0, told.unit_not_stated_en, told.unit_not_stated_zh, ''
        from {{ ref("observation_pass") }}
        cross join ({{ sentences(ref("stg_caveat"), ["unit_not_stated"]) }}) as told
        where
            pass <> 'printed'
            and not unit_stated
            and natural_unit <> 'PURE_NUMB'
            and not is_missing
            and not is_unparseable

        union all

        select
            o.observation_id,
            'unit_converted',
            0,
            0,
            {{ sentence("en", "unit_converted", converted) }},
            {{ sentence("zh", "unit_converted", converted) }},
            ''
        from
            (
                -- The unit as the page prints it in the language that it is printed in, in the other what it is.
                -- Chinese
                -- has no capitals.
                select
                    o.*
                    {%- for language, is_of_it in {"en": "<>", "zh": "="}.items() %}
                        ,
                        case
                            when lower(t.text) {{ is_of_it }} upper(t.text)
                            then {{ "concat(' ', t.text)" if language == "en" else "t.text" }}
                            else
                                concat(
                                    case
                                        when t.unit_mult <> 0
                                        then concat(' * 10^', cast(t.unit_mult as string), ' ')
                                        else {{ "' '" if language == "en" else "''" }}
                                    end,
                                    lower(n.name_{{ language }})
                                )
                        end as unit_{{ language }}
                    {%- endfor %}
                from {{ ref("observation_pass") }} as o
                inner join {{ ref("stg_unit_text") }} as t on t.text = o.unit_text
                inner join {{ ref("stg_unit") }} as n on n.unit_measure = t.unit_measure
            ) as o
        inner join {{ ref("stg_unit") }} as u on u.unit_measure = o.unit_measure
        cross join ({{ sentences(ref("stg_caveat"), ["unit_converted"]) }}) as told
        where o.pass <> 'printed' and o.is_converted and not o.is_missing and not o.is_unparseable
    )

select
    observation_id,
    reason,
    min(decision_id) as decision_id,
    max(withholds) = 1 as withholds,
    max(doubts) = 1 as doubts,
    caveat_en,
    caveat_zh
from told
group by observation_id, reason, caveat_en, caveat_zh
