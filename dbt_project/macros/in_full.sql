{#-
    What a row of a mart says beside its codes and its values, by the mart's contract alone: the names of every code,
    the level of its area, whose figures stand in it, which values are no points, and what is told of the figures that
    its values follow from, in both languages. Ends the mart's query behind `found`, the CTE of its rows; what `found`
    tells itself, in caveat_en and caveat_zh, comes last. `names`: int_code__named. Of a mart of figures, `selected`:
    marts.series, `said`: int_series__told, `caveats`: stg_caveat, `decided`: int_series__unit_decided, whose doubts a
    quotient does not bear in which the unit cancels (unit_free), `hedges`: stg_hedge, and where the contract alone
    does not say it `follows`, the lineage from `noted`, and `sums`, that from all figures. `replaced`: the CTE of the
    totals (observation_id) in whose place the mart shows the sum of their parts: that they contradict it is told,
    where they come from is not. `editions`: int_series__edition, of a mart of differences (see of_editions).
    `roundings`: int_series__rounding, of one of differences of figures (see of_few_digits). A unit test of dbt has no
    graph: there it is what the model itself finds that is tested.
-#}
{% macro in_full(
    mart,
    found,
    names,
    selected=none,
    said=none,
    caveats=none,
    decided=none,
    hedges=none,
    follows=none,
    sums=none,
    replaced=none,
    editions=none,
    roundings=none
) -%}
    {%- if execute and graph.nodes is defined -%}
        {%- set node = model_metadata(mart) -%}
        {%- set coded = coded_columns(node) -%}
        {%- set told = (
            ["source_ids", "qualifiers_en", "qualifiers_zh", "caveat_en", "caveat_zh"] if selected else []
        ) -%}
        {%- for column in coded -%} {%- do told.extend([column ~ "_name_en", column ~ "_name_zh"]) -%} {%- endfor -%}
        {%- set has_level = "area_level" in node.columns -%}
        {%- if has_level -%} {%- do told.append("area_level") -%} {%- endif -%}
        {%- if selected -%}
            {{ computed_once([found, replaced] | select | join(" ")) }}
            {{ sourced_rows(node, found, selected, sums, replaced) }}
            {{
                told_rows(
                    node,
                    found,
                    names,
                    selected,
                    said,
                    caveats,
                    decided,
                    hedges,
                    follows,
                    sums,
                    replaced,
                    editions,
                    roundings,
                )
            }}
        {%- endif %}
        {%- set unit_free, status = unit_free_statuses(node) if selected else {}, {} -%}
        {%- for name in unit_free -%}
            {%- do status.update({name: "coalesce(" ~ name ~ "_unit_free.status, m." ~ name ~ ")"}) -%}
        {%- endfor %}
        {%- set differences = difference_statuses(node) if editions else {} -%}
        {%- for name in differences -%}
            {%- do status.update(
                {
                    name: "case when "
                    ~ name
                    ~ "_edition.row_key is not null and m."
                    ~ name
                    ~ " in ('A', 'P', 'B') then 'D' else m."
                    ~ name
                    ~ " end"
                }
            ) -%}
        {%- endfor %}
        select
            {%- for name in node.columns.keys() | reject("in", told) %}
                {{ status[name] ~ " as " ~ name if name in status else "m." ~ name }}{{ ',' if not loop.last }}
            {%- endfor %}
            {%- if has_level %}, ref_area_named.level as area_level {%- endif %}
            {%- for column in coded %}
                {%- for language in ["en", "zh"] %}
                    , {{ column }}_named.name_{{ language }} as {{ column }}_name_{{ language }}
                {%- endfor %}
            {%- endfor %}
            {%- if selected %}
                ,
                p.source_ids,
                q.qualifiers_en,
                q.qualifiers_zh
                {%- for language in ["en", "zh"] %}
                    , {{ caveat(language, ["c.caveat", "m.caveat"]) }} as caveat_{{ language }}
                {%- endfor %}
            {%- endif %}
        from {{ found }} as m
        {%- for name, column in unit_free.items() %}
            left join
                unit_free_status as {{ name }}_unit_free
                on {{ name }}_unit_free.row_key = {{ row_key("m", node.config.meta.grain) }}
                and {{ name }}_unit_free.column_name = '{{ column }}'
        {%- endfor %}
        {%- for name, column in differences.items() %}
            left join
                of_editions as {{ name }}_edition
                on {{ name }}_edition.row_key = {{ row_key("m", node.config.meta.grain) }}
                and {{ name }}_edition.column_name = '{{ column }}'
        {%- endfor %}
        {%- for column, codelist in coded.items() %}
            left join
                {{ names }} as {{ column }}_named
                on {{ column }}_named.codelist = '{{ codelist }}'
                and {{ column }}_named.code
                = {{ "ref_area_named.level" if column == "area_level" else status.get(column, "m." ~ column) }}
        {%- endfor %}
        {%- if selected %}
            left join sourced_rows as p on {{ equal("p", "m", node.config.meta.grain) }}
            left join qualified_rows as q on q.row_key = {{ row_key("m", node.config.meta.grain) }}
            left join caveat_rows as c on c.row_key = {{ row_key("m", node.config.meta.grain) }}
        {%- endif %}
    {%- else -%} select * from {{ found }}
    {%- endif -%}
{%- endmacro %}

{#-
    The CTE sourced_rows: rows of a mart, by its grain, with the sources of the figures of their period that their
    values follow from, or that have none. `sums`: the lineage of a mart whose rows are sums of others; `replaced` as of
    in_full.
-#}
{% macro sourced_rows(node, found, selected, sums, replaced) -%}
    {%- set grain = node.config.meta.grain -%},
    sourced_rows as (
        select {{ grain | join(", ") }}, {{ joined("source_id", ", ", ["source_id"]) }} as source_ids
        from
            (
                {%- if sums %}
                    select distinct {{ prefixed("m", grain) }}, s.source_id
                    from {{ found }} as m
                    inner join ({{ sums }}) as l on l.row_key = {{ row_key("m", grain) }}
                    inner join {{ selected }} as s on s.observation_id = l.observation_id
                {%- else %}
                    select distinct {{ prefixed("s", grain) }}, s.source_id
                    from ({{ lineage_of(node.name, found, selected, selected, empty=true, sources=true) }}) as s
                    {%- if replaced %}
                        left join {{ replaced }} as r on r.observation_id = s.observation_id
                        where r.observation_id is null
                    {%- endif %}
                {%- endif %}
            ) as s
        group by {{ grain | join(", ") }}
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
        {%- if column.meta.get("named") -%} {%- do found.update({column.name: column.meta.named}) -%}
        {%- elif stated -%} {%- do found.update({column.name: stated.list if stated is mapping else stated}) -%}
        {%- elif column.name in statuses -%} {%- do found.update({column.name: "obs_status"}) -%}
        {%- elif home -%} {%- do found.update({column.name: home}) -%}
        {%- elif referenced in ["core.area", "core.indicator", "core.scheme", "core.unit"] -%}
            {%- do found.update({column.name: referenced | replace("core.", "")}) -%}
        {%- elif column.name in lists -%} {%- do found.update({column.name: lists[column.name]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
