{#-
    The gate of the rules. A failure means that figures of a source contradict each other and no
    decision answers it. Write one beside the source (docs/failed-check.md), or correct the seed
    if it was copied wrongly from the page.
-#}
{% test no_error_is_unexplained(model) %}
    select rule_id, pass, message, evidence from {{ model }} where standing = 'unexplained'
{% endtest %}
