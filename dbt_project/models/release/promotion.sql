-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as integer) as sequence,
    cast(null as string) as release_id,
    cast(null as string) as from_release_id,
    cast(null as string) as action,
    cast(null as string) as promoted_at,
    cast(null as string) as approved_by,
    cast(null as string) as approved_at,
    cast(null as string) as approval_note
where false
