{#-
    One row a claim that can be tested: what its figures give, and whether the statement follows.

    Figures of one side are added up, at each place; the operator makes one number of the sides; the test looks at
    the numbers. A number follows if it lies among those that the printed one may have been rounded from
    (reproduced), or if its own interval does (reproduced_within_rounding). Words follow if every comparison holds
    whatever the figures were rounded from (reproduced), or if none fails for certain (reproduced_within_rounding).
-#}
with sides as (
    select
        claim_id, place_no, place, side,
        {{ sum_of_all('obs_value') }} as value, {{ sum_of_all('value_low') }} as low, {{ sum_of_all('value_high') }} as high
    from {{ ref('int_claim__figure') }}
    group by claim_id, place_no, place, side
),

pairs as (
    select
        c.claim_id, c.operator, c.test, c.test_place, a.place_no, a.place,
        a.value as first_value, a.low as first_low, a.high as first_high,
        b.value as second_value, b.low as second_low, b.high as second_high
    from {{ ref('stg_claim') }} as c
    inner join sides as a on a.claim_id = c.claim_id and a.side = 1
    left join sides as b on b.claim_id = c.claim_id and b.side = 2 and b.place_no = a.place_no
),

numbers as (
    select
        claim_id, test, test_place, place_no, place,
        case operator
            when 'difference' then first_value - second_value
            when 'ratio' then {{ positive_quotient('first_value', 'second_value') }}
            when 'growth' then {{ positive_quotient('first_value', 'second_value') }} - 1
            when 'share' then {{ positive_quotient('first_value', 'first_value + second_value') }}
            else first_value
        end as value,
        case operator
            when 'difference' then first_low - second_high
            when 'ratio' then {{ quotient_end('low', 'least') }}
            when 'growth' then {{ quotient_end('low', 'least') }} - 1
            when 'share' then {{ share_end('first_low', 'second_high') }}
            else first_low
        end as low,
        case operator
            when 'difference' then first_high - second_low
            when 'ratio' then {{ quotient_end('high', 'greatest') }}
            when 'growth' then {{ quotient_end('high', 'greatest') }} - 1
            when 'share' then {{ share_end('first_high', 'second_low') }}
            else first_high
        end as high
    from pairs
),

-- What must lie above zero if the words hold.
comparisons as (
    select claim_id, place, case test when 'positive' then low else -high end as low, case test when 'positive' then high else -low end as high
    from numbers
    where test in ('positive', 'negative')

    union all

    select
        n.claim_id, n.place,
        case n.test when 'rises' then n.low - p.high else p.low - n.high end,
        case n.test when 'rises' then n.high - p.low else p.high - n.low end
    from numbers as n
    inner join numbers as p on p.claim_id = n.claim_id and p.place_no = n.place_no - 1
    where n.test in ('rises', 'falls')

    union all

    select
        o.claim_id, o.place,
        case t.test when 'highest' then t.low - o.high else o.low - t.high end,
        case t.test when 'highest' then t.high - o.low else o.high - t.low end
    from numbers as t
    inner join numbers as o on o.claim_id = t.claim_id and o.place_no <> t.place_no
    where t.test in ('highest', 'lowest') and t.place = t.test_place
),

words as (
    select
        claim_id, count(*) as comparisons,
        count(case when low > 0 then 1 end) as holding,
        count(case when high < 0 then 1 end) as failing,
        string_agg(case when high < 0 then place end, ', ' order by place) as failing_at
    from comparisons
    group by claim_id
),

results as (
    select
        claim_id,
        case test when 'minimum' then {{ extreme_of_all('value', 'min') }} else {{ extreme_of_all('value', 'max') }} end as value,
        case test when 'minimum' then {{ extreme_of_all('low', 'min') }} else {{ extreme_of_all('low', 'max') }} end as low,
        case test when 'minimum' then {{ extreme_of_all('high', 'min') }} else {{ extreme_of_all('high', 'max') }} end as high
    from numbers
    where test in ('equals', 'maximum', 'minimum')
    group by claim_id, test
),

judged as (
    select
        r.claim_id, r.value, r.low, r.high,
        r.value is not null and coalesce(r.value >= p.printed_low - m.margin, true) and coalesce(r.value <= p.printed_high + m.margin, true) as is_same,
        coalesce(r.high >= p.printed_low - m.margin, true) and coalesce(r.low <= p.printed_high + m.margin, true) as meets,
        coalesce(r.value >= p.truncated_low - m.margin and r.value < p.truncated_high, false) as is_truncated
    from results as r
    inner join {{ ref('int_claim__printed') }} as p on p.claim_id = r.claim_id
    inner join (
        select claim_id, 1e-12 * greatest(abs(cast(coalesce(printed_low, printed_high) as double)), abs(cast(coalesce(printed_high, printed_low) as double))) as margin
        from {{ ref('int_claim__printed') }}
    ) as m on m.claim_id = r.claim_id
)

select
    claim_id,
    case when is_same then 'reproduced' when meets then 'reproduced_within_rounding' else 'not_reproduced' end as verdict,
    try_cast(value as decimal(38, 10)) as recomputed_value,
    try_cast(low as decimal(38, 10)) as recomputed_low,
    try_cast(high as decimal(38, 10)) as recomputed_high,
    not is_same and is_truncated as is_truncated,
    cast(null as bigint) as comparisons, cast(null as bigint) as holding, cast(null as bigint) as failing,
    cast(null as varchar) as failing_at
from judged

union all

select
    claim_id,
    case when holding = comparisons then 'reproduced' when failing = 0 then 'reproduced_within_rounding' else 'not_reproduced' end,
    null, null, null, false, comparisons, holding, failing, failing_at
from words
