{#-
    Spending by component, and what seeds/relations/part.csv makes of it: a total is the sum of all its parts in
    one scope, or NULL if one of them is missing, withheld or counted otherwise; shares need the total. What a source
    prints as a total stands as printed, marked as a total, with a share only where all parts are known.
    Parts are followed down two levels: what is spent on assistance is itself a sum.
-#}
with amounts as (
    select s.*, {{ as_shown('s.obs_value', 'decimal(24, 4)') }} as amount, {{ origin() }} as origin
    from {{ ref('series') }} as s
    where {{ shown_in('expenditure_structure', 's') }} and s.indicator = 'SOCIAL_SECURITY_EXPENDITURE'
),

leaves as (
    select whole, leaf from {{ ref('int_part__leaf') }} where indicator = 'SOCIAL_SECURITY_EXPENDITURE' and dimension = 'scheme'
),

periods as (
    select distinct ref_area, ref_area_name_en, ref_area_name_zh, freq, time_period, year, period_start, period_end
    from amounts
    where scheme in (select leaf from leaves)
),

parts as (
    select
        p.*, l.whole, l.leaf, n.name_en, n.name_zh, a.amount, a.obs_status, a.origin,
        case when a.obs_status is null then o.scope end as other_scope
    from periods as p
    cross join leaves as l
    inner join {{ ref('stg_scheme') }} as n on n.scheme = l.leaf
    left join amounts as a on a.ref_area = p.ref_area and a.freq = p.freq and a.time_period = p.time_period
        and a.scheme = l.leaf and a.scope = '_Z'
    left join (select ref_area, freq, time_period, scheme, min(scope) as scope from amounts where scope <> '_Z' group by all) as o
        on o.ref_area = p.ref_area and o.freq = p.freq and o.time_period = p.time_period and o.scheme = l.leaf
),

sums as (
    select
        ref_area, ref_area_name_en, ref_area_name_zh, freq, time_period, year, period_start, period_end,
        whole as component, '_Z' as scope, true as is_total,
        case when count(amount) = count(*) then sum(amount) end as amount,
        case
            when count(amount) = count(*) and max(case when obs_status = 'U' then 1 else 0 end) = 1 then 'U'
            when count(amount) = count(*) and max(case when obs_status = 'D' then 1 else 0 end) = 1 then 'D'
            when count(amount) = count(*) then 'A'
            when max(case when obs_status = 'Q' then 1 else 0 end) = 1 then 'Q'
            else 'L'
        end as status,
        max(case when obs_status = 'U' then 1 else 0 end) = 1 as is_doubtful,
        max(case when origin like '+%' then 1 else 0 end) = 1 as is_spliced,
        case when count(amount) < count(*) then string_agg(
            case
                when amount is not null then null
                when other_scope is not null then concat(name_en, ' is stated in another scope only (', other_scope, ')')
                when obs_status = 'Q' then concat(name_en, ' is withheld')
                else concat(name_en, ' is missing')
            end, '; ' order by leaf) end as lacking_en,
        case when count(amount) < count(*) then string_agg(
            case
                when amount is not null then null
                when other_scope is not null then concat(name_zh, '口径不同')
                when obs_status = 'Q' then concat(name_zh, '不予发布')
                else concat(name_zh, '缺失')
            end, '；' order by leaf) end as lacking_zh
    from parts
    group by ref_area, ref_area_name_en, ref_area_name_zh, freq, time_period, year, period_start, period_end, whole
),

totals as (
    select
        *,
        case
            when lacking_en is not null then concat('No total: ', lacking_en, '.')
            else nullif(concat_ws(' ', case when is_doubtful then 'A part of the sum is of low reliability.' end, case when is_spliced then 'A part of the sum is spliced.' end), '')
        end as caveat_en,
        case
            when lacking_zh is not null then concat('无合计：', lacking_zh, '。')
            else nullif(concat_ws('', case when is_doubtful then '合计所含部分可靠性低。' end, case when is_spliced then '合计所含部分为续接数据。' end), '')
        end as caveat_zh
    from sums
),

components as (
    select
        ref_area, ref_area_name_en, ref_area_name_zh, freq, time_period, year, period_start, period_end,
        scheme as component, scope, scope = '_Z' and scheme in (select whole from leaves) as is_total, false as is_sum,
        amount, obs_status as status, caveat_en, caveat_zh
    from amounts

    union all

    -- What a source prints as a total stands as printed; a sum of ours does not stand beside it under its name.
    select
        t.ref_area, t.ref_area_name_en, t.ref_area_name_zh, t.freq, t.time_period, t.year, t.period_start, t.period_end,
        t.component, t.scope, t.is_total, true as is_sum, t.amount, t.status, t.caveat_en, t.caveat_zh
    from totals as t
    left join amounts as a on a.ref_area = t.ref_area and a.freq = t.freq and a.time_period = t.time_period
        and a.scheme = t.component and a.scope = t.scope
    where a.scheme is null
),

shared as (
    select
        c.*,
        case
            when c.scope <> '_Z' or c.amount is null or t.amount is null then null
            -- A printed whole is the sum of its parts but for their rounding.
            when c.component = t.component and t.amount <> 0 then cast(1 as decimal(24, 8))
            else {{ divide('c.amount', 't.amount', 8) }}
        end as share,
        coalesce(t.status, 'L') as total_status,
        t.caveat_en as total_caveat_en,
        t.caveat_zh as total_caveat_zh,
        t.lacking_en, t.lacking_zh
    from components as c
    left join totals as t on t.component = 'SOCIAL_SECURITY' and t.ref_area = c.ref_area and t.freq = c.freq and t.time_period = c.time_period
)

select
    s.ref_area, s.ref_area_name_en, s.ref_area_name_zh, s.freq, s.time_period, s.year, s.period_start, s.period_end,
    s.component,
    n.name_en as component_name_en,
    n.name_zh as component_name_zh,
    s.scope,
    s.is_total,
    {{ as_shown('s.amount', 'decimal(24, 4)') }} as amount_yuan,
    s.status as amount_status,
    {{ as_shown('s.share', 'decimal(12, 8)') }} as social_security_share,
    {{ computed_status('s.share', ['s.status', 's.total_status']) }} as social_security_share_status,
    'SOCIAL_SECURITY, scope _Z: the sum of its parts' as share_denominator,
    nullif(concat_ws(' ',
        s.caveat_en,
        case
            when s.share is not null then null
            when s.scope <> '_Z' then 'No share: counted in another scope than the total.'
            when s.is_total and not s.is_sum and s.lacking_en is not null then concat('No share: this total is printed, and not all of its parts are known (', s.lacking_en, ').')
            when s.lacking_en is null then 'No share: no source states the parts of social security as a whole.'
            when s.component <> 'SOCIAL_SECURITY' then concat('No share. ', s.total_caveat_en)
        end), '') as caveat_en,
    nullif(concat_ws('',
        s.caveat_zh,
        case
            when s.share is not null then null
            when s.scope <> '_Z' then '口径与合计不同，故无比重。'
            when s.is_total and not s.is_sum and s.lacking_zh is not null then concat('此合计为原文所载，其组成部分不全(', s.lacking_zh, ')，故无比重。')
            when s.lacking_zh is null then '来源未载社会保障各组成部分，故无比重。'
            when s.component <> 'SOCIAL_SECURITY' then concat('无比重。', s.total_caveat_zh)
        end), '') as caveat_zh
from shared as s
inner join {{ ref('stg_scheme') }} as n on n.scheme = s.component
