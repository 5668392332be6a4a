-- Declared here with its contract and comments; stage 3 fills it, when everything else is built.
select
    cast(null as string) as release_id,
    cast(null as string) as base_release_id,
    cast(null as integer) as sequence,
    cast(null as string) as content_hash,
    cast(null as string) as input_hash,
    cast(null as string) as code_version,
    cast(null as string) as tool_versions
where false
