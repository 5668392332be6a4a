{#-
    An area that passed whole into another is followed there, step by step, as long as it passed whole; eight steps, so
    that every engine speaks it. Divided, it leads nowhere.
-#}
{%- set steps = 8 -%}
{%- set levels = ["province", "prefecture", "county"] -%}
with
    -- The last that became of each code; a code that is in use again has not passed on.
    ended as (select ref_area, max(year(valid_to)) as year from {{ ref("stg_area") }} group by ref_area),

    step_0 as (
        select
            e.ref_area,
            case when e.year is null then e.ref_area end as in_use,
            max(case when s.passed in ('all', 'merged') then s.successor_area end) as next_area
        from ended as e
        left join {{ ref("stg_area_successor") }} as s on s.ref_area = e.ref_area and s.year = e.year
        group by e.ref_area, e.year
    ),
    {%- for step in range(1, steps + 1) %}

        step_{{ step }} as (
            select p.ref_area, coalesce(p.in_use, n.in_use) as in_use, n.next_area
            from step_{{ step - 1 }} as p
            left join step_0 as n on n.ref_area = p.next_area
        ),
    {%- endfor %}

    placed as (
        select
            a.*,
            case
                a.level
                when 'province'
                then a.ref_area
                when 'prefecture'
                then case when p.level = 'province' then p.ref_area end
                when 'county'
                then case when p.level = 'province' then p.ref_area when g.level = 'province' then g.ref_area end
            end as province,
            case
                when a.level = 'prefecture'
                then a.ref_area
                when a.level = 'county' and p.level = 'prefecture'
                then p.ref_area
            end as prefecture,
            case when a.level = 'county' then a.ref_area end as county
        from {{ ref("stg_area") }} as a
        left join {{ ref("stg_area") }} as p on p.ref_area = a.parent_area
        left join {{ ref("stg_area") }} as g on g.ref_area = p.parent_area
    )

select
    a.ref_area,
    a.name_en,
    a.name_zh,
    -- A group is told by its members: nobody's child, so that children add up.
    case when a.level <> 'group' then a.parent_area end as parent_area,
    a.level,
    a.code_system,
    a.valid_from,
    a.valid_to,
    a.name_en_kind,
    a.name_en_source,
    {%- for level in levels %}
        a.{{ level }},
        {{ level }}_names.name_en as {{ level }}_name_en,
        {{ level }}_names.name_zh as {{ level }}_name_zh,
    {%- endfor %}
    f.in_use as followed_by
from placed as a
inner join step_{{ steps }} as f on f.ref_area = a.ref_area
{%- for level in levels %}
    left join {{ ref("stg_area") }} as {{ level }}_names on {{ level }}_names.ref_area = a.{{ level }}
{%- endfor %}
