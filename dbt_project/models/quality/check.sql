-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as integer) as stage,
    cast(null as varchar) as table_name,
    cast(null as varchar) as check_id,
    cast(null as boolean) as declared,
    cast(null as varchar) as verdict,
    cast(null as varchar) as observed
where false
