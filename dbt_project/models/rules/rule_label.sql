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

    names as (
        select codelist as dimension, code, {{ words_of("name_en") }} as words
        from {{ ref("stg_code") }}
        where codelist in ('residence', 'pop_group') and code not like '!_%' escape '!'
        union all
        select 'ref_area', ref_area, {{ words_of("name_en") }}
        from {{ ref("stg_area") }}
        where level <> 'group'
    ),

    named as (
        select
            l.*,
            n.dimension,
            n.code,
            case
                n.dimension when 'residence' then l.residence when 'pop_group' then l.pop_group else l.ref_area
            end as own_code
        from labels as l
        inner join names as n on l.words like concat('% ', trim(n.words), ' %')
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
        where
            n.own_code not like '!_%' escape '!'
            -- An area may be told by the one that it lies in.
            and n.code not in (coalesce(a.parent_area, ''), coalesce(p.parent_area, ''))
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

    misspelt as (
        select x.observation_id, x.axis, x.label, x.line_no, a.name_en
        from axes as x
        inner join {{ ref("stg_area") }} as a on a.ref_area = x.ref_area
        cross join of_spelling as t
        where
            levenshtein(lower(x.label), lower(a.name_en)) >= 1
            and levenshtein(lower(x.label), lower(a.name_en)) * t.letters_a_slip <= length(a.name_en)
            and lower(a.name_en) not like concat(lower(x.label), '%')
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
            concat(axis, ' ', cast(line_no as string), ': ', label, ' is taken for ', name_en)
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
