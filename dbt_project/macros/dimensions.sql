{#- Dimensions of an observation, by the use that SQL makes of them. -#}

{% macro context_columns() -%}
    {{ return(['scheme', 'pop_group', 'age', 'residence', 'ref_area', 'scope', 'population_basis', 'actuality']) }}
{%- endmacro %}

{#- What makes a series, without its time. -#}
{% macro series_columns() -%}
    {{ return(['indicator', 'measure', 'counterpart'] + context_columns() + ['freq', 'time_basis']) }}
{%- endmacro %}

{#- What makes one value of a series. -#}
{% macro series_key_columns() -%}
    {{ return(series_columns() + ['time_period', 'base_period']) }}
{%- endmacro %}

{#- What a decision may change, apart from printed_unit, obs_value and obs_status. -#}
{% macro decidable_dimensions() -%}
    {{ return(['indicator', 'measure', 'counterpart'] + context_columns() + ['time_period', 'base_period', 'time_basis']) }}
{%- endmacro %}

{#- Join condition: equal in all of `columns`. -#}
{% macro equal(a, b, columns) -%}
    {%- for column in columns %}{{ a }}.{{ column }} = {{ b }}.{{ column }}{{ ' and ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{% macro prefixed(alias, columns) -%}
    {%- for column in columns %}{{ alias }}.{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{#- Readable key of a series: its dimensions except those at their default. -#}
{% macro series_id(alias) -%}
    concat_ws('.',
        {{ alias }}.indicator, {{ alias }}.measure,
        {%- for column in ['counterpart', 'scheme', 'pop_group', 'age', 'residence', 'ref_area', 'scope', 'population_basis', 'freq', 'time_basis', 'actuality'] %}
        {{ alias }}.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %})
{%- endmacro %}

{#- Where a cell stands, for people: file, row, column. -#}
{% macro place(alias) -%}
    concat({{ alias }}.file, ', row ', cast({{ alias }}.row_no as varchar), ', column ', cast({{ alias }}.column_no as varchar), ' (', coalesce({{ alias }}.row_label, ''), ' / ', coalesce({{ alias }}.column_label, ''), ')')
{%- endmacro %}

{#-
    Everything that tells one level from another, in one text. Joins of three go through such keys: with
    column by column equality a planner may join the two parts with each other first, every period with
    every other.
-#}
{% macro level_key(alias, time='time_period', prefix='') -%}
    concat_ws('|', {{ alias }}.pass, {{ alias }}.source_id, {{ alias }}.freq, {{ alias }}.{{ time }}
        {%- for column in ['indicator'] + context_columns() %}, {{ alias }}.{{ prefix }}{{ column }}{% endfor %})
{%- endmacro %}
