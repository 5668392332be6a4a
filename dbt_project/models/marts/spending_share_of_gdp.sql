-- Social-security spending as a share of GDP, and how far each country is from the OECD mean of the same period.
with shares as (
    select s.*
    from {{ ref('series') }} as s
    where {{ shown_in('spending_share_of_gdp', 's') }} and s.indicator = 'SOCIAL_SECURITY_EXPENDITURE'
)

select
    s.ref_area, s.ref_area_name_en, s.ref_area_name_zh, s.freq, s.time_period, s.year, s.period_start, s.period_end,
    s.ref_area = 'OECD' as is_total,
    cast(s.obs_value as decimal(12, 8)) as spending_gdp_share,
    s.obs_status as spending_gdp_status,
    cast(m.obs_value as decimal(12, 8)) as oecd_mean_gdp_share,
    coalesce(m.obs_status, 'L') as oecd_mean_gdp_status,
    cast((s.obs_value - m.obs_value) * 100 as decimal(12, 6)) as gap_to_oecd_mean_pp,
    {{ computed_status('(s.obs_value - m.obs_value)', ['s.obs_status', "coalesce(m.obs_status, 'L')"]) }} as gap_to_oecd_mean_status,
    case when s.obs_status = 'D' then s.caveat_en end as definition_note_en,
    case when s.obs_status = 'D' then s.caveat_zh end as definition_note_zh,
    nullif(concat_ws(' ', s.caveat_en, case when m.obs_value is null then 'No OECD mean for this period.' when s.obs_value is null then 'No gap: the share is missing or withheld.' end), '') as caveat_en,
    nullif(concat_ws('', s.caveat_zh, case when m.obs_value is null then '该期无经合组织平均值。' when s.obs_value is null then '比重缺失或不予发布，故无差距。' end), '') as caveat_zh
from shares as s
left join shares as m on m.ref_area = 'OECD' and m.freq = s.freq and m.time_period = s.time_period
