{#-
    Which printed figures each published value follows from. The inputs of a column stand in its
    metadata (`inputs`: indicator, and residence or lag where they are not the row's own), so the list
    cannot drift from the contract. A figure of a bulk file leads through marts.series to file and row. Totals (_T)
    follow from the urban and the rural figure. What a policy document is told by leads to its row in a register.
-#}
{%- set in_structure = counts_for(model_metadata("expenditure_structure"), "s") if execute else "true" %}
{%- set marts = [
    "benefit_level",
    "dibao",
    "dibao_gap",
    "insurance_fund",
    "insurance_fund_per_head",
    "insurance_participation",
    "regional_finance",
    "social_assistance",
    "spending_share_of_gdp",
] %}
{%- set document_columns = [
    "title",
    "issuer_name_en",
    "issuer_name_zh",
    "number",
    "number_year",
    "release_year",
    "years_agree",
] %}
-- The selected values that were printed in a table or in running text: from these a way leads to cells.
with
    on_paper as (
        select s.*
        from {{ ref("series") }} as s
        inner join {{ ref("observation") }} as o on o.observation_id = s.observation_id
        where {{ on_page("o.layout") }}
    ),

    leaves as (
        select whole, leaf
        from {{ ref("int_part__leaf") }}
        where indicator = 'SOCIAL_SECURITY_EXPENDITURE' and dimension = 'scheme'
    ),

    printed as (
        select distinct s.ref_area, s.freq, s.time_period, s.scheme, s.scope
        from {{ ref("series") }} as s
        where {{ in_structure }} and s.indicator in ('SOCIAL_SECURITY_EXPENDITURE', 'DIBAO_EXPENDITURE')
    )

{% for column in ["obs_value", "obs_low", "obs_high"] %}
    select
        'marts.series' as table_name,
        concat('series_id=', series_id, '|time_period=', time_period, '|base_period=', base_period) as row_key,
        '{{ column }}' as column_name,
        observation_id
    from on_paper
    {% if column != "obs_value" %} where {{ column }} is not null{% endif %} {{ 'union' if not loop.last }}
{% endfor %}
-- A component follows from its figure, or from its parts if no source prints it; a share from all parts of the whole as
-- well.
{%- for column, whole, else_parts in [
        ("amount_yuan", "m.component", "p.scheme is null and l.leaf is not null"),
        ("social_security_share", "'SOCIAL_SECURITY'", "l.leaf is not null"),
    ] %}
    union
    select
        'marts.expenditure_structure',
        {{ row_key("m", ["ref_area", "time_period", "component", "scope"]) }},
        '{{ column }}',
        s.observation_id
    from {{ ref("expenditure_structure") }} as m
    left join
        printed as p on {{ equal("p", "m", ["ref_area", "freq", "time_period", "scope"]) }} and p.scheme = m.component
    inner join
        on_paper as s
        on {{ in_structure }}
        and s.indicator in ('SOCIAL_SECURITY_EXPENDITURE', 'DIBAO_EXPENDITURE')
        and {{ equal("s", "m", ["ref_area", "freq", "time_period", "scope"]) }}
    left join leaves as l on l.whole = {{ whole }} and l.leaf = s.scheme
    where m.{{ column }} is not null and (s.scheme = m.component or ({{ else_parts }}))
{%- endfor %}
{% for mart in marts %}
    union
    {{ lineage_of(mart, ref(mart), ref("series"), "on_paper") }}
{% endfor %}
-- What a register shows stands in the row of its document.
{% for column in document_columns %}
    union
    select 'marts.policy_register', {{ row_key("m", ["document_id"]) }}, '{{ column }}', m.document_id
    from {{ ref("policy_register") }} as m
    where m.{{ column }} is not null
{% endfor %}
