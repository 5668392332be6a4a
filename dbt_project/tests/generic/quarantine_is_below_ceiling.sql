{#-
    A failure means that rules withhold more figures of a bulk source than its descriptor's
    `quarantine_ceiling` allows: look at quality.finding before raising it.
-#}
{% test quarantine_is_below_ceiling(model) %}
    select source_id, quarantined_by_rule, quarantine_ceiling
    from {{ model }}
    where quarantined_by_rule > quarantine_ceiling
{% endtest %}
