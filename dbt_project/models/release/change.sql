-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as string) as release_id,
    cast(null as string) as base_release_id,
    cast(null as string) as table_name,
    cast(null as string) as row_key,
    cast(null as string) as column_name,
    cast(null as string) as before_value,
    cast(null as string) as after_value,
    cast(null as string) as reason
where false
