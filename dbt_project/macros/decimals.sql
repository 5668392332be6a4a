{#-
    Exact arithmetic. Base values are DECIMAL(38, 10). DuckDB's decimal division and power()
    give DOUBLE, so rules compare by cross-multiplication; a quotient that is published goes
    through `divide`, which fixes its scale.
-#}

{#- 10 to the power of an integer expression from -12 to 12, as DECIMAL(38, 12). -#}
{% macro power_of_ten(exponent) -%}
    case {{ exponent }}
    {%- for n in range(-12, 13) %}
        when {{ n }} then cast({{ ('0.' ~ '0' * (-n - 1) ~ '1') if n < 0 else ('1' ~ '0' * n) }} as decimal(38, 12))
    {%- endfor %}
    end
{%- endmacro %}

{#- A printed number times ten to the power of its unit's multiplier (-2 to 12), as DECIMAL(38, 10). -#}
{% macro scaled(number, exponent) -%}
    case {{ exponent }}
        when -2 then cast({{ number }} * cast(0.01 as decimal(3, 2)) as decimal(38, 10))
    {%- for n in range(0, 13) %}
        when {{ n }} then cast({{ number }} * cast({{ '1' ~ '0' * n }} as decimal(13, 0)) as decimal(38, 10))
    {%- endfor %}
    end
{%- endmacro %}

{#-
    Product of two base values, as DECIMAL(38, 10): factors to 8 decimals, result below 10^22. NULL above,
    so that a rule finds no agreement there instead of ending the build.
-#}
{% macro multiply(a, b) -%}
    {{ return(adapter.dispatch('multiply')(a, b)) }}
{%- endmacro %}

{% macro default__multiply(a, b) -%}
    cast(cast({{ a }} as decimal(28, 8)) * cast({{ b }} as decimal(28, 8)) as decimal(38, 10))
{%- endmacro %}

{% macro duckdb__multiply(a, b) -%}
    try({{ default__multiply(a, b) }})
{%- endmacro %}

{#- Quotient as DECIMAL(24, scale); NULL where the divisor is zero or either is NULL. -#}
{% macro divide(numerator, denominator, scale=6) -%}
    try_cast(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0) as decimal(24, {{ scale }}))
{%- endmacro %}

{#- A number for a message: no trailing zeros beyond four decimals. -#}
{% macro shown(value) -%}
    rtrim(rtrim(cast(cast({{ value }} as decimal(38, 4)) as varchar), '0'), '.')
{%- endmacro %}

{#-
    Whether result = numerator / denominator can hold: the product of the result's and the denominator's
    interval meets the numerator's. `bounds`: the result's interval, <bounds>_low and <bounds>_high, NULL
    where unbounded. Denominators are positive.
-#}
{% macro quotient_agrees(bounds) -%}
    ({{ bounds }}_low is null
        or least({{ multiply(bounds ~ '_low', 'denominator_low') }}, {{ multiply(bounds ~ '_low', 'denominator_high') }}) <= numerator_high)
    and ({{ bounds }}_high is null
        or greatest({{ multiply(bounds ~ '_high', 'denominator_low') }}, {{ multiply(bounds ~ '_high', 'denominator_high') }}) >= numerator_low)
{%- endmacro %}
