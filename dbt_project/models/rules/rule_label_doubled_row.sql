with
    printed_rows as (select * from {{ ref("observation_pass") }} where {{ in_printed_table("layout") }}),

    doubled as (
        select
            {{ pass_of(["a", "b"]) }} as pass,
            a.source_id,
            a.table_id,
            a.row_label,
            a.observation_id as a_id,
            b.observation_id as b_id,
            a.file,
            a.row_no as a_row,
            b.row_no as b_row
        from printed_rows as a
        inner join
            printed_rows as b
            on {{ in_one_pass("b", "a") }}
            and b.source_id = a.source_id
            and b.table_id = a.table_id
            and b.row_label = a.row_label
            and b.column_label = a.column_label
            and b.row_no > a.row_no
            and {{ equal("b", "a", series_key_columns()) }}
    )

select distinct
    'label.doubled_row' as rule_id,
    e.in_pass as pass,
    concat(source_id, ':', table_id, ':r', cast(a_row as string), '|r', cast(b_row as string)) as anchor_id,
    concat(
        file, ', rows ', cast(a_row as string), ' and ', cast(b_row as string), ': both are labelled ', row_label
    ) as message,
    roles.role,
    case roles.role when 'first' then a_id else b_id end as observation_id
from doubled
inner join {{ passes() }} as e on e.row_pass = doubled.pass
cross join
    (
        select 'first' as role
        union all
        select 'second'
    ) as roles
