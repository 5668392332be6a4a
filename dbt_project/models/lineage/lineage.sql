{#-
    Which printed figures each published value follows from. The inputs of a column stand in its
    metadata (`inputs`: indicator, and residence or lag where they are not the row's own), so the list
    cannot drift from the contract. A figure of a bulk file leads through marts.series to file and row. Totals (_T) follow from the urban and the rural figure.
-#}
-- depends_on: {{ ref('dibao') }}
-- depends_on: {{ ref('dibao_gap') }}
select 'marts.series' as table_name,
    concat('series_id=', series_id, '|time_period=', time_period, '|base_period=', base_period) as row_key,
    'obs_value' as column_name, observation_id
from {{ ref('int_series__on_paper') }}
{% for mart in ['dibao', 'dibao_gap'] %}
union
{{ lineage_of(mart) }}
{% endfor %}
