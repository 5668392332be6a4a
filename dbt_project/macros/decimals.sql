{#-
    Exact arithmetic. Base values are DECIMAL(38, 10). DuckDB's decimal division and power()
    give DOUBLE, so rules compare by cross-multiplication. A quotient that is published goes
    through `divide`: its numerator and denominator stay exact until then, and it is rounded once.
-#}
{#- 10 to the power of an integer expression from -12 to 12, as DECIMAL(38, 12). -#}
{% macro power_of_ten(exponent) -%}
    case
        {{ exponent }}
        {%- for n in range(-12, 13) %}
            when {{ n }} then cast({{ ("0." ~ "0" * (-n - 1) ~ "1") if n < 0 else ("1" ~ "0" * n) }} as decimal(38, 12))
        {%- endfor %}
    end
{%- endmacro %}

{#-
    Decimal text as DECIMAL(25, 10). Text that fits 18 digits goes through DECIMAL(18, 8): measured on five
    million texts, that cast takes a seventieth of the time.
-#}
{% macro number_of(text) -%}
    case
        when length({{ text }}) <= 10
        then cast(cast({{ text }} as decimal(18, 8)) as decimal(25, 10))
        else cast({{ text }} as decimal(25, 10))
    end
{%- endmacro %}

{#-
    `digit` units of ten to the power of an integer expression from -11 to 12, as DECIMAL(38, 10): the scale of
    the values that it is added to, since a change of scale costs ten times the addition. Below the scale it is
    rounded up, so that an interval never gets narrower.
-#}
{% macro digits(digit, exponent) -%}
    case
        {{ exponent }}
        {%- for n in range(-12, 13) %}
            {%- set text = ("0." ~ "0" * (-n - 1) ~ digit) if n < 0 else (digit ~ "0" * n) %}
            when {{ n }}
            then cast({{ text if n >= -10 else "0.0000000001" }} as decimal(38, 10))
        {%- endfor %}
    end
{%- endmacro %}

{#-
    How far the printed number of `v` may lie off to a side, below or above, by its hedge `h`; NULL for any distance.
    A number in words has no digit to be rounded at.
-#}
{% macro reach(side) -%}
    (
        {{
            multiply(
                "abs(v.low_end)",
                "h."
                ~ side
                ~ "_share + h."
                ~ side
                ~ "_digits * case when v.decimals is null then h.in_words else 0 end",
            )
        }} + h.{{ side }}_digits * v.half_digit
    )
{%- endmacro %}

{#- A printed number times ten to the power of its unit's multiplier (-2 to 12), as DECIMAL(38, 10). -#}
{% macro scaled(number, exponent) -%}
    case
        {{ exponent }}
        when -2
        then cast({{ number }} * cast(0.01 as decimal(3, 2)) as decimal(38, 10))
        {%- for n in range(0, 13) %}
            when {{ n }} then cast({{ number }} * cast({{ "1" ~ "0" * n }} as decimal(13, 0)) as decimal(38, 10))
        {%- endfor %}
    end
{%- endmacro %}

{#-
    Product of two base values, as DECIMAL(38, 10): factors to 8 decimals, result below 10^22. NULL above,
    so that a rule finds no agreement there instead of ending the build.
-#}
{% macro multiply(a, b) -%} {{ return(adapter.dispatch("multiply")(a, b)) }} {%- endmacro %}

{% macro default__multiply(a, b) -%}
    cast(cast({{ a }} as decimal(28, 8)) * cast({{ b }} as decimal(28, 8)) as decimal(38, 10))
{%- endmacro %}

{% macro duckdb__multiply(a, b) -%} try({{ default__multiply(a, b) }}) {%- endmacro %}

{#-
    Exact quotient, rounded half away from zero, as DECIMAL(digits, scale); NULL where the divisor is zero, either is
    NULL, or 38 digits do not hold the work. Both have `decimals` decimals at most. What is divided is whole numbers of
    their last digits: first to a whole quotient, then what is left over to last digits of the result.
-#}
{% macro divide(numerator, denominator, scale=6, decimals=4, digits=24) -%}
    {%- set n = whole_number("abs(" ~ numerator ~ ") * cast(1" ~ "0" * decimals ~ " as decimal(18, 0))") -%}
    {%- set d = whole_number("abs(" ~ denominator ~ ") * cast(1" ~ "0" * decimals ~ " as decimal(18, 0))") -%}
    {%- set rest = "(" ~ n ~ " % " ~ d ~ ") * " ~ whole_number("2" ~ "0" * scale) ~ " + " ~ d -%}
    {%- set sign -%}
        case when ({{ numerator }} < 0) = ({{ denominator }} < 0) then 1 else -1 end
    {%- endset -%}
    {%- set quotient -%}
        cast(
            {{ sign }} * (
                cast({{ whole_quotient(n, d) }} as decimal(38, {{ scale }}))
                + cast({{ whole_quotient(rest, "(2 * " ~ d ~ ")") }} as decimal(38, 0))
                * cast(0.{{ "0" * (scale - 1) }}1 as decimal({{ scale }}, {{ scale }}))
            ) as decimal({{ digits }}, {{ scale }})
        )
    {%- endset -%}
    {{ where_it_fits("case when " ~ denominator ~ " <> 0 then " ~ quotient ~ " end") }}
{%- endmacro %}

{#- A number without decimals in the type in which whole numbers are divided. -#}
{% macro whole_number(number) -%} {{ return(adapter.dispatch("whole_number")(number)) }} {%- endmacro %}

{% macro default__whole_number(number) -%} cast({{ number }} as decimal(38, 0)) {%- endmacro %}

{% macro duckdb__whole_number(number) -%} cast({{ number }} as hugeint) {%- endmacro %}

{#- How many times a whole number goes into another: neither is negative. -#}
{% macro whole_quotient(a, b) -%} {{ return(adapter.dispatch("whole_quotient")(a, b)) }} {%- endmacro %}

{#- Elsewhere a quotient is rounded; one that comes out even is not. -#}
{% macro default__whole_quotient(a, b) -%} ({{ a }} - ({{ a }}) % {{ b }}) / {{ b }} {%- endmacro %}

{% macro duckdb__whole_quotient(a, b) -%} divide({{ a }}, {{ b }}) {%- endmacro %}

{#- A value, or NULL where it is too large for the types on the way: no build ends of it. -#}
{% macro where_it_fits(value) -%} {{ return(adapter.dispatch("where_it_fits")(value)) }} {%- endmacro %}

{#- Elsewhere arithmetic that overflows gives NULL by itself. -#}
{% macro default__where_it_fits(value) -%} {{ value }} {%- endmacro %}

{% macro duckdb__where_it_fits(value) -%} try({{ value }}) {%- endmacro %}

{#-
    A value in the type of a column that shows it, rounded half away from zero. DuckDB rounds in a cast to an integer
    and Spark cuts, so whole numbers go through a decimal without decimals, in which both round.
-#}
{% macro as_shown(value, data_type) -%}
    {%- if data_type | lower in ["bigint", "integer"] -%} cast(cast({{ value }} as decimal(38, 0)) as {{ data_type }})
    {%- else -%} cast({{ value }} as {{ data_type }})
    {%- endif -%}
{%- endmacro %}

{#-
    What a number for each `months` is for each `other_months`, as DECIMAL(38, 10): a year's in a month is its twelfth.
    Exact, or rounded half away from zero where ten decimals do not hold it: decimal division gives DOUBLE, so the
    quotient is guessed there, and what the exact product leaves over is divided as a number of last digits.
-#}
{% macro for_months(value, months, other_months) -%}
    {%- set wanted = "abs(cast(" ~ value ~ " as decimal(38, 10))) * " ~ other_months -%}
    {%- set guessed = "cast(cast(" ~ wanted ~ " as double) / " ~ months ~ " as decimal(38, 10))" -%}
    cast(
        case when {{ value }} < 0 then -1 else 1 end * (
            {{ guessed }} + cast(
                floor(
                    cast(({{ wanted }} - {{ guessed }} * {{ months }}) * 10000000000 as double) / {{ months }} + 0.5
                ) as decimal(28, 0)
            )
            * cast(0.0000000001 as decimal(10, 10))
        ) as decimal(38, 10)
    )
{%- endmacro %}

{#- The same of the width of an interval, rounded up: an interval never gets narrower. -#}
{% macro width_for_months(width, months, other_months) -%}
    cast(
        cast(cast({{ width }} as double) * {{ other_months }} / {{ months }} as decimal(38, 10))
        + 0.0000000001 as decimal(38, 10)
    )
{%- endmacro %}

{#- A number for a message: no trailing zeros beyond four decimals. -#}
{% macro shown(value) -%} {{ without_zeros("cast(" ~ value ~ " as decimal(38, 4))") }} {%- endmacro %}

{#- A computed number for a message: whole above a thousand, four decimals below. -#}
{% macro rounded(value) -%}
    case
        when abs({{ value }}) >= 1000 then cast(cast({{ value }} as decimal(38, 0)) as string) else {{ shown(value) }}
    end
{%- endmacro %}

{#-
    Whether result = numerator / denominator can hold: the product of the result's and the denominator's
    interval meets the numerator's. Each argument names an interval, <name>_low and <name>_high; an end is NULL where
    a hedge leaves it open, and bounds nothing there. Denominators are positive.
-#}
{% macro quotient_agrees(result, numerator, denominator) -%}
    {{ product_reaches(result ~ "_low", denominator, "<", numerator ~ "_high") }}
    and {{ product_reaches(result ~ "_high", denominator, ">", numerator ~ "_low") }}
{%- endmacro %}

{#-
    Whether `factor` times some positive number of an interval comes down (or up) to `bound`. A number of the interval
    may be as low as zero where it is unbounded below, and as high as one likes where it is unbounded above.
-#}
{% macro product_reaches(factor, interval, direction, bound) -%}
    (
        {{ factor }} is null
        or {{ bound }} is null
        or case
            when {{ interval }}_low is null
            then 0 {{ direction }}= {{ bound }}
            else coalesce({{ multiply(factor, interval ~ "_low") }} {{ direction }}= {{ bound }}, false)
        end
        or case
            when {{ interval }}_high is null
            then {{ factor }} {{ direction }} 0
            else coalesce({{ multiply(factor, interval ~ "_high") }} {{ direction }}= {{ bound }}, false)
        end
    )
{%- endmacro %}

{#-
    Whether quotient_agrees holds by so much that floating point shows it, for the aliases of three figures with
    approx_low and approx_high; false or NULL says nothing. One product for each side is enough: the least of two is
    no more than either, the greatest no less.
-#}
{% macro quotient_surely_agrees(result, numerator, denominator) -%}
    {{ numerator }}.approx_high > 0
    and {{ result }}.approx_high >= 0
    and {{ denominator }}.approx_high >= 0
    and {{ result }}.approx_low * {{ denominator }}.approx_low < {{ numerator }}.approx_high * (1 - 1e-12)
    and {{ result }}.approx_high * {{ denominator }}.approx_high > {{ numerator }}.approx_low * (1 + 1e-12)
{%- endmacro %}
