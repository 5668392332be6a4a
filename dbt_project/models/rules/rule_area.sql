{#-
    One day in common is enough: a year's figure may be of an area that was closed in its course.

    A validity that begins in the first year of its list (seeds/codelists/code_system.csv; for a list that is not
    told there, the first of its years) is open at its beginning: the list begins there, not the area. A source that
    counts in the boundaries of another year's map (area_map) is asked whether the area is on that map.
-#}
with
    bounds as (
        select
            a.ref_area,
            a.name_en,
            l.valid_from,
            l.valid_to,
            case
                when
                    year(l.valid_from)
                    <> coalesce(c.first_year, min(year(l.valid_from)) over (partition by a.code_system))
                then l.valid_from
            end as opens
        from {{ ref("stg_area") }} as a
        inner join {{ ref("stg_area_life") }} as l on l.ref_area = a.ref_area
        left join {{ ref("stg_code_system") }} as c on c.code_system = a.code_system
    ),

    bounded as (select * from bounds where opens is not null or valid_to is not null),

    -- Of the areas that a finding tells of, what became of them.
    heirs as (
        select
            s.ref_area,
            {{ joined("concat(s.successor_area, ' ', a.name_en)", ", ", ["s.successor_area"]) }} as told,
            min(s.passed) as passed
        from {{ ref("stg_area_successor") }} as s
        inner join {{ ref("stg_area") }} as o on o.ref_area = s.ref_area and year(o.valid_to) = s.year
        inner join {{ ref("stg_area") }} as a on a.ref_area = s.successor_area
        group by s.ref_area
    ),

    -- Of millions of figures, a few thousand areas and periods.
    seen as (
        select distinct o.source_id, o.ref_area, o.time_period
        from {{ ref("observation_pass") }} as o
        where o.is_usable and o.ref_area in (select ref_area from bounded)
    ),

    -- A code of several lives is out of use between them.
    beside as (
        select
            s.source_id,
            s.ref_area,
            s.time_period,
            b.name_en,
            b.valid_from,
            b.valid_to,
            m.area_map,
            case when {{ period_end("s.time_period") }} < b.opens then 'before' else 'after' end as side,
            case
                when
                    ({{ period_end("s.time_period") }} < b.opens or {{ period_start("s.time_period") }} > b.valid_to)
                    and (m.area_map is null or m.area_map < year(b.opens) or m.area_map > year(b.valid_to))
                then 0
                else 1
            end as is_within
        from seen as s
        inner join bounds as b on b.ref_area = s.ref_area
        inner join {{ ref("stg_source") }} as m on m.source_id = s.source_id
    ),

    outside as (
        select
            source_id,
            ref_area,
            time_period,
            name_en,
            min(valid_from) as valid_from,
            case when count(*) = count(valid_to) then max(valid_to) end as valid_to,
            area_map,
            case when count(distinct side) > 1 then 'between' else min(side) end as side
        from beside
        group by source_id, ref_area, time_period, name_en, area_map
        having max(is_within) = 0
    ),

    figures as (
        select
            e.in_pass as pass,
            concat(o.source_id, ':', o.table_id, ':', x.ref_area, ':', x.side) as anchor_id,
            {{ place("o") }} as place,
            o.row_no,
            o.column_no,
            o.observation_id,
            x.*,
            h.told,
            h.passed
        from {{ ref("observation_pass") }} as o
        inner join outside as x on {{ equal("x", "o", ["source_id", "ref_area", "time_period"]) }}
        inner join {{ passes() }} as e on e.row_pass = o.pass
        left join heirs as h on h.ref_area = x.ref_area and x.side = 'after'
        where o.is_usable
    )

-- What a label does to a whole row is one finding.
select
    'area.validity' as rule_id,
    pass,
    anchor_id,
    concat(
        first_value(place) over of_area,
        ': a figure of ',
        first_value(time_period) over of_area,
        ' for ',
        ref_area,
        ' ',
        name_en,
        ', whose code is valid ',
        case when valid_from is not null then concat('from ', cast(valid_from as string)) else '' end,
        case when valid_from is not null and valid_to is not null then ' ' else '' end,
        case when valid_to is not null then concat('to ', cast(valid_to as string)) else '' end,
        case when side = 'between' then ', and not in between' else '' end,
        case
            when told is null
            then ''
            when passed = 'part'
            then concat('; it was divided among ', told)
            else concat('; it passed whole into ', told)
        end,
        case
            when area_map is not null
            then concat('; the source counts on the map of ', cast(area_map as string))
            else '; the source names no map of another year that it counts on (area_map)'
        end,
        case
            when count(*) over of_area > 1
            then
                concat(
                    '; so in ',
                    cast(count(*) over of_area as string),
                    ' figures, of ',
                    min(time_period) over of_area,
                    ' to ',
                    max(time_period) over of_area
                )
            else ''
        end
    ) as message,
    'cell' as role,
    observation_id
from figures
window
    of_area as (
        partition by pass, anchor_id
        order by row_no, column_no, observation_id
        rows between unbounded preceding and unbounded following
    )
