{#-
    A failure means that a policy document which a source lists stands in core.document and not in the register, or
    stands there with another title, number or year.
-#}
{% test lists_every_document(model) %}
    select
        d.document_id,
        concat(d.file, ', row ', cast(d.row_no as string), ': the register does not list ', d.title) as message
    from {{ ref("document") }} as d
    left join {{ model }} as r on r.document_id = d.document_id
    where
        d.kind = 'policy_document'
        and (
            r.document_id is null
            or r.title is distinct from d.title
            or r.number is distinct from d.number
            or r.release_year is distinct from d.release_year
        )
{% endtest %}
