{#-
    Which printed figures each published value follows from. The inputs of a column stand in its
    metadata (`inputs`: indicator, and residence or lag where they are not the row's own), so the list
    cannot drift from the contract. A figure of a bulk file leads through marts.series to file and row. Totals (_T) follow from the urban and the rural figure.
-#}
{%- set marts = ['dibao', 'dibao_gap', 'insurance_fund_per_head', 'insurance_participation', 'regional_finance', 'spending_share_of_gdp'] %}
{%- for mart in marts %}
-- depends_on: {{ ref(mart) }}
{%- endfor %}
{% for column in ['obs_value', 'obs_low', 'obs_high'] %}
select 'marts.series' as table_name,
    concat('series_id=', series_id, '|time_period=', time_period, '|base_period=', base_period) as row_key,
    '{{ column }}' as column_name, observation_id
from {{ ref('int_series__on_paper') }}
{% if column != 'obs_value' %}where {{ column }} is not null{% endif %}
{{ 'union' if not loop.last }}
{% endfor %}
{% for mart in marts %}
union
{{ lineage_of(mart) }}
{% endfor %}
