{#- Dimensions of an observation, by the use that SQL makes of them. -#}

{% macro context_columns() -%}
    {{ return(['scheme', 'pop_group', 'age', 'residence', 'ref_area', 'scope', 'population_basis', 'actuality']) }}
{%- endmacro %}

{#- What precedence takes within a source: a printed table, then a bulk file, then running text. -#}
{% macro layout_rank(alias) -%}
    case {{ alias }}.layout when 'table' then 0 when 'tidy' then 1 else 2 end
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
    What tells one level from another but for its pass, as one key of 128 bits: a join of millions goes
    through one number, and a join of three cannot be planned as every period with every other.
    `indicator`: of the part that is looked for, where it is not the row's own.
-#}
{% macro level_key(alias, time='time_period', prefix='', indicator=none) -%}
    {%- set parts -%}
        concat_ws('|', {{ alias }}.source_id, {{ alias }}.freq, {{ alias }}.{{ time }}, {{ indicator or (alias ~ '.' ~ prefix ~ 'indicator') }}
        {%- for column in context_columns() %}, {{ alias }}.{{ prefix }}{{ column }}{% endfor %})
    {%- endset -%}
    {{ wide_hash(parts) }}
{%- endmacro %}

{#- 128 bits of md5 of a text: equal only if the texts are. -#}
{% macro wide_hash(text) -%}
    {{ return(adapter.dispatch('wide_hash')(text)) }}
{%- endmacro %}

{% macro default__wide_hash(text) -%}
    md5({{ text }})
{%- endmacro %}

{% macro duckdb__wide_hash(text) -%}
    md5_number({{ text }})
{%- endmacro %}

{#- A quick hash of columns, which unequal rows may share: narrows down, and proves nothing. -#}
{% macro quick_hash(columns) -%}
    {{ return(adapter.dispatch('quick_hash')(columns)) }}
{%- endmacro %}

{% macro default__quick_hash(columns) -%}
    xxhash64({{ columns }})
{%- endmacro %}

{% macro duckdb__quick_hash(columns) -%}
    hash({{ columns }})
{%- endmacro %}
