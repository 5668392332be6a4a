{#- SDMX time periods: 2015, 2015-Q1, 2015-01. -#}
{% macro period_start(period) -%}
    cast(
        concat(
            substr({{ period }}, 1, 4),
            '-',
            case
                when {{ period }} like '%-Q1'
                then '01'
                when {{ period }} like '%-Q2'
                then '04'
                when {{ period }} like '%-Q3'
                then '07'
                when {{ period }} like '%-Q4'
                then '10'
                when length({{ period }}) = 7
                then substr({{ period }}, 6, 2)
                else '01'
            end,
            '-01'
        ) as date
    )
{%- endmacro %}

{#- Last day of the period. -#}
{% macro period_end(period) -%}
    cast(
        cast({{ period_start(period) }} as date) + case
            when length({{ period }}) = 4
            then interval 12 month
            when {{ period }} like '%Q%'
            then interval 3 month
            else interval 1 month
        end
        - interval 1 day as date
    )
{%- endmacro %}

{% macro period_year(period) -%} cast(substr({{ period }}, 1, 4) as integer) {%- endmacro %}

{#- Which quarter or month of its year a period is: 4 of 2015-Q4, 10 of 2015-10. -#}
{% macro number_in_year(period) -%} cast(substr(replace({{ period }}, 'Q', ''), 6) as integer) {%- endmacro %}

{#- Whole months from one period's start to another's. -#}
{% macro months_between(earlier, later) -%}
    year({{ later }}) * 12 + month({{ later }}) - year({{ earlier }}) * 12 - month({{ earlier }})
{%- endmacro %}

{#- Whole months of a period of a frequency. -#}
{% macro months_of(freq) -%} case {{ freq }} when 'A' then 12 when 'Q' then 3 else 1 end {%- endmacro %}

{#- Years from one period's start to another's, as DECIMAL(8, 4). -#}
{% macro years_between(earlier, later) -%}
    cast(({{ months_between(earlier, later) }}) / 12.0 as decimal(8, 4))
{%- endmacro %}

{#- The period of the same frequency before: 2014 before 2015, 2014-Q4 before 2015-Q1. -#}
{% macro period_before(period) -%}
    case
        when length({{ period }}) = 4
        then cast(cast({{ period }} as integer) - 1 as string)
        when {{ period }} like '%-Q1' or {{ period }} like '%-01'
        then
            concat(
                cast(cast(substr({{ period }}, 1, 4) as integer) - 1 as string),
                case when {{ period }} like '%-Q1' then '-Q4' else '-12' end
            )
        when {{ period }} like '%-Q%'
        then concat(substr({{ period }}, 1, 6), cast(cast(substr({{ period }}, 7, 1) as integer) - 1 as string))
        else
            concat(
                substr({{ period }}, 1, 5),
                lpad(cast(cast(substr({{ period }}, 6, 2) as integer) - 1 as string), 2, '0')
            )
    end
{%- endmacro %}

{#- Join condition: the break `b` is about the figure `o`, or about what it is relative to. -#}
{% macro is_broken_by(b, o) -%}
    {{ b }}.scheme = {{ o }}.scheme
    and ({{ b }}.indicator is null or {{ b }}.indicator = {{ o }}.indicator)
    and ({{ b }}.scope is null or {{ b }}.scope = {{ o }}.scope)
    and ({{ b }}.ref_area is null or {{ b }}.ref_area = {{ o }}.ref_area)
    and (
        {{ b }}.pop_group is null
        or {{ b }}.pop_group = {{ o }}.pop_group
        or {{ o }}.counterpart = concat('pop_group=', {{ b }}.pop_group)
    )
{%- endmacro %}

{#- Condition: the break `b` is about a part, or about the whole that it is part of. -#}
{% macro is_broken_part(b, part) -%}
    {{ b }}.scheme
    in ({{ part }}.scheme, case when {{ part }}.dimension = 'scheme' then {{ part }}.whole else {{ part }}.scheme end)
    and ({{ b }}.indicator is null or {{ b }}.indicator = {{ part }}.adds_up_as)
    and ({{ b }}.ref_area is null or {{ b }}.ref_area = {{ part }}.ref_area)
{%- endmacro %}

{#- Whether the break `b` lies between the end of one period and the end of a later one. -#}
{% macro lies_between(b, earlier_end, later_end) -%}
    {{ earlier_end }} < {{ b }}.valid_to and {{ later_end }} >= {{ b }}.valid_from
{%- endmacro %}
