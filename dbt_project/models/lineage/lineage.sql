{#-
    Which printed figures each published value follows from. The inputs of a column stand in its
    metadata (`inputs`: indicator, and residence or lag where they are not the row's own), so the list
    cannot drift from the contract. A figure of a bulk file, which has too many, leads through marts.series
    to file and row. Totals (_T)
    follow from the urban and the rural figure. What a policy document is told by leads to its row in a register.
-#}
{%- set marts = [
    "benefit_level",
    "budget_expenditure",
    "dibao",
    "dibao_gap",
    "insurance_fund",
    "insurance_fund_per_head",
    "insurance_participation",
    "real_value",
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
{%- set of_series = ["series_id", "time_period", "base_period"] %}
-- The selected values from each of which a way leads to cells.
with
    followed as (
        select s.*
        from {{ ref("series") }} as s
        inner join {{ ref("observation") }} as o on o.observation_id = s.observation_id
        where {{ is_followed("o.layout") }}
    )
    {{ computed_once("followed") }}

select distinct table_name, row_key, column_name, observation_id
from
    (
        {% for column in ["obs_value", "obs_low", "obs_high"] %}
            select
                'marts.series' as table_name,
                {{ row_key("s", of_series) }} as row_key,
                '{{ column }}' as column_name,
                s.observation_id
            from followed as s
            {% if column != "obs_value" %}
                where s.{{ column }} is not null{% endif %} {{ 'union all' if not loop.last }}
        {% endfor %}
        union all
        select 'marts.series', {{ row_key("s", of_series) }}, 'flow_value', p.observation_id
        from followed as s
        inner join
            followed as p
            on p.series_id = s.series_id
            and p.source_id = s.source_id
            and p.year = s.year
            and (
                p.observation_id = s.observation_id
                or {{ months_between("p.period_start", "s.period_start") }} = s.flow_months
            )
        where s.flow_value is not null
        union all
        {{ lineage_of_structure(ref("expenditure_structure"), ref("series"), "followed", ref("int_part__leaf")) }}
        {% for mart in marts %}
            union all
            {{ lineage_of(mart, ref(mart), ref("series"), "followed") }}
        {% endfor %}
        -- Each row of revisions names its figures.
        {% for column, figures in {
            "obs_value": ["observation_id"],
            "first_value": ["first_observation_id"],
            "previous_value": ["previous_observation_id"],
            "revision": ["observation_id", "first_observation_id"],
            "revision_share": ["observation_id", "first_observation_id"],
        }.items() %}
            {% for figure in figures %}
                union all
                select 'marts.revision', {{ row_key("m", ["observation_id"]) }}, '{{ column }}', m.{{ figure }}
                from {{ ref("revision") }} as m
                inner join {{ ref("observation") }} as o on o.observation_id = m.{{ figure }}
                where m.{{ column }} is not null and {{ is_followed("o.layout") }}
            {% endfor %}
        {% endfor %}
        -- What a register shows stands in the row of its document.
        {% for column in document_columns %}
            union all
            select 'marts.policy_register', {{ row_key("m", ["document_id"]) }}, '{{ column }}', m.document_id
            from {{ ref("policy_register") }} as m
            where m.{{ column }} is not null
        {% endfor %}
    ) as led
