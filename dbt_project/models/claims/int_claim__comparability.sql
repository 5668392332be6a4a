{#-
    withheld: a figure is missing or quarantined. scope: they are of several definitions of the indicator's extent.
    definition, low_reliability: some bear the status D or U, others do not. break: a declared break lies between
    them, or one bears the status B and they are of several periods. What all figures share does not set them apart
    from each other, and neither does what figures are not compared with.
-#}
with
    met as (
        select
            claim_id,
            max(case when is_withheld then 1 else 0 end) = 1 as is_withheld,
            count(distinct scope) > 1 as differ_in_scope,
            count(case when obs_status = 'D' then 1 end) between 1 and count(*) - 1 as differ_in_definition,
            count(case when obs_status = 'B' then 1 end) > 0 and count(distinct time_period) > 1 as are_broken,
            count(case when obs_status = 'U' then 1 end) between 1 and count(*) - 1 as differ_in_reliability
        from {{ ref("int_claim__figure") }}
        group by claim_id, compared_at
    )

select
    m.claim_id,
    nullif(
        concat_ws(
            ', ',
            case when max(case when m.is_withheld then 1 else 0 end) = 1 then 'withheld' end,
            case when max(case when m.differ_in_scope then 1 else 0 end) = 1 then 'scope' end,
            case when max(case when m.differ_in_definition then 1 else 0 end) = 1 then 'definition' end,
            case when max(case when m.are_broken or b.claim_id is not null then 1 else 0 end) = 1 then 'break' end,
            case when max(case when m.differ_in_reliability then 1 else 0 end) = 1 then 'low_reliability' end
        ),
        ''
    ) as incomparable_because
from met as m
left join (select distinct claim_id from {{ ref("int_claim__break") }}) as b on b.claim_id = m.claim_id
group by m.claim_id
