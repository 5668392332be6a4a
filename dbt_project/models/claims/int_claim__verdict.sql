{#-
    Figures of one side are added up, at each place; the operator makes one number of the sides; the test looks at
    the numbers. A number follows if it lies among those that the printed one may have been rounded from, or that its
    hedge allows (reproduced), or if its own interval does (reproduced_within_rounding). Words follow if every
    comparison holds whatever the figures were rounded from (reproduced), or if every one holds for the figures as
    printed (reproduced_within_rounding): of two figures that print the same, neither is the higher.
-#}
{%- set ends = ["value", "low", "high"] %}
with
    sides as (
        select
            claim_id,
            place_no,
            place,
            side,
            {{ sum_of_all("obs_value") }} as value,
            {{ sum_of_all("value_low") }} as low,
            {{ sum_of_all("value_high") }} as high
        from {{ ref("int_claim__figure") }}
        group by claim_id, place_no, place, side
    ),

    counted as (
        select o.claim_id, o.place_no, o.place, o.side, count(*) as members
        from {{ ref("stg_claim_operand") }} as o
        inner join {{ ref("stg_claim") }} as c on c.claim_id = o.claim_id and c.operator = 'count'
        group by o.claim_id, o.place_no, o.place, o.side
    ),

    first_sides as (
        select s.claim_id, s.place_no, s.place, s.value, s.low, s.high
        from sides as s
        left join counted as n on n.claim_id = s.claim_id
        where s.side = 1 and n.claim_id is null
        union all
        select
            claim_id,
            place_no,
            place,
            {% for end in ends %} cast(members as decimal(38, 10)){{ ', ' if not loop.last }}{% endfor %}
        from counted
    ),

    pairs as (
        select
            c.claim_id,
            c.operator,
            c.test,
            c.test_place,
            a.place_no,
            a.place,
            a.value as first_value,
            a.low as first_low,
            a.high as first_high,
            b.value as second_value,
            b.low as second_low,
            b.high as second_high,
            d.value as third_value,
            d.low as third_low,
            d.high as third_high
        from {{ ref("stg_claim") }} as c
        inner join first_sides as a on a.claim_id = c.claim_id
        left join sides as b on b.claim_id = c.claim_id and b.side = 2 and b.place_no = a.place_no
        left join sides as d on d.claim_id = c.claim_id and d.side = 3 and d.place_no = a.place_no
    ),

    numbers as (
        select
            claim_id,
            test,
            test_place,
            place_no,
            place,
            {% for end in ends %} {{ number_of_sides(end) }} as {{ end }}, {% endfor %}
            {%- for end in ends %}
                {{ number_of_sides(end, exact=true) }} as exact_{{ end }}{{ ',' if not loop.last }}
            {%- endfor %}
        from pairs
    )
    {{ computed_once("numbers") }},

    -- What must lie above zero if the words hold.
    comparisons as (
        {% for sign, test in [("", "positive"), ("-", "negative")] %}
            select
                claim_id,
                place,
                {{ sign }}value as value,
                {{ sign }}{{ "low" if not sign else "high" }} as low,
                {{ sign }}{{ "high" if not sign else "low" }} as high
            from numbers
            where test = '{{ test }}'

            union all
        {% endfor %}
        {%- for test, more, less in [("rises", "n", "p"), ("falls", "p", "n")] %}
            select
                n.claim_id,
                n.place,
                {{ more }}.value - {{ less }}.value,
                {{ more }}.low - {{ less }}.high,
                {{ more }}.high - {{ less }}.low
            from numbers as n
            inner join numbers as p on p.claim_id = n.claim_id and p.place_no = n.place_no - 1
            where n.test = '{{ test }}'

            union all
        {% endfor %}
        {%- for test, more, less in [("highest", "t", "o"), ("lowest", "o", "t")] %}
            select
                o.claim_id,
                o.place,
                {{ more }}.value - {{ less }}.value,
                {{ more }}.low - {{ less }}.high,
                {{ more }}.high - {{ less }}.low
            from numbers as t
            inner join numbers as o on o.claim_id = t.claim_id and o.place_no <> t.place_no
            where t.test = '{{ test }}' and t.place = t.test_place {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    words as (
        select
            claim_id,
            count(*) as comparisons,
            count(case when low > 0 then 1 end) as holding,
            count(case when high < 0 or value <= 0 then 1 end) as failing,
            {{ joined("case when high < 0 or value <= 0 then place end", ", ", ["place"]) }} as failing_at
        from comparisons
        group by claim_id
    ),

    results as (
        select
            claim_id
            {%- for end in ends %}
                ,
                case
                    test when 'minimum' then {{ extreme_of_all(end, "min") }} else {{ extreme_of_all(end, "max") }}
                end as {{ end }},
                case
                    test
                    when 'minimum'
                    then {{ extreme_of_all("exact_" ~ end, "min") }}
                    else {{ extreme_of_all("exact_" ~ end, "max") }}
                end as exact_{{ end }}
            {%- endfor %}
        from numbers
        where test in ('equals', 'maximum', 'minimum')
        group by claim_id, test
    ),

    judged as (
        select
            r.*,
            r.value is not null
            and coalesce(
                case
                    when p.below_is_strict
                    then r.value > p.printed_low + m.margin
                    else r.value >= p.printed_low - m.margin
                end,
                true
            )
            and coalesce(
                case
                    when p.above_is_strict
                    then r.value < p.printed_high - m.margin
                    else r.value <= p.printed_high + m.margin
                end,
                true
            ) as is_same,
            coalesce(r.high >= p.printed_low - m.margin, true)
            and coalesce(r.low <= p.printed_high + m.margin, true) as meets,
            coalesce(r.value >= p.truncated_low - m.margin and r.value < p.truncated_high, false) as is_truncated
        from results as r
        inner join {{ ref("int_claim__printed") }} as p on p.claim_id = r.claim_id
        inner join
            (
                select
                    claim_id,
                    1e-12 * greatest(
                        abs(cast(coalesce(printed_low, printed_high) as double)),
                        abs(cast(coalesce(printed_high, printed_low) as double))
                    ) as margin
                from {{ ref("int_claim__printed") }}
            ) as m
            on m.claim_id = r.claim_id
    )

select
    claim_id,
    case
        when is_same then 'reproduced' when meets then 'reproduced_within_rounding' else 'not_reproduced'
    end as verdict,
    cast(exact_value as decimal(38, 10)) as recomputed_value,
    cast(exact_low as decimal(38, 10)) as recomputed_low,
    cast(exact_high as decimal(38, 10)) as recomputed_high,
    not is_same and is_truncated as is_truncated,
    cast(null as bigint) as comparisons,
    cast(null as bigint) as holding,
    cast(null as bigint) as failing,
    cast(null as string) as failing_at
from judged

union all

select
    claim_id,
    case
        when holding = comparisons
        then 'reproduced'
        when failing = 0
        then 'reproduced_within_rounding'
        else 'not_reproduced'
    end,
    null,
    null,
    null,
    false,
    comparisons,
    holding,
    failing,
    failing_at
from words
