{#-
    One figure is stated more than once.

    key.doubled: two cells of one table measure the same thing and differ.
    restatement.within_source: another table or the running text of the same source states it differently.
    As printed, where keys may be doubled, a statement must agree with one of the others; as decided, with all.
    restatement.between_sources: sources differ, and neither revises the other; precedence decides. What was stated anew
    since is held against no other source: what it was revised to is.
-#}
with
    shared as (select * from {{ ref("int_figure__restated") }} where {{ is_comparable() }}),

    revised as ({{ stated_anew("shared", ref("stg_revision")) }}),

    pairs as (
        select
            case
                when a.source_id <> b.source_id
                then 'restatement.between_sources'
                when a.table_id = b.table_id
                then 'key.doubled'
                else 'restatement.within_source'
            end as rule_id,
            {{ pass_of(["a", "b"]) }} as pass,
            a.observation_id as a_id,
            b.observation_id as b_id,
            concat(
                {{ place("a") }},
                ': prints ',
                a.printed_value,
                {{ after(" ", "a.printed_unit") }},
                '; ',
                {{ place("b") }},
                ' prints ',
                b.printed_value,
                {{ after(" ", "b.printed_unit") }},
                ' for the same thing'
            ) as message,
            coalesce(a.value_low <= b.value_high, true) and coalesce(b.value_low <= a.value_high, true) as agrees
        from shared as a
        inner join
            shared as b
            on b.value_key = a.value_key
            and {{ in_one_pass("b", "a") }}
            and b.observation_id <> a.observation_id
            and {{ equal("b", "a", series_key_columns()) }}
        -- Each pair once, from the statement that precedence would not take.
        where
            -- What an edition states anew is a revision.
            {{ no_revision("a", "b", ref("stg_revision")) }}
            and not (a.source_id = b.source_id and a.vintage <> b.vintage)
            and case
                when a.source_id <> b.source_id
                then
                    a.pass <> 'printed'
                    and b.pass <> 'printed'
                    and a.source_id > b.source_id
                    and not exists (
                        select 1 from revised as r where r.observation_id in (a.observation_id, b.observation_id)
                    )
                when a.layout <> b.layout
                then {{ layout_rank("a") }} > {{ layout_rank("b") }}
                else a.observation_id < b.observation_id
            end
    ),

    failed as (
        select *
        from
            (
                select
                    pairs.*,
                    e.in_pass,
                    max(case when agrees then 1 else 0 end) over (partition by rule_id, e.in_pass, a_id) as any_agrees
                from pairs
                inner join {{ passes() }} as e on e.row_pass = pairs.pass
                -- Sources are compared as they are published.
                where rule_id <> 'restatement.between_sources' or e.in_pass = 'decided'
            ) as judged
        where not agrees and (rule_id <> 'restatement.within_source' or in_pass = 'decided' or any_agrees = 0)
    )

select
    f.rule_id,
    f.in_pass as pass,
    concat(f.a_id, '|', f.b_id) as anchor_id,
    f.message,
    roles.role,
    case roles.role when 'stated' then f.a_id else f.b_id end as observation_id
from failed as f
cross join
    (
        select 'stated' as role
        union all
        select 'also_stated'
    ) as roles
