with
    cumulated as (
        select
            e.in_pass as pass,
            o.observation_id,
            {{ place("o") }} as place,
            o.printed_value,
            o.value_high,
            o.value_low,
            lag(o.observation_id) over earlier as previous_id,
            lag(o.printed_value) over earlier as previous_printed_value,
            lag(o.value_low) over earlier as previous_low
        from {{ ref("observation_pass") }} as o
        inner join {{ passes() }} as e on e.row_pass = o.pass
        where {{ is_comparable("o") }} and o.measure = 'level' and o.time_basis = 'year_to_date'
        window
            earlier as (
                partition by
                    e.in_pass, o.source_id, {{ prefixed("o", series_columns()) }}, {{ period_year("o.time_period") }}
                order by o.time_period, o.observation_id
            )
    ),

    findings as (
        select
            'cumulative.falls' as rule_id,
            pass,
            observation_id as anchor_id,
            concat(
                place,
                ': prints ',
                printed_value,
                ' since the start of the year, less than ',
                previous_printed_value,
                ' an earlier period of it'
            ) as message,
            observation_id as result_id,
            previous_id
        from cumulated
        where value_high < previous_low
    )

    {{ by_role("findings", {"result": "result_id", "base": "previous_id"}) }}
