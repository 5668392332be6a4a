{#-
    A failure means that a number lost its value or its interval on the way (a multiplier or a count of
    decimals that the macros do not know): an interval that is missing would agree with everything. A range
    has its interval, and no value. Only a hedge leaves an end open, and only one that the code list knows.
-#}
{% test numbers_have_intervals(model) %}
    select
        'core.observation' as table_name,
        concat('observation_id=', observation_id) as row_key,
        pass,
        printed_value,
        unit_mult,
        decimals
    from {{ model }}
    where
        not is_missing
        and not is_unparseable
        and (
            (obs_value is null) <> (qualifier = 'range')
            or (
                value_low is null
                and qualifier not in (select qualifier from {{ ref("stg_hedge") }} where below_share is null)
            )
            or (
                value_high is null
                and qualifier not in (select qualifier from {{ ref("stg_hedge") }} where above_share is null)
            )
        )
{% endtest %}
