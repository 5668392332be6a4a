{#-
    What a row of a mart says beside its codes and its values, by the mart's contract alone: the names of every code,
    and which values are no points, in both languages. Ends the mart's query behind `found`, the CTE of its rows.
    `names`: int_code__named. Of a mart of figures, `selected`: marts.series, `caveats`: stg_caveat, `follows`: the
    lineage from `hedged` where the contract alone does not say it. A unit test of dbt has no graph: there it is what
    the model itself finds that is tested.
-#}
{% macro in_full(mart, found, names, selected=none, caveats=none, follows=none) -%}
    {%- if execute and graph.nodes is defined -%}
        {%- set node = model_metadata(mart) -%}
        {%- set coded = coded_columns(node) -%}
        {%- if selected -%} {{ qualified_rows(node, found, names, selected, caveats, follows) }} {%- endif %}
        select
            m.*
            {%- for column in coded %}
                {%- for language in ["en", "zh"] %}
                    , {{ column }}_named.name_{{ language }} as {{ column }}_name_{{ language }}
                {%- endfor %}
            {%- endfor %}
            {%- if selected %}, q.qualifiers_en, q.qualifiers_zh{% endif %}
        from {{ found }} as m
        {%- for column, codelist in coded.items() %}
            left join
                {{ names }} as {{ column }}_named
                on {{ column }}_named.codelist = '{{ codelist }}'
                and {{ column }}_named.code = m.{{ column }}
        {%- endfor %}
        {%- if selected %}
            left join qualified_rows as q on q.row_key = {{ row_key("m", node.config.meta.grain) }}
        {%- endif %}
    {%- else -%} select * from {{ found }}
    {%- endif -%}
{%- endmacro %}

{#-
    The CTE qualified_rows: rows of a mart (`row_key`) with what is told of values that are no points: how its source
    hedges a printed one, and that it follows from such a figure where it is computed. Arguments as of in_full.
-#}
{% macro qualified_rows(node, found, names, selected, caveats, follows) -%}
    {%- set shows = [] -%}
    {%- set bounds = [] -%}
    {%- for column in node.columns.values() if column.meta.get("printed") -%}
        {%- do (shows if column.meta.printed is sameas true else bounds).append(column.name) -%}
    {%- endfor -%}
    {%- set is_own = "f.column_name in ('" ~ shows | join("', '") ~ "') and " ~ at_its_keys(node, "m", "s") -%}
    {%- set stated = {"column": "f.column_name", "wording": "lower(n.name_{})"} -%}
    {%- set low = {"low": without_zeros("cast(s.obs_low as string)")} -%}
    {%- set high = {"high": without_zeros("cast(s.obs_high as string)")} -%}
    {%- set told = [
        [
            "qualified_between",
            is_own ~ " and s.obs_low is not null and s.obs_high is not null",
            dict(dict(stated, **low), **high),
        ],
        ["qualified_from", is_own ~ " and s.obs_high is null", dict(stated, **low)],
        ["qualified_up_to", is_own ~ " and s.obs_low is null", dict(stated, **high)],
        ["follows_from_qualified", "not (" ~ is_own ~ ")", {"column": "f.column_name"}],
    ] -%},
    hedged as (select * from {{ selected }} where qualifier <> '_Z'),

    follows as ({{ follows or lineage_of(node.name, found, selected, "hedged", ranges=true) }}),

    qualified as (
        select distinct
            f.row_key, f.column_name, {{ caveat("en", told) }} as qualifier_en, {{ caveat("zh", told) }} as qualifier_zh
        from follows as f
        inner join hedged as s on s.observation_id = f.observation_id
        inner join {{ found }} as m on {{ row_key("m", node.config.meta.grain) }} = f.row_key
        inner join {{ names }} as n on n.codelist = 'qualifier' and n.code = s.qualifier
        cross join ({{ sentences(caveats, reasons_of(told)) }}) as told
        {%- if bounds %}
            -- The ends of what the wording allows say themselves what they are.
            where f.column_name not in ('{{ bounds | join("', '") }}')
        {%- endif %}
    ),

    qualified_rows as (
        select
            row_key,
            {{ joined("qualifier_en", " ", ["column_name", "qualifier_en"]) }} as qualifiers_en,
            {{ joined("qualifier_zh", "", ["column_name", "qualifier_zh"]) }} as qualifiers_zh
        from qualified
        group by row_key
    )
{%- endmacro %}

{#-
    The columns of a mart that hold codes -> the list of int_code__named that they are of. validations/published.py says
    the same of all published tables.
-#}
{% macro coded_columns(node) -%}
    {%- set homes = model_metadata("observation").columns -%}
    {%- set statuses = node.columns.values() | map(attribute="meta.status") | select | list -%}
    {%- set lists = {"ref_area": "area", "indicator": "indicator", "scheme": "scheme", "unit_measure": "unit"} -%}
    {%- set found = {} -%}
    {%- for column in node.columns.values() -%}
        {%- set stated = column.meta.get("codes") -%}
        {%- set home = homes.get(column.name, {}).get("meta", {}).get("codes") -%}
        {%- set referenced = column.meta.get("references") -%}
        {%- if stated -%} {%- do found.update({column.name: stated.list if stated is mapping else stated}) -%}
        {%- elif column.name in statuses -%} {%- do found.update({column.name: "obs_status"}) -%}
        {%- elif home -%} {%- do found.update({column.name: home}) -%}
        {%- elif referenced in ["core.area", "core.indicator", "core.scheme", "core.unit"] -%}
            {%- do found.update({column.name: referenced | replace("core.", "")}) -%}
        {%- elif column.name in lists -%} {%- do found.update({column.name: lists[column.name]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
