-- Declared here with its contract and comments; stage 3 fills it from the contracts of the marts and their largest values.
select
    cast(null as string) as table_name,
    cast(null as string) as column_name,
    cast(null as string) as name_en,
    cast(null as string) as name_zh,
    cast(null as string) as unit_measure,
    cast(null as string) as display_unit_en,
    cast(null as integer) as display_mult_en,
    cast(null as string) as display_unit_zh,
    cast(null as integer) as display_mult_zh,
    cast(null as string) as status_column,
    cast(null as boolean) as is_additive_over_area,
    cast(null as boolean) as is_additive_over_time,
    cast(null as string) as numerator,
    cast(null as string) as denominator
where false
