-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as integer) as sequence,
    cast(null as varchar) as release_id,
    cast(null as varchar) as from_release_id,
    cast(null as varchar) as action,
    cast(null as varchar) as promoted_at,
    cast(null as varchar) as approved_by,
    cast(null as varchar) as approved_at,
    cast(null as varchar) as approval_note
where false
