-- Two rows of one table carry one label and measure the same thing.
with doubled as (
    select
        a.pass, a.source_id, a.table_id, a.row_label, a.observation_id as a_id, b.observation_id as b_id, a.file,
        a.row_no as a_row, b.row_no as b_row
    from {{ ref('observation_pass') }} as a
    inner join {{ ref('observation_pass') }} as b on b.pass = a.pass and b.source_id = a.source_id and b.table_id = a.table_id
        and b.row_label = a.row_label and b.column_label = a.column_label and b.row_no > a.row_no
        and {{ equal('b', 'a', series_key_columns()) }}
    where a.layout = 'table'
)

select distinct
    'label.doubled_row' as rule_id,
    pass,
    concat(source_id, ':', table_id, ':r', cast(a_row as varchar), '|r', cast(b_row as varchar)) as anchor_id,
    'warning' as severity,
    concat(file, ', rows ', cast(a_row as varchar), ' and ', cast(b_row as varchar), ': both are labelled ', row_label) as message,
    roles.role,
    case roles.role when 'first' then a_id else b_id end as observation_id
from doubled
cross join (select 'first' as role union all select 'second') as roles
