{#-
    One source states one figure more than once.

    key.doubled: two cells of one table measure the same thing and differ.
    restatement.within_source: a figure of the running text that no cell of the tables agrees with,
    though they print the same thing.
-#}
with usable as (
    select * from {{ ref('observation_pass') }} where is_usable and unit_measure = natural_unit
),

pairs as (
    select
        a.pass, a.observation_id as a_id, b.observation_id as b_id, a.table_id = b.table_id as same_table,
        a.layout as a_layout, b.layout as b_layout, b.printed_value as b_printed,
        coalesce(a.value_low <= b.value_high, true) and coalesce(b.value_low <= a.value_high, true) as agrees
    from usable as a
    inner join usable as b on b.pass = a.pass and b.source_id = a.source_id and b.observation_id <> a.observation_id
        and {{ equal('b', 'a', series_key_columns()) }}
),

failed as (
    select 'key.doubled' as rule_id, pass, a_id, b_id, b_printed
    from pairs
    where same_table and not agrees and a_id < b_id

    union all

    select 'restatement.within_source', pass, a_id, b_id, b_printed
    from (
        select *, max(case when agrees then 1 else 0 end) over (partition by pass, a_id) as any_agrees
        from pairs
        where a_layout = 'prose' and b_layout <> 'prose'
    ) as against_tables
    where any_agrees = 0
)

select distinct
    f.rule_id,
    f.pass,
    concat(f.a_id, case f.rule_id when 'key.doubled' then concat('|', f.b_id) else '' end) as anchor_id,
    'error' as severity,
    concat({{ place('a') }}, ': prints ', a.printed_value, coalesce(concat(' ', a.printed_unit), ''), '; ',
        min({{ place('b') }}) over (partition by f.rule_id, f.pass, f.a_id), ' prints ',
        min(f.b_printed) over (partition by f.rule_id, f.pass, f.a_id), coalesce(concat(' ', b.printed_unit), ''), ' for the same thing') as message,
    roles.role,
    case roles.role when 'stated' then f.a_id else f.b_id end as observation_id
from failed as f
inner join {{ ref('observation_pass') }} as a on a.observation_id = f.a_id and a.pass = f.pass
inner join {{ ref('observation_pass') }} as b on b.observation_id = f.b_id and b.pass = f.pass
cross join (select 'stated' as role union all select 'also_stated') as roles
