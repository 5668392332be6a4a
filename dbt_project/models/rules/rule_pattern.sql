with
    cells as (
        select
            e.in_pass as pass,
            o.observation_id,
            o.source_id,
            o.table_id,
            o.file,
            o.row_no,
            o.column_no,
            o.row_label,
            o.column_label,
            o.printed_value,
            o.printed_unit,
            case when o.decimals_known then o.decimals end as decimals,
            o.obs_value,
            {{ prefixed("o", series_columns()) }},
            o.time_period,
            o.base_period,
            length(trim(leading '0' from {{ digits_of("o.printed_value") }})) as telling_digits
        from {{ ref("observation_pass") }} as o
        inner join {{ passes() }} as e on e.row_pass = o.pass
        where {{ in_printed_table("o.layout") }} and o.is_usable and o.obs_value is not null
    ),

    of_rows as (select {{ thresholds("pattern.repeated_row", ["digits_least"]) }} from {{ ref("stg_threshold") }}),

    of_columns as (
        select {{ thresholds("pattern.repeated_column", ["digits_least"]) }} from {{ ref("stg_threshold") }}
    ),

    of_decimals as (
        select {{ thresholds("pattern.decimals", ["line_least", "decimals_apart_least", "alike_share_most"]) }}
        from {{ ref("stg_threshold") }}
    ),

    {% for line, other, rule_id in [
        ("row", "column", "pattern.repeated_row"),
        ("column", "row", "pattern.repeated_column"),
    ] %}
        {{ line }}_twins as (
            select
                a.pass,
                a.source_id,
                a.table_id,
                a.file,
                a.{{ line }}_no as line_no,
                b.{{ line }}_no as twin_no,
                a.{{ line }}_label as line_label,
                b.{{ line }}_label as twin_label,
                a.printed_value,
                a.observation_id as a_id,
                b.observation_id as b_id
            from cells as a
            inner join
                cells as b
                on b.pass = a.pass
                and b.source_id = a.source_id
                and b.table_id = a.table_id
                and b.{{ other }}_no = a.{{ other }}_no
                and b.{{ line }}_no > a.{{ line }}_no
                and b.printed_value = a.printed_value
            cross join of_{{ line }}s as t
            where a.telling_digits >= t.digits_least and not ({{ equal("a", "b", series_key_columns()) }})
        ),

        {{ line }}_findings as (
            select
                '{{ rule_id }}' as rule_id,
                pass,
                concat(
                    source_id, ':', table_id, ':{{ line }} ', cast(line_no as string), '|', cast(twin_no as string)
                ) as anchor_id,
                concat(
                    file,
                    ', {{ line }}s ',
                    cast(line_no as string),
                    ' and ',
                    cast(twin_no as string),
                    ' (',
                    line_label,
                    ' and ',
                    twin_label,
                    '): the same figures in ',
                    cast(count(*) over (partition by pass, source_id, table_id, line_no, twin_no) as string),
                    ' places, ',
                    min(printed_value) over (partition by pass, source_id, table_id, line_no, twin_no),
                    ' among them'
                ) as message,
                a_id,
                b_id,
                min(printed_value) over (partition by pass, source_id, table_id, line_no, twin_no)
                <> max(printed_value) over (partition by pass, source_id, table_id, line_no, twin_no) as is_repeated
            from {{ line }}_twins
        ),
    {% endfor %}

    kinds as (
        select
            c.*,
            t.line_least,
            t.decimals_apart_least,
            t.alike_share_most,
            concat_ws('|', indicator, measure, counterpart, printed_unit) as kind,
            count(*) over (
                partition by pass, source_id, table_id, row_no, indicator, measure, counterpart, printed_unit
            )
            >= t.line_least as in_a_row
        from cells as c
        cross join of_decimals as t
        where decimals is not null
    ),

    lines as (
        select
            *,
            case
                when in_a_row
                then concat('row ', cast(row_no as string))
                else concat('column ', cast(column_no as string))
            end as line,
            case when in_a_row then row_label else column_label end as line_label,
            case when in_a_row then column_no else row_no end as place_in_line
        from kinds
    ),

    counted as (
        select
            *,
            count(*) over (partition by pass, source_id, table_id, line, kind) as in_line,
            count(*) over (partition by pass, source_id, table_id, line, kind, decimals) as alike,
            min(decimals) over (partition by pass, source_id, table_id, line, kind) as fewest,
            max(decimals) over (partition by pass, source_id, table_id, line, kind) as most
        from lines
    ),

    odd as (
        select *
        from counted
        where in_line >= line_least and most - fewest >= decimals_apart_least and alike <= alike_share_most * in_line
    ),

    odd_lines as (
        select
            pass,
            source_id,
            table_id,
            line,
            kind,
            {{ joined("printed_value", ", ", ["place_in_line", "observation_id"]) }} as printed_values
        from odd
        group by pass, source_id, table_id, line, kind
    ),

    findings as (
        select rule_id, pass, anchor_id, message, a_id as cell_id
        from row_findings
        where is_repeated
        union all
        select rule_id, pass, anchor_id, message, b_id
        from row_findings
        where is_repeated
        union all
        select rule_id, pass, anchor_id, message, a_id
        from column_findings
        where is_repeated
        union all
        select rule_id, pass, anchor_id, message, b_id
        from column_findings
        where is_repeated
        union all
        select
            'pattern.decimals',
            o.pass,
            concat(o.source_id, ':', o.table_id, ':', o.line, '|', o.kind),
            concat(
                o.file,
                ', ',
                o.line,
                ' (',
                o.line_label,
                '): ',
                l.printed_values,
                case
                    when 2 * o.alike = o.in_line
                    then ': two kinds of decimals in one line'
                    else '; the rest of the line has other decimals'
                end
            ),
            o.observation_id
        from odd as o
        inner join odd_lines as l on {{ equal("l", "o", ["pass", "source_id", "table_id", "line", "kind"]) }}
    )

select distinct rule_id, pass, anchor_id, message, 'cell' as role, cell_id as observation_id
from findings
