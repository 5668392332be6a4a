{#- Contracts read as data: `graph` is complete only while dbt executes. -#}
{% macro model_metadata(name) -%}
    {%- set found = (
        graph.nodes.values()
        | selectattr("resource_type", "equalto", "model")
        | selectattr("name", "equalto", name)
        | list
    ) -%}
    {{ return(found[0]) }}
{%- endmacro %}

{#- A row's key as text: its grain as column=value, joined by |. -#}
{% macro row_key(alias, grain) -%}
    concat_ws(
        '|'{% for column in grain %}, concat('{{ column }}=', cast({{ alias }}.{{ column }} as string)){% endfor %}
    )
{%- endmacro %}

{#- Condition on rows of marts.series: those whose dimensions have codes of `shown`. -#}
{% macro shown_in(shown, alias) -%}
    {%- for dimension, codes in shown.items() -%}
        {{ alias }}.{{ dimension }} in ('{{ codes | join("', '") }}'){{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#-
    Lineage rows of one mart, from the inputs that its columns' metadata name: an indicator, and each dimension
    in which the input is not the row's own (`lag`: of the period before; `unless`: only where this column of the row,
    which goes before the input, has no value), as the series call it. `series.keys`: the columns that a row shares with
    its series, `series.renamed`: those that the series call otherwise. A total follows from all parts in the dimension
    `series.total_of`, unless a source prints it. `rows`: the mart; `selected`: marts.series; `followed`: those of it
    that lead to their cells by themselves. `empty`: of a printed column also where its figure has no value, a range or
    one that is withheld. `only`: of these columns alone. `sources`: in place of all that, the sources of the figures of
    the row's own period, beside its key.
-#}
{% macro lineage_of(mart, rows, selected, followed, empty=false, only=none, sources=false) -%}
    {%- if execute -%}
        {%- set node = model_metadata(mart) -%}
        {%- set series = node.config.meta.series -%}
        {%- set total_of = series.get("total_of") -%}
        {#- One query for all inputs that name the same dimensions: few are planned sooner than hundreds. -#}
        {%- set alike = {} -%}
        {%- set shown = {} -%}
        {%- for column in node.columns.values() if only is none or column.name in only -%}
            {%- for input in column.meta.get("inputs", []) if not (sources and input.lag) -%}
                {%- set of = input | dictsort | map("join", "=") | join(" ") if sources else column.name -%}
                {%- set is_new = not sources or of not in shown -%}
                {%- set told = shown.setdefault(of, {"columns": [], "is_printed": []}) -%}
                {%- do told.columns.append(column.name) -%}
                {%- if column.meta.get("printed") -%} {%- do told.is_printed.append(column.name) -%} {%- endif -%}
                {%- if is_new -%}
                    {%- set same = (input.keys() | reject("equalto", "unless") | sort | join(" "), input.unless) -%}
                    {%- do alike.setdefault(same, []).append((of, input)) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set queries = [] -%}
        {%- for (names, unless), inputs in alike.items() -%}
            {%- set own = names.split(" ") -%}
            {%- set dimensions = own | reject("equalto", "lag") | list -%}
            {%- set period = "previous_time_period" if "lag" in own else "time_period" -%}
            {%- set query -%}
{%- if sources %}
select {{ prefixed("m", node.config.meta.grain) }}, s.observation_id, s.source_id
{%- else %}
select 'marts.{{ mart }}' as table_name, {{ row_key('m', node.config.meta.grain) }} as row_key,
    i.column_name, s.observation_id
{%- endif %}
from {{ rows }} as m
cross join (
    values
    {%- for of, input in inputs %}
        ('{{ of }}', {{ "true" if shown[of].is_printed else "false" }}
            {%- for dimension in dimensions %}, '{{ input[dimension] }}'{% endfor %}){{ "," if not loop.last }}
    {%- endfor %}
) as i (column_name, is_printed, {{ dimensions | join(", ") }})
{%- if total_of and total_of not in own %}
left join (
    select distinct {{ (dimensions + series["keys"]) | reject("equalto", total_of) | unique | join(", ") }}
    from {{ selected }} as s
    where {{ counts_for(node, "s", other=own + [total_of]) }} and s.{{ total_of }} = '_T'
        and s.obs_value is not null and not s.is_disputed
) as t on {{ equal("t", "i", dimensions) }}
    {%- for key in series["keys"] if key != total_of %}
    and t.{{ key }} = m.{{ period if key == "time_period" else key }}
    {%- endfor %}
{%- endif %}
inner join {{ followed }} as s
    on {{ counts_for(node, "s", other=own) }}
    and {{ equal("s", "i", dimensions) }}
    {%- for key in series["keys"] if key not in own and series.get("renamed", {}).get(key, key) not in own %}
    and {% if key == "time_period" -%}
        s.time_period = m.{{ period }}
    {%- elif key == total_of -%}
        (s.{{ key }} = m.{{ key }} or (m.is_total and t.ref_area is null))
    {%- else -%}
        s.{{ series.get("renamed", {}).get(key, key) }} = m.{{ key }}
    {%- endif %}
    {%- endfor %}
where case i.column_name
    {%- for of in inputs | map(attribute="0") | unique %}
    when '{{ of }}' then m.{{ shown[of].columns | unique | join(" is not null or m.") }} is not null
    {%- endfor %} end
    {%- if unless %} and m.{{ unless }} is null{% endif %}
    {%- if empty %} or (i.is_printed and s.obs_value is null){% endif %}
            {%- endset -%}
            {%- do queries.append(query) -%}
        {%- endfor -%}
        {{ queries | join("\nunion all\n" if sources else "\nunion\n") }}
    {%- else -%} select null as table_name, null as row_key, null as column_name, null as observation_id
    {%- endif -%}
{%- endmacro %}

{#-
    Lineage rows of marts.expenditure_structure. A component follows from its figure, or from its parts if no source
    prints it; a share from all parts of the whole as well. `rows`, `selected`, `followed`, `empty` as
    above; `leaves`: int_part__leaf.
-#}
{% macro lineage_of_structure(rows, selected, followed, leaves, empty=false) -%}
    {%- set in_structure = (
        counts_for(model_metadata("expenditure_structure"), "s")
        if execute and graph.nodes is defined
        else "true"
    ) -%}
    {%- for column, whole, else_parts in [
        ("amount_yuan", "m.component", "p.scheme is null and l.leaf is not null"),
        ("social_security_share", "'SOCIAL_SECURITY'", "l.leaf is not null"),
    ] %}
        select
            'marts.expenditure_structure' as table_name,
            {{ row_key("m", ["ref_area", "time_period", "component", "scope"]) }} as row_key,
            '{{ column }}' as column_name,
            s.observation_id
        from {{ rows }} as m
        left join
            (
                select distinct s.ref_area, s.freq, s.time_period, s.scheme, s.scope
                from {{ selected }} as s
                where {{ in_structure }} and s.indicator in ('SOCIAL_SECURITY_EXPENDITURE', 'DIBAO_EXPENDITURE')
            ) as p
            on {{ equal("p", "m", ["ref_area", "freq", "time_period", "scope"]) }}
            and p.scheme = m.component
        inner join
            {{ followed }} as s
            on {{ in_structure }}
            and s.indicator in ('SOCIAL_SECURITY_EXPENDITURE', 'DIBAO_EXPENDITURE')
            and {{ equal("s", "m", ["ref_area", "freq", "time_period", "scope"]) }}
        left join
            (
                select whole, leaf
                from {{ leaves }}
                where indicator = 'SOCIAL_SECURITY_EXPENDITURE' and dimension = 'scheme'
            ) as l
            on l.whole = {{ whole }}
            and l.leaf = s.scheme
        where
            (m.{{ column }} is not null and (s.scheme = m.component or ({{ else_parts }})))
            {%- if empty and column == "amount_yuan" %} or (s.scheme = m.component and s.obs_value is null) {% endif %}
            {{ 'union' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
