-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as string) as release_id,
    cast(null as string) as base_release_id,
    cast(null as string) as loss,
    cast(null as string) as table_name,
    cast(null as string) as name,
    cast(null as string) as indicator,
    cast(null as string) as area_level,
    cast(null as bigint) as losses,
    cast(null as string) as first_row_key,
    cast(null as string) as explained_by,
    cast(null as string) as reference,
    cast(null as string) as reason,
    cast(null as string) as said_by,
    cast(null as string) as said_on
where false
