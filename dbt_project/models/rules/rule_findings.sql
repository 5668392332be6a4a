{#-
    How grave it is, the register says: of the rule, or of the condition that the model names. A rule that the register
    does not give to the model that found it has no severity there, and the build ends (findings_are_registered).
-#}
{%- set models = [
    "rule_identity_quotient",
    "rule_identity_change",
    "rule_unit_implied_multiplier",
    "rule_unit_stated",
    "rule_restatement",
    "rule_label_doubled_row",
    "rule_bound",
    "rule_value_unparseable",
    "rule_identity_sum",
    "rule_identity_areas",
    "rule_bound_part",
    "rule_bound_population",
    "rule_identity_balance",
    "rule_cumulative",
    "rule_plausible",
    "rule_published_band",
    "rule_jump",
    "rule_implied_denominator",
    "rule_between_sources",
    "rule_missing_determined",
    "rule_pattern",
    "rule_exchanged_rows",
    "rule_areas_apart",
    "rule_label",
    "rule_scheme_residence",
    "rule_document",
    "rule_area",
] -%}
{%- set with_condition = [
    "rule_identity_areas",
    "rule_identity_balance",
    "rule_identity_change",
    "rule_identity_quotient",
] -%}
with
    found as (
        {%- for model in models %}
            select
                '{{ model }}' as model,
                {{ "condition" if model in with_condition else "cast(null as string) as condition" }},
                rule_id,
                pass,
                anchor_id,
                message,
                role,
                observation_id
            from {{ ref(model) }} {{ 'union all' if not loop.last }}
        {%- endfor %}
    )

select
    f.rule_id,
    f.model,
    f.condition,
    f.pass,
    f.anchor_id,
    case when f.condition is null then r.severity else c.severity end as severity,
    f.message,
    f.role,
    f.observation_id
from found as f
left join {{ ref("stg_rule") }} as r on r.rule_id = f.rule_id and r.model = f.model
left join {{ ref("stg_rule_condition") }} as c on c.rule_id = r.rule_id and c.condition = f.condition
