-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as integer) as stage,
    cast(null as string) as table_name,
    cast(null as string) as check_id,
    cast(null as boolean) as declared,
    cast(null as string) as verdict,
    cast(null as string) as observed
where false
