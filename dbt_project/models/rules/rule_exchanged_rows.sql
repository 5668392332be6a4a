{#-
    From the cells that disagree with their own parts outwards, to the rows about them: so many pairs of rows for each
    such cell, however long the table is. Rows are found by blocks as high as the search reaches, and it looks into the
    block of the cell and the two beside it. Where cell and pair are all of one indicator, as in a table whose
    columns say what is measured, no label of a row makes one of them the others' quotient.
-#}
{%- set place_of_cell = ["pass", "source_id", "table_id", "column_no"] %}
with
    thresholds as (
        select {{ thresholds("identity.exchanged_rows", ["columns_least", "columns_share_least", "rows_apart_most"]) }}
        from {{ ref("stg_threshold") }}
    ),

    -- Mostly none: nothing else is read of a source that has none.
    doubtful as (
        select d.*, o.source_id
        from {{ ref("int_quotient__doubtful") }} as d
        inner join
            (select distinct observation_id, source_id from {{ ref("observation_pass") }}) as o
            on o.observation_id = d.observation_id
        where d.distance = 2
    ),

    cells as (
        select
            e.in_pass as pass,
            o.observation_id,
            o.source_id,
            o.table_id,
            o.file,
            o.row_no,
            o.row_label,
            o.column_no,
            o.indicator,
            o.measure,
            o.obs_value,
            o.value_low,
            o.value_high,
            floor(o.row_no / t.rows_apart_most) as block
        from {{ ref("observation_pass") }} as o
        inner join {{ passes() }} as e on e.row_pass = o.pass
        cross join thresholds as t
        where
            {{ in_printed_table("o.layout") }}
            and o.is_usable
            and o.obs_value > 0
            and o.value_low > 0
            and o.source_id in (select source_id from doubtful)
    ),

    wrong as (
        select distinct
            e.in_pass as pass,
            d.observation_id,
            n.row_no as numerator_row,
            m.row_no as denominator_row,
            n.table_id as numerator_table,
            m.table_id as denominator_table
        from doubtful as d
        inner join {{ passes() }} as e on e.row_pass = d.pass
        inner join cells as n on n.observation_id = d.numerator_id and n.pass = e.in_pass
        inner join cells as m on m.observation_id = d.denominator_id and m.pass = e.in_pass
    ),

    results as (
        select c.*, c.block + a.blocks_off as block_looked_into, t.rows_apart_most
        from cells as c
        inner join
            (select distinct pass, observation_id from wrong) as w
            on w.pass = c.pass
            and w.observation_id = c.observation_id
        cross join
            (
                select -1 as blocks_off
                union all
                select 0
                union all
                select 1
            ) as a
        cross join thresholds as t
    ),

    near as (
        select
            r.pass,
            r.source_id,
            r.table_id,
            r.file,
            r.row_no,
            r.row_label,
            r.column_no,
            r.observation_id as result_id,
            r.indicator,
            r.obs_value,
            r.value_low,
            r.value_high,
            o.row_no as other_row,
            o.row_label as other_label,
            o.observation_id as other_id,
            o.indicator as other_indicator,
            o.obs_value as other_value,
            o.value_low as other_low,
            o.value_high as other_high
        from results as r
        inner join cells as o on o.block = r.block_looked_into and {{ equal("o", "r", place_of_cell) }}
        where o.row_no <> r.row_no and abs(o.row_no - r.row_no) <= r.rows_apart_most and o.measure = 'level'
    ),

    tried as (
        select
            n.pass,
            n.source_id,
            n.table_id,
            n.file,
            n.row_no,
            n.row_label,
            n.column_no,
            n.result_id,
            n.value_low,
            n.value_high,
            n.other_row as numerator_row,
            n.other_label as numerator_label,
            n.other_id as numerator_id,
            n.other_low as numerator_low,
            n.other_high as numerator_high,
            d.other_row as denominator_row,
            d.other_label as denominator_label,
            d.other_id as denominator_id,
            d.other_low as denominator_low,
            d.other_high as denominator_high,
            cast(
                round(
                    log10(cast(n.other_value as double) / (cast(n.obs_value as double) * cast(d.other_value as double)))
                ) as integer
            ) as shift
        from near as n
        inner join near as d on d.pass = n.pass and d.result_id = n.result_id and d.other_row <> n.other_row
        left join
            wrong as w
            on w.pass = n.pass
            and w.observation_id = n.result_id
            and w.numerator_row = n.other_row
            and w.denominator_row = d.other_row
            and w.numerator_table = n.table_id
            and w.denominator_table = n.table_id
        where
            w.observation_id is null
            and coalesce(n.other_indicator <> n.indicator or d.other_indicator <> n.indicator, true)
    ),

    judged as (
        select
            *,
            cast(value_low as double) * cast(denominator_low as double) * power(10.0, shift)
            <= cast(numerator_high as double)
            and cast(value_high as double) * cast(denominator_high as double) * power(10.0, shift)
            >= cast(numerator_low as double) as fits
        from tried
    ),

    fitting as (
        select
            *,
            count(*) over (
                partition by pass, source_id, table_id, row_no, numerator_row, denominator_row, shift
            ) as columns_fit,
            max(columns_wrong) over (partition by pass, source_id, table_id, row_no) as of_columns
        from
            (
                select j.*, k.columns_wrong
                from judged as j
                inner join
                    (
                        select pass, source_id, table_id, row_no, count(distinct column_no) as columns_wrong
                        from tried
                        group by pass, source_id, table_id, row_no
                    ) as k
                    on {{ equal("k", "j", ["pass", "source_id", "table_id", "row_no"]) }}
                where j.fits
            ) as f
    ),

    findings as (
        select
            'identity.exchanged_rows' as rule_id,
            pass,
            concat(
                source_id,
                ':',
                table_id,
                ':row ',
                cast(row_no as string),
                '|',
                cast(numerator_row as string),
                '|',
                cast(denominator_row as string)
            ) as anchor_id,
            concat(
                file,
                ', row ',
                cast(row_no as string),
                ' (',
                row_label,
                ') disagrees with its own parts; in ',
                cast(columns_fit as string),
                ' of ',
                cast(of_columns as string),
                ' columns it is row ',
                cast(numerator_row as string),
                ' (',
                numerator_label,
                ') over row ',
                cast(denominator_row as string),
                ' (',
                denominator_label,
                ')',
                case when shift <> 0 then concat(', times 10^', cast(- shift as string)) else '' end
            ) as message,
            result_id,
            numerator_id,
            denominator_id
        from fitting as f
        cross join thresholds as t
        where f.columns_fit >= t.columns_least and f.columns_fit >= t.columns_share_least * f.of_columns
    )

    {{ by_role("findings", {"result": "result_id", "numerator": "numerator_id", "denominator": "denominator_id"}) }}
