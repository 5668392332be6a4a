{#-
    Of millions only these are compared in full. Found by a quick key that strangers may share, and a figure that a
    decision touches stands twice: who reads this compares the columns.
-#}
{%- set series_key, value_key = quick_hash(series_columns() | join(", ")), quick_hash(
    series_key_columns() | join(", ")
) %}
select *, {{ value_key }} as value_key
from {{ ref("observation_pass") }}
where
    {{ value_key }}
    in (select {{ value_key }} from {{ ref("observation_pass") }} group by {{ value_key }} having count(*) > 1)

-- A figure may be both; apart from each other, nothing more is read where there is nothing of a kind.
union

select *, {{ value_key }}
from {{ ref("observation_pass") }}
where
    {{ series_key }} in (
        select {{ series_key }}
        from {{ ref("observation_pass") }}
        where
            indicator in (
                select indicator
                from {{ ref("observation_pass") }}
                group by indicator
                having min(source_id) <> max(source_id)
            )
        group by {{ series_key }}
        having min(source_id) <> max(source_id)
    )
