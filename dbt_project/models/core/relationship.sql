-- Declared here with its contract and comments; stage 3 fills it from the contracts of the published tables.
select
    cast(null as string) as table_name,
    cast(null as string) as column_name,
    cast(null as string) as reference_kind,
    cast(null as string) as referenced_table,
    cast(null as string) as referenced_column,
    cast(null as string) as codelist,
    cast(null as string) as other_codes
where false
