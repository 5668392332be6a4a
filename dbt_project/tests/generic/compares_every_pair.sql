{#-
    A failure means that urban and rural stand side by side in marts.dibao, and their gap is not shown, or is not
    theirs.
-#}
{% test compares_every_pair(model) %}
    select
        u.ref_area,
        u.time_period,
        concat(
            'marts.dibao_gap does not show urban against rural of ', u.ref_area_name_en, ' for ', u.time_period
        ) as message
    from {{ ref("dibao") }} as u
    inner join
        {{ ref("dibao") }} as r
        on r.ref_area = u.ref_area
        and r.freq = u.freq
        and r.time_period = u.time_period
        and r.residence = 'R'
    left join {{ model }} as g on g.ref_area = u.ref_area and g.freq = u.freq and g.time_period = u.time_period
    where
        u.residence = 'U'
        and (
            g.ref_area is null
            or g.urban_rural_standard_difference_yuan_per_month
            is distinct from u.standard_yuan_per_month
            - r.standard_yuan_per_month
            or (g.rural_recipients_share is null and u.recipients_persons + r.recipients_persons > 0)
            or (
                g.urban_rural_expenditure_per_recipient_ratio is null
                and u.expenditure_per_year_end_recipient_yuan_per_year is not null
                and r.expenditure_per_year_end_recipient_yuan_per_year <> 0
            )
        )
{% endtest %}
