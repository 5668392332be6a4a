{#-
    Value, status, caveats and origin of figures in columns of their own, from rows of marts.series. `figures`: name of
    the columns -> the codes that tell its rows. The value is what the mart shows, in the type of its column: what a
    mart computes follows from what stands beside it. `whole`, `ratios`: names of those
    that are counted in whole units, and of those with six decimals.
-#}
{% macro pivot_series(figures, whole=[], ratios=[]) -%}
    {%- for name, codes in figures.items() %}
        {%- set is_it -%}
        {%- for dimension, code in codes.items() %}
        {{- dimension }} = '{{ code }}'{{ ' and ' if not loop.last }}
        {%- endfor -%}
        {%- endset %}
        {{
            as_shown(
                "max(case when " ~ is_it ~ " then obs_value end)",
                "bigint" if name in whole else "decimal(24, 6)" if name in ratios else "decimal(24, 4)",
            )
        }} as {{ name }},
        {%- for column in ["status", "caveat_en", "caveat_zh"] %}
            max(
                case when {{ is_it }} then {{ "obs_status" if column == "status" else column }} end
            ) as {{ name }}_{{ column }},
        {%- endfor %}
        max(case when {{ is_it }} then {{ origin() }} end) as {{ name }}_origin{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Where a selected value comes from: two of different origin meet at a splice. A spliced one begins with +. -#}
{% macro origin() -%} concat(case when is_spliced then '+' else '' end, source_id) {%- endmacro %}

{#- Whether a change lies across a splice. -#}
{% macro crosses_splice(origin, previous) -%} coalesce({{ origin }} <> {{ previous }}, false) {%- endmacro %}

{#- The status that a change gets where it lies across a splice, as a further input of computed_status. -#}
{% macro splice_status(crosses) -%} case when {{ crosses }} then 'B' end {%- endmacro %}

{#-
    The keys (`at` and `dimensions`) of the rows of a mart that no sum may take beside the others. Left join them: a row
    that meets one is a total. `rows`: the rows; `dimensions`: column -> the dimension that it has, of those in which
    figures add up; `values`: indicator -> column.

    A row that contains another one of its `at` and its scope that has a value, at whatever level of core.part
    (`parts`). A part without a value, or in another scope, makes no total: who sums one scope at a time and leaves
    totals out would lose what the total alone says. And where one row is divided in two dimensions (employees by their
    scheme, and into people at work and retired), the parts of the division that makes up less of it, or comes later in
    `dimensions`: they are the same people once more.
-#}
{% macro totals(parts, rows, at, dimensions, values) -%}
    {%- set key = at + dimensions | list -%}
    with
        contained as (
            {%- for column, dimension in dimensions.items() if dimension != "scope" %}
                {%- set place = loop.index %}
                {%- for indicator, value in values.items() %}
                    select
                        {%- for name in key %} w.{{ name }}, p.{{ name }} as part_{{ name }}, {%- endfor %}
                        l.indicator,
                        l.dimension,
                        {{ place }} as place,
                        cast(w.{{ value }} as double) as whole,
                        cast(p.{{ value }} as double) as part
                    from {{ rows }} as w
                    inner join
                        {{ parts }} as l
                        on l.indicator = '{{ indicator }}'
                        and l.dimension = '{{ dimension }}'
                        and l.whole = w.{{ column }}
                    inner join
                        {{ rows }} as p
                        on p.{{ column }} = l.part
                        and {{ equal("p", "w", key | reject("equalto", column) | list) }}
                    where p.{{ value }} is not null {{ 'union all' if not loop.last }}
                    {%- endfor %} {{ 'union all' if not loop.last }}
            {%- endfor %}
        ),

        divisions as (
            select {{ key | join(", ") }}, dimension, place, max(is_whole) as is_whole
            from
                (
                    select
                        {{ key | join(", ") }},
                        dimension,
                        place,
                        case when sum(part) >= 0.99 * min(whole) then 1 else 0 end as is_whole
                    from contained
                    group by {{ key | join(", ") }}, dimension, place, indicator
                ) as d
            group by {{ key | join(", ") }}, dimension, place
        )

    select {{ key | join(", ") }}
    from contained
    union
    select {% for name in key %} c.part_{{ name }}{{ ', ' if not loop.last }}{% endfor %}
    from contained as c
    inner join divisions as own on {{ equal("own", "c", key + ["dimension"]) }}
    inner join
        divisions as other
        on {{ equal("other", "c", key) }}
        and (other.is_whole > own.is_whole or (other.is_whole = own.is_whole and other.place < own.place))
{%- endmacro %}

{#-
    Status of a computed value. Where it is NULL: not applicable (_Z) if an input is, withheld (Q) if one is, else no
    figure (L). Where it is not, it inherits what readers of an input are warned of: low reliability (U), another
    definition (D), a break (B), that it may be revised (P).
-#}
{% macro computed_status(value, inputs) -%}
    case
        {%- for warning in ["U", "D", "B", "P"] %}
            when {{ value }} is not null and '{{ warning }}' in ({{ inputs | join(", ") }}) then '{{ warning }}'
        {%- endfor %}
        when {{ value }} is not null
        then 'A'
        {%- for reason in ["_Z", "Q"] %}
            when '{{ reason }}' in ({{ inputs | join(", ") }}) then '{{ reason }}'
        {%- endfor %}
        else 'L'
    end
{%- endmacro %}

{#-
    Status of a sum over rows, of which there are none without all of their parts (`is_whole`): as computed_status, of
    what `status` is of each.
-#}
{% macro status_of_sum(status, is_whole) -%}
    case
        {%- for warning in ["U", "D", "B", "P"] %}
            when {{ is_whole }} and max(case when {{ status }} = '{{ warning }}' then 1 else 0 end) = 1
            then '{{ warning }}'
        {%- endfor %}
        when {{ is_whole }}
        then 'A'
        when max(case when {{ status }} = 'Q' then 1 else 0 end) = 1
        then 'Q'
        else 'L'
    end
{%- endmacro %}

{#-
    The status of the figure that a change starts from, as an input of computed_status: a break before that figure lies
    not in the change.
-#}
{% macro status_of_base(status) -%} nullif({{ status }}, 'B') {%- endmacro %}

{#- narrows, widens, unchanged: how far a gap is from none, against the previous period. -#}
{% macro direction(value, previous, no_gap) -%}
    case
        when {{ value }} is null or {{ previous }} is null
        then null
        when abs({{ value }} - {{ no_gap }}) < abs({{ previous }} - {{ no_gap }})
        then 'narrows'
        when abs({{ value }} - {{ no_gap }}) > abs({{ previous }} - {{ no_gap }})
        then 'widens'
        else 'unchanged'
    end
{%- endmacro %}

{#-
    Mean growth a year over a span of months, as DECIMAL(24, 6); NULL where either end is missing or zero. Over one year
    it is the growth itself, and exact; a root is a DOUBLE, whose noise lies eight digits below the last one shown.
-#}
{% macro growth_a_year(value, previous, months) -%}
    {%- set years = "cast(" ~ months ~ " as double) / 12" -%}
    case
        when {{ months }} = 12
        then {{ divide("(" ~ value ~ " - " ~ previous ~ ")", previous) }}
        else {{ cast_or_null(factor_a_year(value, previous, years) ~ " - 1", "decimal(24, 6)") }}
    end
{%- endmacro %}

{#-
    What a value is multiplied by a year, on average over a span of years, as DOUBLE; NULL where the earlier one is
    zero.
-#}
{% macro factor_a_year(value, previous, years) -%}
    power(cast({{ value }} as double) / nullif(cast({{ previous }} as double), 0), 1.0 / cast({{ years }} as double))
{%- endmacro %}
