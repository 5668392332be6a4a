{#-
    Arithmetic of claims. What is published is exact. Verdicts take quotients as DOUBLE, and what these are compared
    with is widened by a part in 10^12. NULL is an unbounded end.
-#}
{#- The sum of `value` over a group; NULL where one of them is. -#}
{% macro sum_of_all(value) -%} case when count({{ value }}) = count(*) then sum({{ value }}) end {%- endmacro %}

{#- The greatest (or least) of `value` over a group; NULL where one of them is. -#}
{% macro extreme_of_all(value, function) -%}
    case when count({{ value }}) = count(*) then {{ function }} ({{ value }}) end
{%- endmacro %}

{#- a / b for positive b; NULL where b is not, or an end is unbounded. `exact`: with ten decimals, for publication. -#}
{% macro positive_quotient(a, b, exact=false) -%}
    case
        when {{ b }} > 0
        then
            {% if exact %} {{ divide("(" ~ a ~ ")", "(" ~ b ~ ")", 10, decimals=10, digits=38) }}
            {% else %} cast({{ a }} as double) / cast({{ b }} as double)
            {% endif %}
    end
{%- endmacro %}

{#-
    The lowest, or highest, a / b within the intervals of both; NULL where b may be zero, or a is unbounded at that end.
    A quotient comes as near to zero as one likes where b is unbounded above.
-#}
{% macro quotient_end(end, function, exact=false) -%}
    case
        when first_{{ end }} is null
        then null
        when second_low > 0
        then
            {{ function }} (
                {{ positive_quotient("first_" ~ end, "second_low", exact) }},
                coalesce({{ positive_quotient("first_" ~ end, "second_high", exact) }}, 0)
            )
    end
{%- endmacro %}

{#- A share grows with its part and falls with the rest. -#}
{% macro share_end(part, rest, exact=false) -%}
    case when {{ part }} >= 0 and {{ rest }} >= 0 then {{ positive_quotient(part, part ~ " + " ~ rest, exact) }} end
{%- endmacro %}

{#-
    By the rule of three: a * b / c, for positive c. 38 digits do not hold the product of two values of ten decimals:
    it is exact for figures of six, and NULL for others.
-#}
{% macro proportion(a, b, c, exact=false) -%}
    {%- if exact -%}
        {%- set six = namespace(are="true") -%}
        {%- for figure in [a, b, c] -%}
            {%- set six.are = six.are ~ " and " ~ figure ~ " = cast(" ~ figure ~ " as decimal(34, 6))" -%}
        {%- endfor -%}
        case
            when {{ six.are }} and {{ c }} > 0
            then
                {{
                    divide(
                        whole_number(a ~ " * 1000000") ~ " * " ~ whole_number(b ~ " * 1000000"),
                        whole_number(c ~ " * 1000000") ~ " * 1000000",
                        10,
                        decimals=0,
                        digits=38,
                    )
                }}
        end
    {%- else -%} {{ positive_quotient("cast(" ~ a ~ " as double) * cast(" ~ b ~ " as double)", c) }}
    {%- endif -%}
{%- endmacro %}

{#- The number that an operator makes of its sides, or an `end` of its interval. `exact`: see positive_quotient. -#}
{% macro number_of_sides(end, exact=false) -%}
    {%- set other = {"value": "value", "low": "high", "high": "low"}[end] -%}
    {%- set quotient -%}
        {%- if end == "value" -%} {{ positive_quotient("first_value", "second_value", exact) }}
        {%- else -%} {{ quotient_end(end, {"low": "least", "high": "greatest"}[end], exact) }}
        {%- endif -%}
    {%- endset -%}
    case
        operator
        when 'difference'
        then first_{{ end }} - second_{{ other }}
        when 'ratio'
        then {{ quotient }}
        when 'growth'
        then {{ quotient }} - 1
        when 'share'
        then
            {% if end == "value" %} {{ positive_quotient("first_value", "first_value + second_value", exact) }}
            {% else %} {{ share_end("first_" ~ end, "second_" ~ other, exact) }}
            {% endif %}
        when 'proportion'
        then
            {% if end != "value" %}
                case
                    when first_low >= 0 and third_low >= 0 and second_low > 0
                    then {{ proportion("first_" ~ end, "third_" ~ end, "second_" ~ other, exact) }}
                end
            {% else %} {{ proportion("first_value", "third_value", "second_value", exact) }}
            {% endif %}
        else first_{{ end }}
    end
{%- endmacro %}

{#- `number` in the unit that the printed result of `result` stands in, for people: without trailing zeros. -#}
{% macro shown_in_unit(number, result, decimals) -%}
    {%- set in_unit -%}
        cast({{ number }} as double) * {{ result }}.shown_months / {{ result }}.value_months
        / cast({{ power_of_ten(result ~ '.unit_mult') }} as double)
    {%- endset -%}
    {{ without_zeros("cast(" ~ in_unit ~ " as decimal(38, " ~ decimals ~ "))") }}
{%- endmacro %}

{#-
    What an explanation tells of a claim, for `caveat`: what its figures give against what is printed, and the verdict;
    then what the wording allows, what else would reproduce it, and why its figures are not comparable.
-#}
{% macro told_of_claims() -%}
    {%- set is_of_words = "verdict <> 'not_checkable' and comparisons is not null" -%}
    {%- set is_of_number = "verdict <> 'not_checkable' and comparisons is null" -%}
    {%- set computed = is_of_number ~ " and operator <> 'count'" -%}
    {%- set interval = {
        "low": "low_shown",
        "high": "high_shown",
        "unit": "unit_shown",
        "printed": "printed_{}",
        "verdict": "verdict_{}",
    } -%}
    {%- set compared = {
        "compared": "cast(comparisons as string)",
        "hold": "cast(holding as string)",
        "fail": "cast(failing as string)",
        "open": "cast(comparisons - holding - failing as string)",
        "verdict": "verdict_{}",
    } -%}
    {{
        return(
            [
                ["claim_not_checkable", "verdict = 'not_checkable'", {"missing": "coalesce(missing_{}, '')"}],
                [
                    "claim_counts",
                    is_of_number ~ " and operator= 'count'",
                    {"value": "value_shown", "listed": "listed", "printed": "printed_{}", "verdict": "verdict_{}"},
                ],
                [
                    "claim_gives_number",
                    computed ~ " and value_shown is not null",
                    dict(interval, value="value_shown"),
                ],
                ["claim_gives_interval", computed ~ " and value_shown is null", interval],
                [
                    "claim_compares_and_fails",
                    is_of_words ~ " and failing_at <> '_Z'",
                    dict(compared, places="failing_at"),
                ],
                ["claim_compares", is_of_words ~ " and coalesce(failing_at, '_Z') = '_Z'", compared],
                ["claim_is_a_bound", "verdict <> 'not_checkable' and hedge_is_open"],
                [
                    "claim_allows",
                    "verdict <> 'not_checkable' and hedge_is_close",
                    {"low": "allowed_low", "high": "allowed_high", "unit": "unit_shown"},
                ],
                [
                    "claim_is_reproduced_by",
                    "verdict <> 'not_checkable' and reproduced_by is not null",
                    {"readings": "replace(reproduced_by, 'truncation', told.claim_by_truncation_{})"},
                ],
                [
                    "claim_is_not_comparable",
                    "verdict <> 'not_checkable' and incomparable_because is not null",
                    {"reasons": "reasons_{}"},
                ],
            ]
        )
    }}
{%- endmacro %}
