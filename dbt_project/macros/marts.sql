{#-
    Value, status, caveats and observation of each indicator in columns of their own, from rows of
    marts.series. `indicators`: name of the columns -> code.
-#}
{% macro pivot_series(indicators) -%}
    {%- for name, code in indicators.items() %}
    max(case when indicator = '{{ code }}' then obs_value end) as {{ name }},
    max(case when indicator = '{{ code }}' then obs_status end) as {{ name }}_status,
    max(case when indicator = '{{ code }}' then caveat_en end) as {{ name }}_caveat_en,
    max(case when indicator = '{{ code }}' then caveat_zh end) as {{ name }}_caveat_zh{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#-
    Status of a computed value. Where it is NULL: withheld (Q) if an input is, else no figure (L). Where it is
    not, it inherits what readers of an input are warned of: low reliability (U), another definition (D), a
    break (B).
-#}
{% macro computed_status(value, inputs) -%}
    case
        {%- for warning in ['U', 'D', 'B'] %}
        when {{ value }} is not null and '{{ warning }}' in ({{ inputs | join(', ') }}) then '{{ warning }}'
        {%- endfor %}
        when {{ value }} is not null then 'A'
        when 'Q' in ({{ inputs | join(', ') }}) then 'Q'
        else 'L'
    end
{%- endmacro %}

{#- narrows, widens, unchanged: how far a gap is from none, against the previous period. -#}
{% macro direction(value, previous, no_gap) -%}
    case
        when {{ value }} is null or {{ previous }} is null then null
        when abs({{ value }} - {{ no_gap }}) < abs({{ previous }} - {{ no_gap }}) then 'narrows'
        when abs({{ value }} - {{ no_gap }}) > abs({{ previous }} - {{ no_gap }}) then 'widens'
        else 'unchanged'
    end
{%- endmacro %}

{#- What a value is multiplied by a year, on average over a span of years, as DOUBLE; NULL where the earlier one is zero. -#}
{% macro factor_a_year(value, previous, years) -%}
    power(cast({{ value }} as double) / nullif(cast({{ previous }} as double), 0), 1.0 / cast({{ years }} as double))
{%- endmacro %}

{#- Mean growth a year over a span of years, as DECIMAL(24, 6); NULL where either end is missing or zero. -#}
{% macro growth_a_year(value, previous, years) -%}
    try_cast({{ factor_a_year(value, previous, years) }} - 1 as decimal(24, 6))
{%- endmacro %}
