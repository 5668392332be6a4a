-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as varchar) as release_id,
    cast(null as varchar) as base_release_id,
    cast(null as varchar) as table_name,
    cast(null as varchar) as row_key,
    cast(null as varchar) as column_name,
    cast(null as varchar) as before_value,
    cast(null as varchar) as after_value,
    cast(null as varchar) as reason
where false
