{#-
    Arithmetic of claims. Sums, differences and counts are exact; quotients are DOUBLE, and what they are compared with
    is widened by a part in 10^12. NULL is an unbounded end.
-#}

{#- The sum of `value` over a group; NULL where one of them is. -#}
{% macro sum_of_all(value) -%}
    case when count({{ value }}) = count(*) then sum({{ value }}) end
{%- endmacro %}

{#- The greatest (or least) of `value` over a group; NULL where one of them is. -#}
{% macro extreme_of_all(value, function) -%}
    case when count({{ value }}) = count(*) then {{ function }}({{ value }}) end
{%- endmacro %}

{#- a / b for positive b; NULL where b is not, or an end is unbounded. -#}
{% macro positive_quotient(a, b) -%}
    case when {{ b }} > 0 then cast({{ a }} as double) / cast({{ b }} as double) end
{%- endmacro %}

{#-
    The lowest, or highest, a / b within the intervals of both; NULL where b may be zero, or a is unbounded at that end.
    A quotient comes as near to zero as one likes where b is unbounded above.
-#}
{% macro quotient_end(end, function) -%}
    case
        when first_{{ end }} is null then null
        when second_low > 0 then {{ function }}({{ positive_quotient('first_' ~ end, 'second_low') }}, coalesce({{ positive_quotient('first_' ~ end, 'second_high') }}, 0))
    end
{%- endmacro %}

{#- A share grows with its part and falls with the rest. -#}
{% macro share_end(part, rest) -%}
    case when {{ part }} >= 0 and {{ rest }} >= 0 then {{ positive_quotient(part, part ~ ' + ' ~ rest) }} end
{%- endmacro %}

{#- By the rule of three: a * b / c, for positive c. -#}
{% macro proportion(a, b, c) -%}
    {{ positive_quotient('cast(' ~ a ~ ' as double) * cast(' ~ b ~ ' as double)', c) }}
{%- endmacro %}

{#- `number` in the unit that the printed result of `result` stands in, for people: without trailing zeros. -#}
{% macro shown_in_unit(number, result, decimals) -%}
    {%- set in_unit -%}
        cast({{ number }} as double) * {{ result }}.shown_months / {{ result }}.value_months
        / cast({{ power_of_ten(result ~ '.unit_mult') }} as double)
    {%- endset -%}
    {{ without_zeros('cast(' ~ in_unit ~ ' as decimal(38, ' ~ decimals ~ '))') }}
{%- endmacro %}

{#- The words of an explanation, by language. -#}
{% macro claim_words() -%}
    {{ return({
        'en': {
            'number': 'The figures give ', 'interval': 'within their rounding ', 'and': ', ', 'to': ' to ', 'printed': '; printed is ',
            'fall': 'a fall of ', 'about': 'about ', 'nearly': 'nearly ', 'just_over': 'just over ', 'more_than': 'more than ',
            'less_than': 'less than ', 'at_least': 'at least ', 'at_most': 'at most ', 'decided': ', by a decision ',
            'count': 'Counted are ', 'comparisons': 'Comparisons ', 'hold': ': hold ', 'open': ', left open by rounding ', 'fail': ', do not hold ', 'at': [' (', ')', ''],
            'reproduced': 'the statement is reproduced',
            'reproduced_within_rounding': 'the statement is reproduced within rounding',
            'not_reproduced': "the statement is not reproduced from the paper's own figures",
            'verdict': ': ', 'stop': '.', 'next': ' ',
            'bound': 'Only the bound is tested', 'allowed': 'The wording allows ', 'reproduced_by': 'What reproduces it: ', 'truncation': 'truncation',
            'not_comparable': 'The figures are not comparable: ', 'reason': '; ',
            'withheld': 'a figure is withheld', 'scope': 'they differ in scope', 'definition': 'their definitions differ',
            'break': 'there is a break between them', 'low_reliability': 'some are of low reliability',
            'not_checkable': "Not to be tested by the source's own figures: "},
        'zh': {
            'number': '据原文数据计算得', 'interval': '舍入范围', 'and': '，', 'to': '至', 'printed': '；原文为',
            'fall': '减少', 'about': '约', 'nearly': '近', 'just_over': '略高于', 'more_than': '超过',
            'less_than': '不足', 'at_least': '至少', 'at_most': '至多', 'decided': '，经订正为',
            'count': '所数为', 'comparisons': '共比较', 'hold': '处，成立', 'open': '处，因舍入不能判定', 'fail': '处，不成立', 'at': ['处(', ')', '处'],
            'reproduced': '可据原文数据复算', 'reproduced_within_rounding': '在舍入范围内可据原文数据复算',
            'not_reproduced': '未能据原文自身数据复算',
            'verdict': '：', 'stop': '。', 'next': '',
            'bound': '仅检验界限', 'allowed': '该措辞所容许的范围为', 'reproduced_by': '可复算的另一种情形：', 'truncation': '截尾而非舍入',
            'not_comparable': '数据不可比：', 'reason': '；',
            'withheld': '有数据不予使用', 'scope': '统计范围不同', 'definition': '口径不同',
            'break': '其间口径中断', 'low_reliability': '部分数据可靠性低',
            'not_checkable': '原文自身数据无法检验：'}
    }) }}
{%- endmacro %}

{#- A text of `codes`, whichever stands in `column`; empty if none does. -#}
{% macro word_of(words, column, codes) -%}
    case {{ column }} {%- for code in codes %} when '{{ code }}' then '{{ words[code] | replace("'", "''") }}' {%- endfor %} else '' end
{%- endmacro %}

{#- A further sentence of an explanation, where `condition` holds. -#}
{% macro further(words, condition, text) -%}
    case when {{ condition }} then concat('{{ words.next }}', {{ text }}, '{{ words.stop }}') else '' end
{%- endmacro %}

{#- The verdict of a claim in words of `language`, or what is missing. -#}
{% macro claim_explanation(language) -%}
    {%- set words = claim_words()[language] -%}
    case
        when verdict = 'not_checkable' then concat('{{ words.not_checkable | replace("'", "''") }}', missing_{{ language }})
        else concat(
            case
                when comparisons is null then concat(
                    case
                        when operator = 'count' then concat('{{ words.count }}', value_shown, '{{ words.verdict }}', listed)
                        else concat(
                            '{{ words.number }}', case when value_shown is null then '' else concat(value_shown, '{{ words["and"] }}') end,
                            '{{ words.interval }}', low_shown, '{{ words.to }}', high_shown, unit_shown)
                    end,
                    '{{ words.printed }}', case when is_fall then '{{ words.fall }}' else '' end,
                    {{ word_of(words, 'hedge_shown', ['about', 'nearly', 'just_over', 'more_than', 'less_than', 'at_least', 'at_most']) }}, printed_result,
                    case when result_as_decided <> printed_result then concat('{{ words.decided }}', result_as_decided) else '' end)
                else concat(
                    '{{ words.comparisons }}', cast(comparisons as string), '{{ words.hold }}', cast(holding as string),
                    '{{ words.open }}', cast(comparisons - holding - failing as string), '{{ words.fail }}', cast(failing as string),
                    case when failing_at <> '_Z' then concat('{{ words.at[0] }}', failing_at, '{{ words.at[1] }}') else '{{ words.at[2] }}' end)
            end,
            '{{ words.verdict }}', {{ word_of(words, 'verdict', ['reproduced', 'reproduced_within_rounding', 'not_reproduced']) }}, '{{ words.stop }}',
            {{ further(words, "hedge_is_open", "'" ~ words.bound ~ "'") }},
            {{ further(words, "hedge_is_close", "concat('" ~ words.allowed ~ "', allowed_low, '" ~ words.to ~ "', allowed_high, unit_shown)") }},
            {{ further(words, 'reproduced_by is not null', "concat('" ~ words.reproduced_by ~ "', replace(reproduced_by, 'truncation', '" ~ words.truncation ~ "'))") }},
            {%- set reasons %}
            concat('{{ words.not_comparable }}', concat_ws('{{ words.reason }}'
                {%- for reason in ['withheld', 'scope', 'definition', 'break', 'low_reliability'] %},
                case when incomparable_because like '%{{ reason }}%' then '{{ words[reason] }}' end
                {%- endfor %}))
            {%- endset %}
            {{ further(words, 'incomparable_because is not null', reasons) }})
    end
{%- endmacro %}
