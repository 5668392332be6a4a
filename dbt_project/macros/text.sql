{#- Text that engines join, cut and read in words of their own. -#}
{#-
    The texts of a group joined by `mark`, in the order of `keys`; NULL where there is none. The keys leave no order
    open, and are not NULL where the text is not.
-#}
{% macro joined(text, mark, keys) -%} {{ return(adapter.dispatch("joined")(text, mark, keys)) }} {%- endmacro %}

{% macro default__joined(text, mark, keys) -%}
    case
        when count({{ text }}) > 0
        then
            array_join(
                transform(
                    array_sort(
                        collect_list(
                            case
                                when {{ text }} is not null
                                then
                                    named_struct(
                                        {%- for key in keys %}'key_{{ loop.index }}', {{ key }}, {% endfor %} 'text',
                                        {{ text }}
                                    )
                            end
                        )
                    ),
                    one -> one.text
                ),
                '{{ mark }}'
            )
    end
{%- endmacro %}

{% macro duckdb__joined(text, mark, keys) -%}
    string_agg({{ text }}, '{{ mark }}' order by {{ keys | join(", ") }})
{%- endmacro %}

{#- A decimal as text, without zeros at its end. -#}
{% macro without_zeros(number) -%}
    trim(trailing '.' from trim(trailing '0' from {{ digits_shown(number) }}))
{%- endmacro %}

{#-
    An amount as readers take it, in billions or millions, 亿 or 万; and with the name of its unit. `{}` in the SQL is
    the language, as in sentence.
-#}
{% macro readable(number) -%}
    {%- set steps = [
        ["en", " billion", "1000000000", "0.000000001"],
        ["en", " million", "1000000", "0.000001"],
        ["zh", "亿", "100000000", "0.00000001"],
        ["zh", "万", "10000", "0.0001"],
    ] -%}
    case
        {%- for language, name, least, factor in steps %}
            {%- set taken = "cast(" ~ number ~ " as decimal(24, 4)) * cast(" ~ factor ~ " as decimal(10, 9))" %}
            when '{}' = '{{ language }}' and abs({{ number }}) >= {{ least }}
            then concat({{ without_zeros(taken) }}, '{{ name }}')
        {%- endfor %}
        else {{ without_zeros(number) }}
    end
{%- endmacro %}

{% macro with_unit(number, unit) -%}
    concat({{ number }}, case when '{}' = 'en' then ' ' else '' end, lower({{ unit }}.name_{}))
{%- endmacro %}

{#- A decimal as text, with all of its decimals; an engine may add zeros. -#}
{% macro digits_shown(number) -%} {{ return(adapter.dispatch("digits_shown")(number)) }} {%- endmacro %}

{% macro default__digits_shown(number) -%} cast({{ number }} as string) {%- endmacro %}

{#- Spark shows what is small as 1E-7, and zero of ten decimals as 0E-10. -#}
{% macro spark__digits_shown(number) -%} translate(format_number({{ number }}, 12), ',', '') {%- endmacro %}

{#- A value in another type; NULL where the type cannot hold it. -#}
{% macro cast_or_null(value, data_type) -%}
    {{ return(adapter.dispatch("cast_or_null")(value, data_type)) }}
{%- endmacro %}

{% macro default__cast_or_null(value, data_type) -%} try_cast({{ value }} as {{ data_type }}) {%- endmacro %}

{#- A text of the project as SQL, whatever quotes are in it: each engine escapes them in its own way. -#}
{% macro text_literal(text) -%} {{ dbt.string_literal(dbt.escape_single_quotes(text)) }} {%- endmacro %}

{#- A text without blanks: the common one, the one that does not break, and those as wide as a sign. -#}
{% macro without_blanks(text) -%} {{ replace_all(text, "[   　]+", "") }} {%- endmacro %}

{#- The whole numbers from 1 to `last`, at most 999, as the column `n` of a select. -#}
{% macro counting(last) -%}
    {%- set digits -%} (select {{ range(10) | join(" as d union all select ") }} as d) {%- endset -%}
    h.d * 100 + t.d * 10 + o.d as n
    from {{ digits }} as h
    cross join {{ digits }} as t
    cross join {{ digits }} as o
    where h.d * 100 + t.d * 10 + o.d between 1 and {{ last }}
{%- endmacro %}

{#- How wide an area of a level is: 1 for the widest. -#}
{% macro width_of_area(level) -%}
    case {{ level }} when 'country' then 1 when 'prefecture' then 3 when 'county' then 4 else 2 end
{%- endmacro %}

{#-
    A cell as its workbook names it, `Sheet1!C12`; NULL for a file without sheets. Columns are letters to base 26
    without a zero, up to three of them.
-#}
{% macro cell_address(file, row_no, column_no) -%}
    {%- set place = [
        "case when " ~ column_no ~ " > 702 then floor((" ~ column_no ~ " - 27) / 676) else 0 end",
        "case when " ~ column_no ~ " > 26 then floor((" ~ column_no ~ " - 27) / 26) % 26 + 1 else 0 end",
        "(" ~ column_no ~ " - 1) % 26 + 1",
    ] -%}
    case
        when split_part({{ file }}, '#', 2) <> ''
        then
            split_part({{ file }}, '#', 2) || '!'
            {% for letter in place -%}
                || trim(substr(' ABCDEFGHIJKLMNOPQRSTUVWXYZ', {{ as_shown("(" ~ letter ~ ")", "integer") }} + 1, 1))
            {% endfor -%}
            || cast({{ row_no }} as string)
    end
{%- endmacro %}
