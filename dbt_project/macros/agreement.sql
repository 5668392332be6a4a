{#-
    What a mart must show of marts.series, from its contract alone, never from the mart's own filter. `series.keys`: the
    columns that a row shares with its figures, `series.renamed`: those that the series call otherwise. The columns
    that are `printed` name the figures. `series.leaves_out`: which figures of these indicators the mart does not show,
    and why: `codes` of a dimension, or all `other_than` some; of certain `indicators` only; `unless_beside`: only where
    no figure of one of these codes stands at the same keys, or at the dimensions `beside_at`. A printed column whose
    inputs name a key of the mart borrows: it shows a figure of another series, which many rows may show and none must.
    validations/agreement.py says the same for the audit.
-#}
{#-
    The columns that show printed figures, as a list of {column, data_type, codes, value, borrows}: `value` of
    marts.series, where one of `codes` holds; `borrows`: the keys of the mart that these name.
-#}
{% macro shown_columns(node) -%}
    {%- set found = [] -%}
    {%- set series = node.config.meta.series -%}
    {%- set keys = [] -%}
    {%- for key in series["keys"] -%}
        {%- do keys.extend([key, series.get("renamed", {}).get(key, key)]) -%}
    {%- endfor -%}
    {%- for column in node.columns.values() if column.meta.get('printed') -%}
        {%- do found.append({
            'name': column.name, 'data_type': column.data_type, 'codes': column.meta.inputs,
            'value': 'obs_value' if column.meta.printed is sameas true else column.meta.printed,
            'borrows': column.meta.inputs[0].keys() | select("in", keys) | list}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The indicators of which a mart shows figures, but for those that it borrows. -#}
{% macro indicators_shown(node) -%}
    {{
        return(
            node.config.meta.series.get("indicators")
            or (
                shown_columns(node)
                | map(attribute="codes")
                | sum(start=[])
                | map(attribute="indicator")
                | unique
                | list
            )
        )
    }}
{%- endmacro %}

{#- Those of which its columns borrow figures. -#}
{% macro indicators_borrowed(node) -%}
    {{
        return(
            shown_columns(node)
            | selectattr("borrows")
            | map(attribute="codes")
            | sum(start=[])
            | map(attribute="indicator")
            | unique
            | list
        )
    }}
{%- endmacro %}

{#- Condition: the figure `alias` is one that a column of `codes` shows. -#}
{% macro is_shown_by(codes, alias) -%}
    (
        {% for input in codes %}
            (
                {% for dimension, code in input.items() %}
                    {{ alias }}.{{ dimension }} = '{{ code }}'{{ ' and ' if not loop.last }}
                {% endfor %}
            ){{ ' or ' if not loop.last }}
        {% endfor %}
    )
{%- endmacro %}

{#-
    Condition on a dimension of the figure `alias`: an exclusion holds, but for what it says of neighbours. The code
    year_before is the year before that of the figure.
-#}
{% macro is_left_out_by(exclusion, alias) -%}
    {{ alias }}.{{ exclusion.dimension }} {{ "in" if exclusion.codes else "not in" }} (
        {%- for code in exclusion.codes or exclusion.other_than %}
            {{ year_before(alias) if code == "year_before" else "'" ~ code ~ "'" }}{{ ', ' if not loop.last }}
        {%- endfor %}
    )
    {%- if exclusion.indicators %} and {{ alias }}.indicator in ('{{ exclusion.indicators | join("', '") }}'){% endif %}
{%- endmacro %}

{#- The year before that of the figure `alias`, as its own period would be written. -#}
{% macro year_before(alias) -%} cast({{ period_year(alias ~ ".time_period") }} - 1 as string) {%- endmacro %}

{#-
    Condition: the contract does not leave out the figure `alias` by its codes. `other`: dimensions that are compared
    otherwise. A mart that compares rows of another (`series.of`) leaves out what that one does.
-#}
{% macro counts_for(node, alias, other=[]) -%}
    {%- set series = node.config.meta.series -%}
    {%- set left_out = (model_metadata(series.of).config.meta.series if series.of else series).leaves_out -%}
    true
    {%- for exclusion in left_out if not exclusion.unless_beside and exclusion.dimension not in other %}
        and not ({{ is_left_out_by(exclusion, alias) }})
    {%- endfor %}
{%- endmacro %}

{#-
    A query of the figures of marts.series (`selected`) that count for a mart: of its indicators, and not left out by
    their codes.
-#}
{% macro figures_that_count(node, selected) -%}
    {#- No column more than is asked for: of a bulk source these are millions of rows. -#}
    {%- set series = node.config.meta.series -%}
    {%- set names = [
        "series_id",
        "indicator",
        "ref_area",
        "time_period",
        "base_period",
        "obs_value",
        "obs_low",
        "obs_high",
        "is_disputed",
    ] -%}
    {%- for key in series["keys"] -%} {%- do names.append(series.get("renamed", {}).get(key, key)) -%} {%- endfor -%}
    {%- for codes in shown_columns(node) | map(attribute="codes") | sum(start=[]) -%}
        {%- do names.extend(codes.keys()) -%}
    {%- endfor -%}
    {%- for exclusion in series.leaves_out -%} {%- do names.append(exclusion.dimension) -%} {%- endfor -%}
    select {{ prefixed("s", names | unique | list) }}
    from {{ selected }} as s
    where
        s.indicator in ('{{ (indicators_shown(node) + indicators_borrowed(node)) | join("', '") }}')
        and {{ counts_for(node, "s") }}
{%- endmacro %}

{#- Join condition: the row `m` of the mart is that of the figure `s`. `but`: keys in which it need not be. -#}
{% macro at_its_keys(node, m, s, but=[]) -%}
    {%- set renamed = node.config.meta.series.get("renamed", {}) -%}
    {%- for key in node.config.meta.series["keys"] if key not in but and renamed.get(key, key) not in but %}
        {{ m }}.{{ key }} = {{ s }}.{{ renamed.get(key, key) }}{{ ' and ' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{#-
    A query of the reasons for which marts do not show figures of marts.series (`selected`) whose indicator they show,
    one row a figure, mart and reason, from the contracts of the marts.
-#}
{% macro reasons_left_out(selected) -%}
    {%- if execute -%}
        {%- set queries = [] -%}
        {%- for node in graph.nodes.values() | sort(attribute="name") -%}
            {%- for exclusion in ((node.config.meta or {}).get("series") or {}).get("leaves_out") or [] -%}
                {%- set query -%}
select
    s.observation_id,
    'marts.{{ node.name }}' as mart
    {%- for language in ["en", "zh"] %}
    , {{ text_literal("marts." ~ node.name ~ ": " ~ exclusion["reason_" ~ language]) }} as reason_{{ language }}
    {%- endfor %}
from {{ selected }} as s
where s.indicator in ('{{ indicators_shown(node) | join("', '") }}') and {{ is_left_out_by(exclusion, "s") }}
                {%- endset -%}
                {%- do queries.append(query) -%}
            {%- endfor -%}
        {%- endfor -%}
        {{ queries | join("\nunion all\n") }}
    {%- else -%}
        select
            cast(null as string) as observation_id,
            cast(null as string) as mart,
            cast(null as string) as reason_en,
            cast(null as string) as reason_zh
    {%- endif -%}
{%- endmacro %}
