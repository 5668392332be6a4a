{#-
    Only where the sum of all that is shown within a whole exceeds it, be it counted twice, is it asked which of it lies
    in which.
-#}
with
    shown as (
        select *
        from
            (
                select
                    f.*,
                    row_number() over (
                        partition by f.whole_key, f.code order by p.place nulls last, f.side, f.observation_id
                    ) as rank
                from {{ ref("int_part__figure") }} as f
                left join {{ ref("int_figure__place") }} as p on p.observation_id = f.observation_id
                where f.pass = 'decided'
            ) as f
        where rank = 1
    ),

    wholes as (select * from shown where side = 'whole'),

    suspects as (
        select w.whole_key
        from wholes as w
        inner join shown as p on p.whole_key = w.whole_key and p.side <> 'whole'
        group by w.whole_key
        having count(*) > 1 and sum(p.value_low) > min(w.value_high)
    ),

    within as (
        select s.* from shown as s inner join suspects as d on d.whole_key = s.whole_key where s.side <> 'whole'
    ),

    divided as (
        select distinct p.whole_key, p.code
        from within as p
        inner join
            {{ ref("int_part__within") }} as i
            on i.indicator = p.adds_up_as
            and i.dimension = p.dimension
            and i.whole = p.code
        inner join within as q on q.whole_key = p.whole_key and q.code = i.part
    ),

    parts as (
        select p.*
        from within as p
        left join divided as d on d.whole_key = p.whole_key and d.code = p.code
        where d.code is null
    ),

    named as (
        select whole_key, {{ joined("source_id", ", ", ["source_id"]) }} as source_ids
        from (select distinct whole_key, source_id from parts) as p
        group by whole_key
    ),

    sums as (
        select
            w.whole_key,
            w.observation_id as whole_id,
            w.source_id,
            min(p.source_id) as first_source_id,
            max(p.source_id) as last_source_id,
            sum(p.value_low) as sum_low,
            sum(coalesce(p.value_high, p.value_low)) as sum_high
        from wholes as w
        inner join parts as p on p.whole_key = w.whole_key
        group by w.whole_key, w.observation_id, w.source_id
        having count(*) > 1 and sum(p.value_low) > min(w.value_high)
    ),

    -- What one of the two states anew contradicts nothing.
    revised as (
        select distinct s.whole_id
        from sums as s
        inner join parts as r on r.whole_key = s.whole_key
        inner join
            {{ ref("stg_revision") }} as v
            on (v.source_id = s.source_id and v.revised_source_id = r.source_id)
            or (v.source_id = r.source_id and v.revised_source_id = s.source_id)
    )

select s.whole_id, s.first_source_id, s.last_source_id, n.source_ids, s.sum_low, s.sum_high, p.observation_id as part_id
from sums as s
inner join named as n on n.whole_key = s.whole_key
inner join parts as p on p.whole_key = s.whole_key
left join revised as v on v.whole_id = s.whole_id
-- What a source states all parts of is held to them within it, and between it and another source.
where
    v.whole_id is null
    and not exists (
        select 1
        from {{ ref("int_part__sum") }} as c
        where
            c.pass = 'decided'
            and c.whole_key = s.whole_key
            and c.source_id = s.first_source_id
            and s.last_source_id = s.first_source_id
    )
