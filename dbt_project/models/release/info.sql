-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as varchar) as release_id,
    cast(null as varchar) as base_release_id,
    cast(null as integer) as sequence,
    cast(null as varchar) as content_hash,
    cast(null as varchar) as input_hash,
    cast(null as varchar) as code_version,
    cast(null as varchar) as tool_versions
where false
