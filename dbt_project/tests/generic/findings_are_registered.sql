{#-
    A failure means that a model found something under a rule that seeds/rules/rule.csv does not have or gives to
    another model, or under a condition that seeds/rules/condition.csv does not have: nobody could say how grave it is.
    Add the row, or correct the id in the model, or in the relation (seeds/relations/quotient.csv) that it takes it
    from.
-#}
{% test findings_are_registered(model) %} select rule_id, message from {{ model }} where severity is null {% endtest %}
