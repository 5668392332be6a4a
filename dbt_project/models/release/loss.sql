-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as varchar) as release_id,
    cast(null as varchar) as base_release_id,
    cast(null as varchar) as loss,
    cast(null as varchar) as table_name,
    cast(null as varchar) as name,
    cast(null as varchar) as indicator,
    cast(null as varchar) as area_level,
    cast(null as bigint) as losses,
    cast(null as varchar) as first_row_key,
    cast(null as varchar) as explained_by,
    cast(null as varchar) as reference,
    cast(null as varchar) as reason,
    cast(null as varchar) as said_by,
    cast(null as varchar) as said_on
where false
