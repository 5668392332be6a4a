{%- set listed = var("dimensions") %}
with
    stated as (
        select
            relation_id,
            form,
            read_as,
            reason_en
            {%- for dimension in formed_dimensions() %}
                ,
                {{ code_in_text("form", dimension) }} as stated_{{ dimension }},
                {{ code_in_text("read_as", dimension) }} as becomes_{{ dimension }}
            {%- endfor %}
        from {{ source("relation", "alias") }}
    )

select
    relation_id,
    form,
    read_as,
    reason_en
    {%- for dimension in formed_dimensions() %}
        ,
        coalesce(
            stated_{{ dimension }}
            {% if listed[dimension].default %}
                , case when becomes_{{ dimension }} is not null then '{{ listed[dimension].default }}' end
            {% endif %}
        ) as form_{{ dimension }},
        coalesce(becomes_{{ dimension }}, stated_{{ dimension }}) as read_{{ dimension }}
    {%- endfor %}
from stated
-- A form of another measure, or of a scheme or an indicator that its reading alone names, cannot be told from the
-- figure.
where
    stated_measure is null
    and (becomes_scheme is null or stated_scheme is not null)
    and (becomes_indicator is null or stated_indicator is not null)
