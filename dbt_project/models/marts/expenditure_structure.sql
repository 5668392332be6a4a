{#-
    Spending by component, and what seeds/relations/part.csv makes of it: a total is the sum of all its parts in
    one scope, or NULL if one of them is missing, withheld or counted otherwise; shares need the total.
    Parts are followed down two levels: what is spent on assistance is itself a sum.
-#}
with amounts as (
    select s.*
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
        p.*, l.whole, l.leaf, n.name_en, n.name_zh, a.obs_value, a.obs_status,
        case when a.obs_status is null then o.scope end as other_scope
    from periods as p
    cross join leaves as l
    inner join {{ ref('stg_scheme') }} as n on n.scheme = l.leaf
    left join amounts as a on a.ref_area = p.ref_area and a.freq = p.freq and a.time_period = p.time_period
        and a.scheme = l.leaf and a.scope = '_Z'
    left join (select ref_area, freq, time_period, scheme, min(scope) as scope from amounts where scope <> '_Z' group by all) as o
        on o.ref_area = p.ref_area and o.freq = p.freq and o.time_period = p.time_period and o.scheme = l.leaf
),

totals as (
    select
        ref_area, ref_area_name_en, ref_area_name_zh, freq, time_period, year, period_start, period_end,
        whole as component, '_Z' as scope, true as is_total,
        case when count(obs_value) = count(*) then sum(obs_value) end as amount,
        case
            when count(obs_value) = count(*) and max(case when obs_status = 'U' then 1 else 0 end) = 1 then 'U'
            when count(obs_value) = count(*) and max(case when obs_status = 'D' then 1 else 0 end) = 1 then 'D'
            when count(obs_value) = count(*) then 'A'
            when max(case when obs_status = 'Q' then 1 else 0 end) = 1 then 'Q'
            else 'L'
        end as status,
        case when count(obs_value) < count(*) then concat('No total: ', string_agg(
            case
                when obs_value is not null then null
                when other_scope is not null then concat(name_en, ' is stated in another scope only (', other_scope, ')')
                when obs_status = 'Q' then concat(name_en, ' is withheld')
                else concat(name_en, ' is missing')
            end, '; ' order by leaf), '.') when max(case when obs_status = 'U' then 1 else 0 end) = 1 then 'A part of the sum is of low reliability.' end as caveat_en,
        case when count(obs_value) < count(*) then concat('无合计：', string_agg(
            case
                when obs_value is not null then null
                when other_scope is not null then concat(name_zh, '口径不同')
                when obs_status = 'Q' then concat(name_zh, '不予发布')
                else concat(name_zh, '缺失')
            end, '；' order by leaf), '。') when max(case when obs_status = 'U' then 1 else 0 end) = 1 then '合计所含部分可靠性低。' end as caveat_zh
    from parts
    group by ref_area, ref_area_name_en, ref_area_name_zh, freq, time_period, year, period_start, period_end, whole
),

components as (
    select
        ref_area, ref_area_name_en, ref_area_name_zh, freq, time_period, year, period_start, period_end,
        scheme as component, scope, false as is_total, obs_value as amount, obs_status as status, caveat_en, caveat_zh
    from amounts

    union all

    -- What a source prints as a total stands as printed; a sum of ours does not stand beside it under its name.
    select t.*
    from totals as t
    left join amounts as a on a.ref_area = t.ref_area and a.freq = t.freq and a.time_period = t.time_period
        and a.scheme = t.component and a.scope = t.scope
    where a.scheme is null
),

shared as (
    select
        c.*,
        case when c.scope = '_Z' then {{ divide('c.amount', 't.amount', 8) }} end as share,
        coalesce(t.status, 'L') as total_status,
        t.caveat_en as total_caveat_en,
        t.caveat_zh as total_caveat_zh
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
    cast(s.amount as decimal(24, 4)) as amount_yuan,
    s.status as amount_status,
    cast(s.share as decimal(12, 8)) as social_security_share,
    {{ computed_status('s.share', ['s.status', 's.total_status']) }} as social_security_share_status,
    'SOCIAL_SECURITY, scope _Z: the sum of its parts' as share_denominator,
    nullif(concat_ws(' ',
        s.caveat_en,
        case
            when s.share is not null then null
            when s.scope <> '_Z' then 'No share: counted in another scope than the total.'
            when s.component <> 'SOCIAL_SECURITY' then concat('No share. ', s.total_caveat_en)
        end), '') as caveat_en,
    nullif(concat_ws('',
        s.caveat_zh,
        case
            when s.share is not null then null
            when s.scope <> '_Z' then '口径与合计不同，故无比重。'
            when s.component <> 'SOCIAL_SECURITY' then concat('无比重。', s.total_caveat_zh)
        end), '') as caveat_zh
from shared as s
inner join {{ ref('stg_scheme') }} as n on n.scheme = s.component
