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
    trim(trailing '.' from trim(trailing '0' from cast({{ number }} as string)))
{%- endmacro %}

{#- A value in another type; NULL where the type cannot hold it. -#}
{% macro cast_or_null(value, data_type) -%}
    {{ return(adapter.dispatch("cast_or_null")(value, data_type)) }}
{%- endmacro %}

{% macro default__cast_or_null(value, data_type) -%} try_cast({{ value }} as {{ data_type }}) {%- endmacro %}

{#- A text of the project as SQL, whatever quotes are in it: each engine escapes them in its own way. -#}
{% macro text_literal(text) -%} {{ dbt.string_literal(dbt.escape_single_quotes(text)) }} {%- endmacro %}
