-- Social-security spending as a share of GDP, and how far each country is from the OECD mean of the same period.
with shares as (
    select s.*, {{ as_shown('s.obs_value', 'decimal(12, 8)') }} as share
    from {{ ref('series') }} as s
    where {{ shown_in('spending_share_of_gdp', 's') }} and s.indicator = 'SOCIAL_SECURITY_EXPENDITURE'
)

select
    s.ref_area, s.ref_area_name_en, s.ref_area_name_zh, s.freq, s.time_period, s.year, s.period_start, s.period_end,
    s.ref_area = 'OECD' as is_total,
    s.share as spending_gdp_share,
    s.obs_status as spending_gdp_status,
    m.share as oecd_mean_gdp_share,
    coalesce(m.obs_status, 'L') as oecd_mean_gdp_status,
    cast((s.share - m.share) * 100 as decimal(12, 6)) as gap_to_oecd_mean_pp,
    {{ computed_status('(s.share - m.share)', ['s.obs_status', "coalesce(m.obs_status, 'L')"]) }} as gap_to_oecd_mean_status,
    case when s.obs_status = 'D' then s.caveat_en end as definition_note_en,
    case when s.obs_status = 'D' then s.caveat_zh end as definition_note_zh,
    nullif(concat_ws(' ', s.caveat_en, case when m.is_spliced and s.ref_area <> m.ref_area then 'The OECD mean is spliced.' end, case when m.obs_value is null then 'No OECD mean for this period.' when s.obs_value is null then 'No gap: the share is missing or withheld.' end), '') as caveat_en,
    nullif(concat_ws('', s.caveat_zh, case when m.is_spliced and s.ref_area <> m.ref_area then '经合组织平均值为续接数据。' end, case when m.obs_value is null then '该期无经合组织平均值。' when s.obs_value is null then '比重缺失或不予发布，故无差距。' end), '') as caveat_zh
from shares as s
left join shares as m on m.ref_area = 'OECD' and m.freq = s.freq and m.time_period = s.time_period
