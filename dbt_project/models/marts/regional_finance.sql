{#-
    Regional finance as printed, per registered head and per resident: in areas that people leave or move to the two
    are far apart, and each has columns of its own. Expenditure beyond revenue is not called transfers: borrowing and
    balances are in it as well.
-#}
{%- set shown = {
    "scheme": ["_Z"],
    "pop_group": ["_T"],
    "age": ["_T"],
    "scope": ["_Z"],
    "population_basis": ["_Z", "registered", "resident"],
    "actuality": ["actual"],
    "time_basis": ["stock", "flow"],
    "residence": ["_T", "U", "R"],
} %}
{%- set figures = {
    "gdp": ("gdp", "gdp_yuan"),
    "population": ("registered_population", "registered_population_persons"),
    "residents": ("resident_population", "resident_population_persons"),
    "revenue": ("fiscal_revenue", "revenue_yuan"),
    "expenditure": ("fiscal_expenditure", "expenditure_yuan"),
    "urban_income": ("urban_income", "urban_income_per_head_yuan_per_year"),
    "rural_income": ("rural_income", "rural_income_per_head_yuan_per_year"),
} %}
{%- set stated = {
    "gdp": {"indicator": "GDP", "residence": "_T"},
    "population": {"indicator": "REGISTERED_POPULATION", "residence": "_T"},
    "residents": {"indicator": "POPULATION", "residence": "_T", "population_basis": "resident"},
    "revenue": {"indicator": "FISCAL_REVENUE", "residence": "_T"},
    "expenditure": {"indicator": "FISCAL_EXPENDITURE", "residence": "_T"},
    "urban_income": {"indicator": "DISPOSABLE_INCOME_PER_HEAD", "residence": "U"},
    "rural_income": {"indicator": "DISPOSABLE_INCOME_PER_HEAD", "residence": "R"},
} %}
{%- set told = told_of_figures(figures, otherwise="o") + [
    [
        "per_head_is_stated",
        "abs(h.obs_value - gdp_per_resident) >= 1",
        {"value": readable("h.obs_value"), "title": "h.title_{}"},
        ["gdp_per_resident_yuan"],
    ],
] %}
with
    selected as (select s.* from {{ ref("series") }} as s where {{ shown_in(shown, "s") }}),

    pivoted as (
        select
            ref_area,
            freq,
            time_period,
            year,
            period_start,
            period_end,
            {{
                pivot_series(
                    stated,
                    whole=["population", "residents"],
                )
            }},
            count(*) as figures
        from selected
        where
            indicator in (
                'GDP',
                'REGISTERED_POPULATION',
                'POPULATION',
                'FISCAL_REVENUE',
                'FISCAL_EXPENDITURE',
                'DISPOSABLE_INCOME_PER_HEAD'
            )
            and (population_basis <> 'resident' or indicator = 'POPULATION')
        group by all
    ),

    computed as (
        select
            *,
            {{ divide("gdp", "population", 4) }} as gdp_per_head,
            {{ divide("revenue", "expenditure", 6) }} as self_sufficiency,
            expenditure - revenue as beyond_revenue,
            {{ divide("revenue", "population", 4) }} as revenue_per_head,
            {{ divide("expenditure", "population", 4) }} as expenditure_per_head,
            {{ divide("gdp", "residents", 4) }} as gdp_per_resident,
            {{ divide("revenue", "residents", 4) }} as revenue_per_resident,
            {{ divide("expenditure", "residents", 4) }} as expenditure_per_resident,
            {{ divide("revenue", "gdp", 6) }} as revenue_of_gdp,
            {{ divide("expenditure", "gdp", 6) }} as expenditure_of_gdp,
            {{ divide("urban_income", "rural_income", 6) }} as income_ratio
        from pivoted
        -- An area of which only one of these is known has no regional finance to show.
        where gdp_status is not null or revenue_status is not null or expenditure_status is not null
    ),

    -- What an office makes of it itself, on another count of people.
    per_head as (
        select
            s.ref_area,
            s.freq,
            s.time_period,
            s.obs_value,
            c.title as title_en,
            coalesce(c.title_zh, c.title) as title_zh
        from selected as s
        inner join {{ ref("stg_source") }} as c on c.source_id = s.source_id
        where s.indicator = 'GDP_PER_HEAD' and s.residence = '_T'
    ),

    found as (
        select
            c.ref_area,
            c.freq,
            c.time_period,
            year,
            period_start,
            period_end,
            false as is_total,
            {%- for name, (_, column) in figures.items() %}
                {{ name }} as {{ column }}, coalesce({{ name }}_status, 'L') as {{ name }}_status,
            {%- endfor %}
            gdp_per_head as gdp_per_registered_head_yuan,
            {{ computed_status("gdp_per_head", ["gdp_status", "population_status"]) }}
            as gdp_per_registered_head_status,
            self_sufficiency as self_sufficiency_ratio,
            {{ computed_status("self_sufficiency", ["revenue_status", "expenditure_status"]) }}
            as self_sufficiency_status,
            {{ as_shown("beyond_revenue", "decimal(24, 4)") }} as expenditure_minus_revenue_yuan,
            {{ computed_status("beyond_revenue", ["revenue_status", "expenditure_status"]) }}
            as expenditure_minus_revenue_status,
            revenue_per_head as revenue_per_registered_head_yuan,
            {{ computed_status("revenue_per_head", ["revenue_status", "population_status"]) }}
            as revenue_per_registered_head_status,
            expenditure_per_head as expenditure_per_registered_head_yuan,
            {{ computed_status("expenditure_per_head", ["expenditure_status", "population_status"]) }}
            as expenditure_per_registered_head_status,
            {%- for name in ["gdp", "revenue", "expenditure"] %}
                {{ name }}_per_resident as {{ name }}_per_resident_yuan,
                {{ computed_status(name ~ "_per_resident", [name ~ "_status", "residents_status"]) }}
                as {{ name }}_per_resident_status,
            {%- endfor %}
            {%- for name in ["revenue", "expenditure"] %}
                {{ name }}_of_gdp as {{ name }}_gdp_share,
                {{ computed_status(name ~ "_of_gdp", [name ~ "_status", "gdp_status"]) }} as {{ name }}_gdp_status,
            {%- endfor %}
            income_ratio as urban_rural_income_ratio,
            {{ computed_status("income_ratio", ["urban_income_status", "rural_income_status"]) }}
            as urban_rural_income_status
            {%- for language in ["en", "zh"] %}, {{ caveat(language, told) }} as caveat_{{ language }} {%- endfor %}
        from computed as c
        left join
            (
                {{
                    stated_otherwise(
                        ref("series"),
                        ref("int_code__named"),
                        ref("stg_bound"),
                        ref("stg_caveat"),
                        ["ref_area", "freq", "time_period"],
                        shown,
                        stated,
                    )
                }}
            ) as o
            on {{ equal("o", "c", ["ref_area", "freq", "time_period"]) }}
        left join per_head as h on {{ equal("h", "c", ["ref_area", "freq", "time_period"]) }}
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told)) }}) as told
    )

    {{
        in_full(
            "regional_finance",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
            editions=ref("int_series__edition"),
            roundings=ref("int_series__rounding"),
        )
    }}
