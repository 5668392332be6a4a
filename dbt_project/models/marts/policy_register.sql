-- Policy documents as the sources list them; the year of release against the year that the number bears.
select
    d.document_id,
    d.ref_area,
    a.name_en as ref_area_name_en,
    a.name_zh as ref_area_name_zh,
    cast(d.release_year as string) as time_period,
    d.release_year as year,
    {{ period_start('cast(d.release_year as string)') }} as period_start,
    {{ period_end('cast(d.release_year as string)') }} as period_end,
    false as is_total,
    d.source_id,
    d.title,
    d.issuer_name_en,
    d.issuer_name_zh,
    d.number,
    d.number_year,
    d.release_year,
    d.number_year = d.release_year as years_agree,
    case
        when d.number_year <> d.release_year then concat('Listed as released in ', cast(d.release_year as string), ', but its number is of ', cast(d.number_year as string), '.')
        when d.number_year is null then 'The number bears no year.'
    end as caveat_en,
    case
        when d.number_year <> d.release_year then concat('列为', cast(d.release_year as string), '年发布，但文号为', cast(d.number_year as string), '年。')
        when d.number_year is null then '文号未载年份。'
    end as caveat_zh
from {{ ref('document') }} as d
inner join {{ ref('stg_area') }} as a on a.ref_area = d.ref_area
where d.kind = 'policy_document'
