with
    wanted as (
        select indicator, dimension, whole, 'part' as side, count(*) as codes
        from {{ ref("stg_part") }}
        group by indicator, dimension, whole
        union all
        select indicator, dimension, whole, 'leaf', count(*)
        from {{ ref("int_part__leaf") }}
        group by indicator, dimension, whole
    ),

    -- What marts show side by side: each part from the source that goes first in its series.
    shown as (
        select
            f.whole_key,
            f.adds_up_as,
            f.dimension,
            f.whole,
            f.side,
            f.code,
            min(f.source_id) as source_id,
            case when count(f.value_low) = count(*) then min(f.value_low) end as value_low,
            case when count(f.value_high) = count(*) then max(f.value_high) end as value_high
        from {{ ref("int_part__figure") }} as f
        left join {{ ref("int_series__contested") }} as x on x.observation_id = f.observation_id
        where f.pass = 'decided' and f.side <> 'whole' and coalesce(x.is_chosen, true)
        group by f.whole_key, f.adds_up_as, f.dimension, f.whole, f.side, f.code
    ),

    -- `is_shown`: of the parts that stand beside the whole in its mart, be they of one source or of several.
    sums as (
        select whole_key, side, source_id, source_id as last_source_id, false as is_shown, sum_low, sum_high
        from {{ ref("int_part__sum") }}
        where pass = 'decided'

        union all

        select
            s.whole_key,
            s.side,
            min(s.source_id),
            max(s.source_id),
            true,
            case when count(s.value_low) = count(*) then sum(s.value_low) end,
            case when count(s.value_high) = count(*) then sum(s.value_high) end
        from shown as s
        inner join
            wanted as w
            on w.indicator = s.adds_up_as
            and w.dimension = s.dimension
            and w.whole = s.whole
            and w.side = s.side
        group by s.whole_key, s.side, w.codes
        having count(*) = w.codes
    ),

    -- What stands anew beside a whole, or what it states anew, is a revision.
    restated as (
        select w.observation_id, p.side
        from {{ ref("int_part__figure") }} as w
        inner join shown as p on p.whole_key = w.whole_key
        where w.pass = 'decided' and w.side = 'whole' and not ({{ no_revision("w", "p", ref("stg_revision")) }})
        group by w.observation_id, p.side
    ),

    judged as (
        select
            w.observation_id,
            s.source_id,
            s.last_source_id,
            s.sum_low,
            s.sum_high,
            s.is_shown and r.observation_id is not null as is_restated,
            case
                when s.is_shown
                then s.source_id <> s.last_source_id and r.observation_id is null
                else {{ no_revision("w", "s", ref("stg_revision")) }}
            end as is_contradicted
        from {{ ref("int_part__figure") }} as w
        inner join sums as s on s.whole_key = w.whole_key
        left join restated as r on r.observation_id = w.observation_id and r.side = s.side
        where w.pass = 'decided' and w.side = 'whole' and (w.value_low > s.sum_high or w.value_high < s.sum_low)

        union all

        -- Some of the parts, already more than the whole.
        select distinct whole_id, first_source_id, last_source_id, sum_low, sum_high, false, true
        from {{ ref("int_part__exceeding") }}
    ),

    -- Who says the same as parts of another edition contradicts nothing more than they do.
    told as (
        select j.*
        from judged as j
        left join
            (
                select observation_id, min(sum_low) as sum_low, max(sum_high) as sum_high
                from judged
                where is_restated
                group by observation_id
            ) as r
            on r.observation_id = j.observation_id
            and j.sum_low <= r.sum_high
            and j.sum_high >= r.sum_low
        where j.is_restated or (j.is_contradicted and r.observation_id is null)
    )

select
    observation_id,
    max(case when is_contradicted then 1 else 0 end) = 0 as is_restated,
    coalesce(min(case when is_contradicted then source_id end), min(source_id)) as source_id,
    coalesce(max(case when is_contradicted then last_source_id end), max(last_source_id)) as last_source_id,
    {{ shown("coalesce(min(case when is_contradicted then sum_low end), min(sum_low))") }} as sum_low,
    {{ shown("coalesce(max(case when is_contradicted then sum_high end), max(sum_high))") }} as sum_high
from told
group by observation_id
