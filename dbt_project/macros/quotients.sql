{#-
    Every figure that is one figure over another, with the keys of its two parts: quotients that
    seeds/relations/quotient.csv declares, ratios and shares of a level to its counterpart, and growth (1 + growth).
    `figures`: observation_pass; `quotients`: that list. `only`: a query of the observation_ids to look at. `quick`: see
    level_key.
-#}
{% macro derived_figures(figures, quotients, only=none, quick=false) -%}
    {%- set one_of -%}
        {%- if only %} and r.observation_id in ({{ only }}){% endif -%}
    {%- endset -%}
    {%- set columns = [
        "observation_id",
        "table_id",
        "pass",
        "ref_area",
        "value_low",
        "value_high",
        "approx_low",
        "approx_high",
        "truncated_low",
        "truncated_high",
        "printed_value",
    ] -%}
    select
        q.rule_id,
        {{ prefixed("r", columns) }},
        {{ place("r") }} as place,
        'level' as indicator_measure,
        cast(null as string) as growth_of,
        {{ level_key("r", indicator="q.numerator", quick=quick) }} as numerator_key,
        {{ level_key("r", indicator="q.denominator", quick=quick) }} as denominator_key
    from {{ figures }} as r
    inner join {{ quotients }} as q on q.result = r.indicator
    where {{ is_comparable("r") }} and r.measure = 'level'{{ one_of }}

    union all

    select
        'identity.ratio',
        {{ prefixed("r", columns) }},
        {{ place("r") }},
        r.measure,
        cast(null as string),
        {{ level_key("r", quick=quick) }},
        {{ level_key("r", prefix="counterpart_", quick=quick) }}
    from
        (
            select
                *,
                {%- for column in ["indicator"] + context_columns() %}
                    coalesce(
                        {{ code_in_text("counterpart", column) }}, {{ column }}
                    ) as counterpart_{{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
            from {{ figures }}
            where measure in ('ratio', 'share')
        ) as r
    where {{ is_comparable("r") }}{{ one_of }}

    union all

    select
        'identity.growth',
        r.observation_id,
        r.table_id,
        r.pass,
        r.ref_area,
        r.value_low + 1,
        r.value_high + 1,
        r.approx_low + 1,
        r.approx_high + 1,
        r.truncated_low + 1,
        r.truncated_high + 1,
        r.printed_value,
        {{ place("r") }},
        r.measure,
        r.time_basis,
        {{ level_key("r", quick=quick) }},
        {{ level_key("r", time="base_period", quick=quick) }}
    from {{ figures }} as r
    where {{ is_comparable("r") }} and r.measure = 'growth'{{ one_of }}
{%- endmacro %}

{#-
    Joins the parts of the derived figures `r`: the numerators as `n`, the denominators as `d`. `levels_of`: a query of
    the macro levels. Growth is over what is counted alike: since January over since January, a month over a month.
-#}
{% macro join_quotient_parts(levels_of) -%}
    inner join
        {{ levels_of }} as n
        on n.level_key = r.numerator_key
        and {{ in_one_pass("n", "r") }}
        and coalesce(n.time_basis = r.growth_of, true)
    inner join
        {{ levels_of }} as d
        on d.level_key = r.denominator_key
        and {{ in_one_pass("d", "r") }}
        and {{ in_one_pass("d", "n") }}
        and coalesce(d.time_basis = r.growth_of, true)
{%- endmacro %}

{#-
    What an amount is of the GDP of its area and period, in per cent of one decimal (SQL of text), and whether a printed
    share says something else (SQL of a condition). `share`: 1 is all of it.
-#}
{% macro per_cent_of(amount, gdp) -%}
    cast(cast(100 * cast({{ amount }} as double) / nullif(cast({{ gdp }} as double), 0) as decimal(12, 1)) as string)
{%- endmacro %}

{% macro differs_from_share(amount, gdp, share) -%}
    abs(cast({{ amount }} as double) / nullif(cast({{ gdp }} as double), 0) - cast({{ share }} as double))
    > {{ var("few_digits") }} * cast({{ share }} as double)
{%- endmacro %}

{#- The GDP of areas and periods, of marts.series (`selected`): ref_area, freq, time_period, gdp. -#}
{% macro gdp_of(selected) -%}
    select ref_area, freq, time_period, obs_value as gdp
    from {{ selected }}
    where
        indicator = 'GDP'
        and residence = '_T'
        and pop_group = '_T'
        and age = '_T'
        and scope = '_Z'
        and population_basis = '_Z'
        and actuality = 'actual'
        and time_basis = 'flow'
{%- endmacro %}
