{#- Dimensions of an observation, by the use SQL makes of them; `vars.dimensions` of dbt_project.yml lists them. -#}
{#- The dimensions, or those of which `use` is said. -#}
{% macro dimensions(use=none) -%}
    {%- set found = [] -%}
    {%- for name, told in var('dimensions').items() if use is none or told.get(use) -%}
        {%- do found.append(name) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro context_columns() -%} {{ return(dimensions("is_context")) }} {%- endmacro %}

{#- Whether the layout in a column is one of which all of `told` holds; `vars.layouts` of dbt_project.yml says it. -#}
{% macro layout_has(column, told) -%}
    {%- set found = [] -%}
    {%- for name, facts in var("layouts").items() -%}
        {%- set differing = [] -%}
        {%- for fact, value in told.items() if facts[fact] != value -%} {%- do differing.append(fact) -%} {%- endfor -%}
        {%- if not differing -%} {%- do found.append("'" ~ name ~ "'") -%} {%- endif -%}
    {%- endfor -%}
    {{ column }} in ({{ found | join(", ") }})
{%- endmacro %}

{#- Whether a figure leads to its cell and back by itself: all but those of files that have too many. -#}
{% macro is_followed(column) -%} {{ layout_has(column, {"is_followed": true}) }} {%- endmacro %}

{#- Whether a figure stands in running text, which spans nothing. -#}
{% macro in_running_text(column) -%}
    {{ layout_has(column, {"is_printed": true, "has_a_figure_a_row": true}) }}
{%- endmacro %}

{#- Whether a figure stands in a printed table, where row and column name it. -#}
{% macro in_printed_table(column) -%}
    {{ layout_has(column, {"is_printed": true, "has_a_figure_a_row": false}) }}
{%- endmacro %}

{#- What precedence takes within a source: a printed table, then a long file, then running text. -#}
{% macro layout_rank(alias) -%}
    case
        {{ alias }}.layout
        {%- for name, told in var("layouts").items() %} when '{{ name }}' then {{ told["precedence"] }}{% endfor %}
    end
{%- endmacro %}

{#- What makes a series, without its time. -#}
{% macro series_columns() -%}
    {{ return(dimensions() | reject("in", ["time_period", "base_period"]) | list) }}
{%- endmacro %}

{#- What makes one value of a series. -#}
{% macro series_key_columns() -%} {{ return(series_columns() + ["time_period", "base_period"]) }} {%- endmacro %}

{#- What a decision may change, apart from printed_unit, obs_value and obs_status. -#}
{% macro decidable_dimensions() -%} {{ return(dimensions() | reject("equalto", "freq") | list) }} {%- endmacro %}

{#- Join condition: equal in all of `columns`. -#}
{% macro equal(a, b, columns) -%}
    {%- for column in columns %} {{ a }}.{{ column }} = {{ b }}.{{ column }}{{ ' and ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{% macro prefixed(alias, columns) -%}
    {%- for column in columns %} {{ alias }}.{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{#- Readable key of a series: its dimensions, in the order in which they are listed. -#}
{% macro series_id(alias) -%} concat_ws('.', {{ prefixed(alias, series_columns()) }}) {%- endmacro %}

{#-
    The code under which marts.series shows a figure: of a level its indicator, of another measure a code of its own,
    so that who asks for an indicator gets one measure. No listed indicator may bear such a code, see
    validations/contracts.py.
-#}
{% macro series_indicator(alias) -%}
    case
        when {{ alias }}.measure = 'level'
        then {{ alias }}.indicator
        else concat({{ alias }}.indicator, '_', upper({{ alias }}.measure))
    end
{%- endmacro %}

{#- The unit that values of a measure have where those of its indicator's levels have `unit`. -#}
{% macro unit_of_measure(measure, unit) -%}
    case when {{ measure }} in ('ratio', 'share', 'growth') then 'PURE_NUMB' else {{ unit }} end
{%- endmacro %}

{#- A text after `mark`, and nothing where there is none: engines differ in what concat makes of NULL. -#}
{% macro after(mark, text) -%}
    case when {{ text }} is not null then concat('{{ mark }}', {{ text }}) else '' end
{%- endmacro %}

{#- Where a cell stands, for people: file, row, column. -#}
{% macro place(alias) -%}
    concat(
        {{ alias }}.file,
        ', row ',
        cast({{ alias }}.row_no as string),
        ', column ',
        cast({{ alias }}.column_no as string),
        ' (',
        coalesce({{ alias }}.row_label, ''),
        ' / ',
        coalesce({{ alias }}.column_label, ''),
        ')'
    )
{%- endmacro %}

{#- The printed row that a cell stands in; a figure of running text, or of a bulk file, is a row of its own. -#}
{% macro line_of(alias) -%}
    case
        when {{ in_printed_table(alias ~ ".layout") }}
        then concat({{ alias }}.source_id, ':', {{ alias }}.table_id, ':r', cast({{ alias }}.row_no as string))
        else {{ alias }}.observation_id
    end
{%- endmacro %}

{#-
    What tells one level from another but for its pass, as one key of 128 bits: a join of millions goes
    through one number, and a join of three cannot be planned as every period with every other.
    `indicator`: of the part that is looked for, where it is not the row's own. `quick`: a key that unequal
    levels may share, at a tenth of the cost, for a first look that only narrows down.
-#}
{% macro level_key(alias, time="time_period", prefix="", indicator=none, quick=false) -%}
    {%- set parts -%}
        {{ prefixed(alias, ['source_id', 'freq', time]) }}, {{ indicator or (alias ~ '.' ~ prefix ~ 'indicator') }}
        {%- for column in context_columns() %}, {{ alias }}.{{ prefix }}{{ column }}{% endfor %}
    {%- endset -%}
    {{ quick_hash(parts) if quick else wide_hash("concat_ws('|', " ~ parts ~ ")") }}
{%- endmacro %}

{#- Dimensions in which figures add up: see seeds/relations/part.csv. -#}
{% macro additive_dimensions() -%} {{ return(dimensions("adds_up")) }} {%- endmacro %}

{#- Dimensions that a form of a concept may consist of: see seeds/relations/alias.csv. -#}
{% macro formed_dimensions() -%}
    {{ return(["indicator", "measure"] + (context_columns() | reject("in", ["ref_area", "actuality"]) | list)) }}
{%- endmacro %}

{#- The code of a dimension in a text such as scheme=DIBAO residence=U; NULL where it has none. -#}
{% macro code_in_text(text, dimension) -%}
    nullif(regexp_extract(concat(' ', {{ text }}), ' {{ dimension }}=([^ ]+)', 1), '')
{%- endmacro %}

{#- Join condition: the figure `l` is one that the declared form `a` is read as. -#}
{% macro is_read_from(l, a) -%}
    {%- for dimension in formed_dimensions() %}
        (
            {{ a }}.read_{{ dimension }} is null or {{ a }}.read_{{ dimension }} = {{ l }}.{{ dimension }}
        ){{ ' and ' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{#- What a figure has in the additive dimension that `name` names, row by row. -#}
{% macro code_in(alias, name) -%}
    case
        {{ name }}
        {%- for dimension in additive_dimensions() %}
            when '{{ dimension }}' then {{ alias }}.{{ dimension }}
        {% endfor %}
    end
{%- endmacro %}

{#- The context of a figure with the code of its whole in the dimension in which it adds up, for a key. -#}
{% macro whole_context(alias, side) -%}
    {%- for column in context_columns() -%}
        ,
        {% if column in additive_dimensions() %}
            case when {{ side }}.dimension = '{{ column }}' then {{ side }}.whole else {{ alias }}.{{ column }} end
        {% else %} {{ alias }}.{{ column }}
        {% endif %}
    {%- endfor -%}
{%- endmacro %}

{#- The context of a figure, as whole_context gives it for one that is a whole. -#}
{% macro own_context(alias) -%}
    {%- for column in context_columns() -%}, {{ alias }}.{{ column }}{%- endfor -%}
{%- endmacro %}

{#- The words of a text in lower case, each with a space before and after. -#}
{% macro words_of(text) -%}
    concat(' ', {{ replace_all("lower(" ~ text ~ ")", "[^a-z0-9]+", " ") }}, ' ')
{%- endmacro %}

{#- The digits of a text. -#}
{% macro digits_of(text) -%} {{ replace_all(text, "[^0-9]", "") }} {%- endmacro %}

{#- Every match of a regular expression replaced. -#}
{% macro replace_all(text, pattern, by) -%}
    {{ return(adapter.dispatch("replace_all")(text, pattern, by)) }}
{%- endmacro %}

{% macro default__replace_all(text, pattern, by) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ by }}')
{%- endmacro %}

{% macro duckdb__replace_all(text, pattern, by) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ by }}', 'g')
{%- endmacro %}

{#- 128 bits of md5 of a text: equal only if the texts are. -#}
{% macro wide_hash(text) -%} {{ return(adapter.dispatch("wide_hash")(text)) }} {%- endmacro %}

{% macro default__wide_hash(text) -%} md5({{ text }}) {%- endmacro %}

{% macro duckdb__wide_hash(text) -%} md5_number({{ text }}) {%- endmacro %}

{#- A quick hash of columns, which unequal rows may share: narrows down, and proves nothing. -#}
{% macro quick_hash(columns) -%} {{ return(adapter.dispatch("quick_hash")(columns)) }} {%- endmacro %}

{% macro default__quick_hash(columns) -%} xxhash64({{ columns }}) {%- endmacro %}

{% macro duckdb__quick_hash(columns) -%} hash({{ columns }}) {%- endmacro %}
