"""What must hold.

`contracts` and `descriptor` say what a source must be before anything is built
(pandera and pydantic, stage 1); `suites` says what a file must be before it is
published (Great Expectations, stage 4). What must hold *inside* the transformation
(keys, types, rules) stands beside the models in `dbt_project`.

Nothing here opens a file or a database: functions take text or frames.
"""
