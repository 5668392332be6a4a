{#-
    The bands that the marts declare for what they compute (`config.meta.band`), as lists that rules can hold figures to
    before any mart is built: of a printed column the figure itself, of a computed one the product that its formula
    states, such as expenditure_yuan * 12 / months / recipients_persons. What stands in another row of the mart may be a
    part of it: at(amount_yuan, budget_function='FISCAL_EXPENDITURE'), or, in the growth a year of a figure,
    previous(participants_persons). A formula of another form is left out: tests/test_bands.py names those, each with
    what is seen before it.
-#}
{#-
    A list of {band, node, because, low, high, less, digits, factor, months_power, across, parts}; a part: {name, codes,
    indicators, power, is_across}: the figures of one of its codes. `less`: what the value is less than the product, 1
    of a growth; `across`: the key of the mart by which a part stands in another row, time_period of a growth.
-#}
{% macro declared_bands() -%}
    {%- set found = [] -%}
    {%- set marts = graph.nodes.values() | selectattr("config.meta.series") | map(attribute="name") | list -%}
    {%- for node in graph.nodes.values() | sort(attribute="unique_id") if ((node.config.meta or {}).get("series")) -%}
        {%- for column in node.columns.values() if column.meta.get("band") and column.meta.get("inputs") -%}
            {%- set is = namespace(
                product=true,
                factor="1",
                months=0,
                formula=column.meta.get("formula", column.name),
                across=none,
                less=0,
            ) -%}
            {%- set growth = modules.re.match(
                "[(]([a-z_]+) / previous[(]([a-z_]+)[)][)] [*][*] [(]12 / months_elapsed[)] - 1$", is.formula
            ) -%}
            {%- if growth and growth[1] == growth[2] -%}
                {%- set is.formula, is.across, is.less = growth[1] ~ " / " ~ growth[1], "time_period", 1 -%}
            {%- endif -%}
            {%- set parts, band = [], node.name ~ "." ~ column.name -%}
            {#- What dibao(a / b, residence='U') means: it is dibao(a, residence='U') / dibao(b, residence='U'). -#}
            {%- for of, a, b, where in modules.re.findall(
                "([a-z_]+)[(]([a-z_]+) / ([a-z_]+), ([^)]*)[)]", is.formula
            ) -%}
                {%- set whole = of ~ "(" ~ a ~ " / " ~ b ~ ", " ~ where ~ ")" -%}
                {%- set first, second = of ~ "(" ~ a ~ ", " ~ where ~ ")", of ~ "(" ~ b ~ ", " ~ where ~ ")" -%}
                {%- set is.formula = is.formula.replace("/ " ~ whole, "/ " ~ first ~ " * " ~ second) -%}
                {%- set is.formula = is.formula.replace(whole, first ~ " / " ~ second) -%}
            {%- endfor -%}
            {%- for token in is.formula.replace(" / ", " * /").split(" * ") -%}
                {%- set name, power = token.replace("/", ""), -1 if token.startswith("/") else 1 -%}
                {%- set of_mart = modules.re.match("([a-z_]+)[(]([a-z_]+), ([a-z_]+)='([A-Za-z_]+)'[)]$", name) -%}
                {%- set home, other, is_across = node, {}, growth and power < 0 -%}
                {%- if of_mart and of_mart[1] == "at" -%}
                    {%- set is.across = node.config.meta.series.get("renamed", {}).get(of_mart[3], of_mart[3]) -%}
                    {%- set name, other, is_across = of_mart[2], {is.across: of_mart[4]}, true -%}
                {%- elif of_mart and of_mart[1] in marts -%}
                    {%- set home, name, other = model_metadata(of_mart[1]), of_mart[2], {of_mart[3]: of_mart[4]} -%}
                {%- endif -%}
                {%- set printed = (home.columns.get(name) or {}).get("meta", {}) -%}
                {%- if printed.get("printed") is sameas true -%}
                    {%- set codes = [] -%}
                    {%- for input in printed.inputs -%} {%- do codes.append(dict(input, **other)) -%} {%- endfor -%}
                    {%- do parts.append(
                        {
                            "name": band ~ "." ~ parts | length,
                            "codes": codes,
                            "indicators": codes | map(attribute="indicator") | select | list
                            or home.config.meta.series.indicators,
                            "power": power,
                            "is_across": is_across | default(false, true),
                        }
                    ) -%}
                {%- elif name == "months" -%} {%- set is.months = is.months + power -%}
                {%- elif name | int > 0 -%}
                    {%- set is.factor = is.factor ~ (" * " if power > 0 else " / ") ~ name ~ ".0" -%}
                {%- else -%} {%- set is.product = false -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if is.product -%}
                {%- do found.append(
                    {
                        "band": band,
                        "node": node,
                        "because": column.meta.band.because,
                        "low": column.meta.band["from"],
                        "high": column.meta.band.to,
                        "less": is.less,
                        "across": is.across,
                        "digits": column.data_type.rstrip(")").split(", ")[1] if ", " in column.data_type else "0",
                        "factor": is.factor,
                        "months_power": is.months,
                        "parts": parts,
                    }
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- Condition: the figure `alias` is one that a part of a band takes: of its codes, and not left out by its mart. -#}
{% macro is_part_of_band(band, part, alias) -%}
    {%- set own = [] -%}
    {%- for codes in part.codes -%} {%- do own.extend(codes.keys()) -%} {%- endfor -%}
    {{ counts_for(band.node, alias, other=own) }} and {{ is_shown_by(part.codes, alias) }}
{%- endmacro %}

{#-
    The keys of a row of the band's mart, as text, of the figure `alias`; without the one `across` which its parts lie.
-#}
{% macro place_of_band(band, alias) -%}
    {%- set series = band.node.config.meta.series -%}
    concat_ws(
        '|'
        {%- for key in series["keys"] if series.get("renamed", {}).get(key, key) != band.across %}
            , {{ alias }}.{{ series.get("renamed", {}).get(key, key) }}
        {%- endfor %}
    )
{%- endmacro %}
