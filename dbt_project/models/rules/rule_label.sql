{#-
    Printed labels against the code lists. label.other_code: a label names another code than the figure has, and not
    its own (a row labelled rural that is taken for urban, a column headed 2015 that is taken for 2016).
    label.spelling: a label is not, but nearly, the name of the area that it is taken for. Labels are read as the
    descriptor maps them: what a decision says otherwise, it says with reason.
-#}
with
    of_spelling as (select {{ thresholds("label.spelling", ["letters_a_slip"]) }} from {{ ref("stg_threshold") }}),

    labels as (
        select
            source_id,
            table_id,
            file,
            row_no,
            column_no,
            row_label,
            column_label,
            residence,
            pop_group,
            ref_area,
            time_period,
            base_period,
            observation_id,
            {{ words_of("concat(row_label, ' ', column_label)") }} as words
        from {{ ref("observation_pass") }}
        where {{ in_printed_table("layout") }} and pass <> 'decided'
    ),

    -- Each label is read once, however many figures it heads.
    texts as (
        select label, {{ words_of("label") }} as words, {{ without_blanks("label") }} as signs
        from
            (
                select row_label as label
                from labels
                union
                select column_label
                from labels
            ) as every_label
    ),

    spoken as (
        select codelist as dimension, code, name_en as name, 0 as width
        from {{ ref("stg_code") }}
        where codelist in ('residence', 'pop_group') and code not like '!_%' escape '!'
        union
        select codelist, code, name_zh, 0
        from {{ ref("stg_code") }}
        where codelist in ('residence', 'pop_group') and code not like '!_%' escape '!'
        union
        select codelist, code, text, 0
        from {{ ref("stg_label_word") }}
        union
        select 'ref_area', l.ref_area, l.name_en, {{ width_of_area("a.level") }}
        from {{ ref("stg_area_life") }} as l
        inner join {{ ref("stg_area") }} as a on a.ref_area = l.ref_area
        where a.level <> 'group'
        union
        select 'ref_area', l.ref_area, l.name_zh, {{ width_of_area("a.level") }}
        from {{ ref("stg_area_life") }} as l
        inner join {{ ref("stg_area") }} as a on a.ref_area = l.ref_area
        where a.level <> 'group'
        union
        select 'ref_area', l.ref_area, l.text, {{ width_of_area("a.level") }}
        from {{ ref("stg_area_alias") }} as l
        inner join {{ ref("stg_area") }} as a on a.ref_area = l.ref_area
        where a.level <> 'group'
    ),

    -- A name in letters is found word by word; one in signs, of which no word is left, sign by sign.
    written as (
        select distinct
            dimension,
            code,
            width,
            case when trim({{ words_of("name") }}) <> '' then 'words' else 'signs' end as way,
            case
                when trim({{ words_of("name") }}) <> '' then {{ words_of("name") }} else {{ without_blanks("name") }}
            end as name
        from spoken
    ),

    -- A name that several areas of one width share, or that is a common word (`_Z`), names none of them.
    names as (
        select dimension, code, way, name, substr(name, 1, 2) as sign_head, substr(name, 1, 3) as word_head
        from
            (
                select
                    *,
                    min(width) over (partition by dimension, way, name) as widest,
                    max(case when code = '_Z' then 1 else 0 end) over (partition by dimension, way, name) as is_common,
                    sum(case when width = 0 then 0 else 1 end) over (
                        partition by dimension, way, name, width
                    ) as of_this_width
                from written
            ) as counted
        where
            is_common = 0
            and length(name) >= 2
            and not (dimension = 'ref_area' and width = widest and of_this_width > 1)
            and not (dimension = 'ref_area' and width > widest)
    ),

    places as (select {{ counting(200) }}),

    heads as (
        select t.label, 'words' as way, p.n, substr(t.words, p.n, 3) as head, t.words as text
        from texts as t
        inner join places as p on p.n <= length(t.words) - 2
        where substr(t.words, p.n, 1) = ' '
        union all
        select t.label, 'signs', p.n, substr(t.signs, p.n, 2), t.signs
        from texts as t
        inner join places as p on p.n <= length(t.signs) - 1
    ),

    met as (
        select distinct h.label, h.way, h.n, m.dimension, m.code, length(m.name) as letters
        from heads as h
        inner join names as m on m.way = 'words' and h.way = 'words' and m.word_head = h.head
        where substr(h.text, h.n, length(m.name)) = m.name
        union all
        select distinct h.label, h.way, h.n, m.dimension, m.code, length(m.name)
        from heads as h
        inner join names as m on m.way = 'signs' and h.way = 'signs' and m.sign_head = h.head
        where substr(h.text, h.n, length(m.name)) = m.name
    ),

    -- What is a part of a longer name is no name: the district Hebei of Tianjin is not the province.
    named_by as (
        select distinct m.label, m.dimension, m.code
        from met as m
        left join
            met as l
            on l.label = m.label
            and l.way = m.way
            and l.dimension = m.dimension
            and l.n <= m.n
            and l.n + l.letters >= m.n + m.letters
            and l.letters > m.letters
        where l.label is null
    ),

    named as (
        select
            l.observation_id,
            l.row_label,
            l.column_label,
            n.dimension,
            n.code,
            case
                n.dimension when 'residence' then l.residence when 'pop_group' then l.pop_group else l.ref_area
            end as own_code
        from labels as l
        inner join named_by as n on n.label = l.row_label
        union
        select
            l.observation_id,
            l.row_label,
            l.column_label,
            n.dimension,
            n.code,
            case n.dimension when 'residence' then l.residence when 'pop_group' then l.pop_group else l.ref_area end
        from labels as l
        inner join named_by as n on n.label = l.column_label
    ),

    other as (
        select
            n.observation_id,
            n.row_label,
            n.column_label,
            n.dimension,
            n.own_code,
            {{ joined("n.code", ", ", ["n.code"]) }} as named_codes
        from named as n
        left join {{ ref("stg_area") }} as a on n.dimension = 'ref_area' and a.ref_area = n.own_code
        left join {{ ref("stg_area") }} as p on p.ref_area = a.parent_area
        left join
            {{ ref("stg_area_member") }} as m
            on n.dimension = 'ref_area'
            and m.area_group = n.own_code
            and m.ref_area = n.code
        where
            n.own_code not like '!_%' escape '!'
            -- An area may be told by the one that it lies in, a group by its members.
            and n.code not in (coalesce(a.parent_area, ''), coalesce(p.parent_area, ''))
            and m.area_group is null
        group by n.observation_id, n.row_label, n.column_label, n.dimension, n.own_code
        having max(case when n.code = n.own_code then 1 else 0 end) = 0

        union all

        select
            observation_id,
            row_label,
            column_label,
            'time_period',
            time_period,
            regexp_extract(words, ' ((19|20)[0-9][0-9]) ', 1)
        from labels
        where
            regexp_extract(words, ' ((19|20)[0-9][0-9]) ', 1) <> ''
            and base_period = '_Z'
            and words not like concat('%', substr(time_period, 1, 4), '%')
    ),

    axes as (
        select observation_id, 'row' as axis, row_label as label, row_no as line_no, ref_area
        from labels
        union all
        select observation_id, 'column', column_label, column_no, ref_area
        from labels
    ),

    spelt as (select ref_area, name_en as name from {{ ref("stg_area") }} where trim({{ words_of("name_en") }}) <> ''),

    misspelt as (
        select x.observation_id, x.axis, x.label, x.line_no, a.name
        from axes as x
        inner join spelt as a on a.ref_area = x.ref_area
        cross join of_spelling as t
        left join {{ ref("stg_area_alias") }} as k on k.ref_area = x.ref_area and lower(k.text) = lower(x.label)
        where
            levenshtein(lower(x.label), lower(a.name)) >= 1
            and levenshtein(lower(x.label), lower(a.name)) * t.letters_a_slip <= length(a.name)
            and lower(a.name) not like concat(lower(x.label), '%')
            and k.ref_area is null

        union

        -- One sign of a name is another one: an engine may count the bytes of a sign.
        select x.observation_id, x.axis, x.label, x.line_no, a.name_zh
        from axes as x
        inner join {{ ref("stg_area") }} as a on a.ref_area = x.ref_area
        cross join of_spelling as t
        inner join places as p on p.n <= length(a.name_zh)
        where
            length(a.name_zh) >= t.letters_a_slip
            and length({{ without_blanks("x.label") }}) = length(a.name_zh)
            and {{ without_blanks("x.label") }} <> a.name_zh
            and substr({{ without_blanks("x.label") }}, 1, p.n - 1) = substr(a.name_zh, 1, p.n - 1)
            and substr({{ without_blanks("x.label") }}, p.n + 1) = substr(a.name_zh, p.n + 1)
    ),

    found as (
        select
            'label.other_code' as rule_id,
            observation_id,
            concat(
                dimension,
                '|',
                own_code,
                '|',
                row_label,
                case when dimension = 'time_period' then concat('|', column_label) else '' end
            ) as line,
            concat(
                '(',
                row_label,
                ' / ',
                column_label,
                '): the label names ',
                named_codes,
                ' as ',
                dimension,
                '; the figure is taken for ',
                own_code
            ) as message
        from other
        union all
        select
            'label.spelling',
            observation_id,
            concat(axis, ' ', cast(line_no as string)),
            concat(axis, ' ', cast(line_no as string), ': ', label, ' is taken for ', name)
        from misspelt
    )

-- Labels stand on the page: no decision changes what they read.
select
    f.rule_id,
    'printed' as pass,
    concat(l.source_id, ':', l.table_id, ':', f.line) as anchor_id,
    concat(l.file, ', ', min(f.message) over (partition by f.rule_id, l.source_id, l.table_id, f.line)) as message,
    'cell' as role,
    f.observation_id
from found as f
inner join labels as l on l.observation_id = f.observation_id
