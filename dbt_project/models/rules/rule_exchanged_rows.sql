with
    thresholds as (
        select {{ thresholds("identity.exchanged_rows", ["columns_least", "columns_share_least"]) }}
        from {{ ref("stg_threshold") }}
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
            o.measure,
            o.obs_value,
            o.value_low,
            o.value_high
        from {{ ref("observation_pass") }} as o
        inner join {{ passes() }} as e on e.row_pass = o.pass
        where {{ in_printed_table("o.layout") }} and o.is_usable and o.obs_value > 0 and o.value_low > 0
    ),

    wrong as (
        select distinct
            e.in_pass as pass,
            d.observation_id,
            n.row_no as numerator_row,
            m.row_no as denominator_row,
            n.table_id as numerator_table,
            m.table_id as denominator_table
        from {{ ref("int_quotient__doubtful") }} as d
        inner join {{ passes() }} as e on e.row_pass = d.pass
        inner join cells as n on n.observation_id = d.numerator_id and n.pass = e.in_pass
        inner join cells as m on m.observation_id = d.denominator_id and m.pass = e.in_pass
        where d.distance = 2
    ),

    tried as (
        select
            r.pass,
            r.source_id,
            r.table_id,
            r.file,
            r.row_no,
            r.row_label,
            r.column_no,
            r.observation_id as result_id,
            r.value_low,
            r.value_high,
            n.row_no as numerator_row,
            n.row_label as numerator_label,
            n.observation_id as numerator_id,
            n.value_low as numerator_low,
            n.value_high as numerator_high,
            d.row_no as denominator_row,
            d.row_label as denominator_label,
            d.observation_id as denominator_id,
            d.value_low as denominator_low,
            d.value_high as denominator_high,
            cast(
                round(
                    log10(cast(n.obs_value as double) / (cast(r.obs_value as double) * cast(d.obs_value as double)))
                ) as integer
            ) as shift
        from cells as r
        inner join
            cells as n
            on n.pass = r.pass
            and n.source_id = r.source_id
            and n.table_id = r.table_id
            and n.column_no = r.column_no
            and n.row_no <> r.row_no
            and n.measure = 'level'
        inner join
            cells as d
            on d.pass = r.pass
            and d.source_id = r.source_id
            and d.table_id = r.table_id
            and d.column_no = r.column_no
            and d.row_no not in (r.row_no, n.row_no)
            and d.measure = 'level'
        where
            exists (select 1 from wrong as w where w.pass = r.pass and w.observation_id = r.observation_id)
            and not exists (
                select 1
                from wrong as w
                where
                    w.pass = r.pass
                    and w.observation_id = r.observation_id
                    and w.numerator_row = n.row_no
                    and w.denominator_row = d.row_no
                    and w.numerator_table = n.table_id
                    and w.denominator_table = d.table_id
            )
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
