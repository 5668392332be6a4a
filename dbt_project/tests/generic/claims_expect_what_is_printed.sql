{#-
    A failure means that the cell which prints the result of a claim holds another text than the claim expects:
    the page was read differently since, or its rows have moved. Bring claims.yaml beside the source up to date.
    It stands at the leaf, so that a failed candidate is whole for inspection.
-#}
{% test claims_expect_what_is_printed(model) %}
    select
        'core.observation' as table_name,
        concat('observation_id=', p.observation_id) as row_key,
        c.claim_id,
        p.expected_value as expected,
        concat(
            p.place, ': prints ', p.printed_text, '; the claim ', c.claim_id, ' expects ', p.expected_value
        ) as message
    from {{ model }} as c
    inner join {{ ref("int_claim__printed") }} as p on p.claim_id = c.claim_id
    where p.printed_text <> p.expected_value
{% endtest %}
