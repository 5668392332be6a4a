{#-
    What standards, benefits and incomes per person are worth: against the income of the same residents, and in prices
    of the year before. Consumer prices are those of the area and the calendar year as a source states them: their
    index, else their growth. No index is chained, and none is borrowed from another area or year.
-#}
{%- set shown = {
    "freq": ["A"],
    "age": ["_T"],
    "scope": ["_Z"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["stock", "flow"],
} %}
{%- set amounts = [
    "DIBAO_STANDARD",
    "DIBAO_EXPENDITURE_PER_RECIPIENT",
    "PENSION_BENEFIT",
    "INSURANCE_BENEFIT_PER_RECIPIENT",
    "DISPOSABLE_INCOME_PER_HEAD",
] %}
{%- set place = ["ref_area", "freq", "time_period"] %}
{%- set prices = {
    "price_index": ("consumer_price_index", "consumer_price_index_ratio"),
    "price_growth": ("consumer_price_growth", "consumer_price_growth_ratio"),
} %}
{%- set real = ["amount_real_growth_ratio"] %}
{%- set deflated = ["amount_at_previous_prices_yuan_per_year"] %}
{%- set growth = ["amount_growth_ratio"] %}
{%- set priced = "_T" %}
{%- set of_others = "c.residence <> '" ~ priced ~ "'" %}
{%- set told = [
    ["stated_per_year", "c.unit_measure = 'CNY_A'", {}, ["amount_yuan_per_month"]],
    ["stated_per_month", "c.unit_measure = 'CNY_M'", {}, ["amount_yuan_per_year"]],
    ["no_income", "c.income_status is null", {}, ["income_per_head_yuan_per_year"]],
    ["no_income_share", "c.income_share is null", {}, ["amount_income_share"]],
    ["no_year_before", "c.previous_time_period is null", {}, ["previous_time_period"] + growth + real],
    [
        "no_change_across_break",
        "c.previous_time_period is not null and c.amount_status = 'B'",
        {},
        growth + real,
    ],
    [
        "no_change",
        "c.previous_time_period is not null and c.amount_status <> 'B' and c.growth is null",
        {},
        growth + real,
    ],
    [
        "no_consumer_prices",
        "c.price_index_status is null and c.price_growth_status is null",
        {},
        ["consumer_price_index_ratio", "consumer_price_growth_ratio"],
    ],
    [
        "prices_stand_as_growth",
        "c.price_index_status is null and c.price_growth_status is not null",
        {},
        ["consumer_price_index_ratio"],
    ],
    [
        "prices_stand_as_index",
        "c.price_growth_status is null and c.price_index_status is not null",
        {},
        ["consumer_price_growth_ratio"],
    ],
    ["not_at_previous_prices", "c.at_previous_prices is null", {}, deflated],
    ["no_real_growth", "c.growth is not null and c.real_growth is null", {}, real],
    ["prices_of_all_residents", of_others ~ " and c.real_growth is not null", {}, real + deflated],
    [
        "prices_of_all_residents",
        of_others ~ " and c.real_growth is null and c.at_previous_prices is not null",
        {},
        deflated,
    ],
] %}
with
    selected as (select s.* from {{ ref("series") }} as s where {{ shown_in(shown, "s") }}),

    amounts as (
        select
            *,
            {{ as_shown("obs_value", "decimal(24, 4)") }} as amount,
            case unit_measure when 'CNY_M' then 12 else 1 end as times_a_year,
            {{ origin() }} as origin
        from selected
        where indicator in ('{{ amounts | join("', '") }}')
    ),

    incomes as (
        select ref_area, freq, time_period, residence, amount as income, obs_status as income_status
        from amounts
        where indicator = 'DISPOSABLE_INCOME_PER_HEAD' and scheme = '_Z' and pop_group = '_T'
    ),

    prices as (
        select
            {{ place | join(", ") }},
            {{
                pivot_series(
                    {
                        "price_index": {"indicator": "CONSUMER_PRICE_INDEX"},
                        "price_growth": {"indicator": "CONSUMER_PRICES_GROWTH"},
                    },
                    ratios=["price_index", "price_growth"],
                )
            }}
        from {{ ref("series") }} as s
        where
            {{ shown_in(shown, "s") }}
            and s.scheme = '_Z'
            and s.pop_group = '_T'
            and s.residence = '{{ priced }}'
            and (
                s.indicator = 'CONSUMER_PRICE_INDEX'
                or (s.indicator = 'CONSUMER_PRICES_GROWTH' and s.base_period = {{ period_before("s.time_period") }})
            )
        group by {{ place | join(", ") }}
    ),

    -- What stood in the year before, in another source or before a break.
    beside as (
        select
            a.*,
            a.obs_status as amount_status,
            i.income,
            i.income_status,
            p.price_index,
            p.price_index_status,
            p.price_growth,
            p.price_growth_status,
            case
                when p.price_index is not null or p.price_growth_status is null
                then p.price_index_status
                else p.price_growth_status
            end as price_status,
            -- Both have six decimals, and a product of whole numbers loses none.
            {{ as_shown("coalesce(p.price_index, 1 + p.price_growth) * 1000000", "bigint") }} as price_millionths,
            b.time_period as previous_time_period,
            b.obs_status as previous_status,
            case when a.obs_status <> 'B' then b.amount end as previous_amount,
            {{ crosses_splice("a.origin", "b.origin") }} as crosses_splice
        from amounts as a
        left join incomes as i on {{ equal("i", "a", place + ["residence"]) }}
        left join prices as p on {{ equal("p", "a", place) }}
        left join
            amounts as b
            on {{ equal("b", "a", ["ref_area", "freq", "indicator", "scheme", "pop_group", "residence"]) }}
            and b.time_period = {{ period_before("a.time_period") }}
    ),

    computed as (
        select
            *,
            {{ divide("(amount * times_a_year)", "income", 6) }} as income_share,
            {{ divide("(amount - previous_amount)", "previous_amount", 6) }} as growth,
            {{
                divide(
                    "(amount * 1000000 - previous_amount * price_millionths)",
                    "(previous_amount * price_millionths)",
                    6,
                )
            }} as real_growth,
            {{ divide("(amount * times_a_year * 1000000)", "price_millionths", 4) }} as at_previous_prices
        from beside
    ),

    found as (
        select
            c.ref_area,
            c.freq,
            c.time_period,
            c.year,
            c.period_start,
            c.period_end,
            c.indicator,
            c.scheme,
            c.pop_group,
            c.residence,
            false as is_total,
            {%- for column, unit in {"amount_yuan_per_month": "CNY_M", "amount_yuan_per_year": "CNY_A"}.items() %}
                case when c.unit_measure = '{{ unit }}' then c.amount end as {{ column }},
                case
                    when c.unit_measure = '{{ unit }}' then c.amount_status else '_Z'
                end as {{ column | replace("_yuan", "") }}_status,
            {%- endfor %}
            c.income as income_per_head_yuan_per_year,
            coalesce(c.income_status, 'L') as income_status,
            c.income_share as amount_income_share,
            {{ computed_status("c.income_share", ["c.amount_status", "c.income_status"]) }} as amount_income_status,
            {%- for name, (reason, column) in prices.items() %}
                c.{{ name }} as {{ column }},
                coalesce(
                    c.{{ name }}_status, case when c.price_status is null then 'L' else '_Z' end
                ) as {{ reason }}_status,
            {%- endfor %}
            c.previous_time_period,
            c.growth as amount_growth_ratio,
            {%- set of_growth = [
                "c.amount_status",
                status_of_base("c.previous_status"),
                splice_status("c.crosses_splice"),
            ] %}
            {{ computed_status("c.growth", of_growth) }} as amount_growth_status,
            c.real_growth as amount_real_growth_ratio,
            {{ computed_status("c.real_growth", of_growth + ["c.price_status"]) }} as amount_real_growth_status,
            c.at_previous_prices as amount_at_previous_prices_yuan_per_year,
            {{ computed_status("c.at_previous_prices", ["c.amount_status", "c.price_status"]) }}
            as amount_at_previous_prices_status,
            c.crosses_splice
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from computed as c
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{
        in_full(
            "real_value",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
        )
    }}
