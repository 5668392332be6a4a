{#-
    below_share, above_share: as a share of the number, NULL for any distance. below_digits, above_digits: 1 where half
    a unit of the last printed digit comes on top; where a number in words has none, in_words, a share, does.
    below_is_strict, above_is_strict: the number itself lies outside.
-#}
select
    qualifier,
    mirror,
    {%- for side in ["below", "above"] %}
        cast(
            case {{ side }} when 'open' then null when 'digit' then '0' else {{ side }} end as decimal(5, 4)
        ) as {{ side }}_share,
        case {{ side }} when 'digit' then 1 else 0 end as {{ side }}_digits,
        is_strict = 'true' and {{ side }} = '0' as {{ side }}_is_strict,
    {%- endfor %}
    cast(in_words as decimal(5, 4)) as in_words
from {{ source("codelist", "hedge") }}
