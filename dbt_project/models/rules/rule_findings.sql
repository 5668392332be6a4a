-- One row a finding of a rule and a printed figure in it.
{% for rule in ['rule_identity_quotient', 'rule_identity_change', 'rule_unit_implied_multiplier', 'rule_unit_stated', 'rule_restatement', 'rule_label_doubled_row', 'rule_bound', 'rule_value_unparseable',
    'rule_identity_sum', 'rule_bound_part', 'rule_identity_balance', 'rule_cumulative', 'rule_plausible', 'rule_jump', 'rule_implied_denominator',
    'rule_between_sources', 'rule_missing_determined', 'rule_pattern', 'rule_exchanged_rows', 'rule_label', 'rule_document', 'rule_area'] %}
select rule_id, pass, anchor_id, severity, message, role, observation_id from {{ ref(rule) }}
{{ 'union all' if not loop.last }}
{% endfor %}
