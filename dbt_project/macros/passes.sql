{#-
    observation_pass holds a figure that no decision touches once, as pass `both`; one that a decision
    touches twice, as `printed` and as `decided`. Rules join figures of passes that meet, and spread what
    they find over the two passes at the end.
-#}

{#- Join condition: the two figures stand beside each other in at least one pass. -#}
{% macro passes_meet(a, b) -%}
    ({{ a }}.pass = {{ b }}.pass or {{ a }}.pass = 'both' or {{ b }}.pass = 'both')
{%- endmacro %}

{#- The pass in which all of `aliases` stand, which meet pairwise. -#}
{% macro pass_of(aliases) -%}
    case
        when 'printed' in ({% for alias in aliases %}{{ alias }}.pass{{ ', ' if not loop.last }}{% endfor %}) then 'printed'
        when 'decided' in ({% for alias in aliases %}{{ alias }}.pass{{ ', ' if not loop.last }}{% endfor %}) then 'decided'
        else 'both'
    end
{%- endmacro %}

{#- The passes, each with the marks of the rows that belong to it: join on stands_as. -#}
{% macro passes() -%}
    (
        select 'printed' as in_pass, 'printed' as stands_as union all select 'printed', 'both'
        union all select 'decided', 'decided' union all select 'decided', 'both'
    )
{%- endmacro %}

{#-
    Which figures rules compare: usable ones in their indicator's own unit. Money without a period is taken to be
    in that unit: leaving the period out hides nothing (unit.time_denominator warns).
-#}
{% macro is_comparable(alias='') -%}
    {%- set a = alias ~ '.' if alias else '' -%}
    {{ a }}is_usable and (
        {{ a }}unit_measure = {{ a }}natural_unit
        or ({{ a }}quantity = {{ a }}natural_quantity and {{ a }}months is null and {{ a }}natural_months is not null))
{%- endmacro %}

{#-
    Usable levels that other figures are compared with, each with its key, for joins of parts to results.
    `near`: a query of observation_ids, if only the levels of their areas and counterparts matter.
-#}
{% macro levels(near=none) -%}
    (
        select u.*, {{ level_key('u') }} as level_key
        from {{ ref('observation_pass') }} as u
        inner join {{ ref('int_level__part') }} as part on part.indicator = u.indicator
        where {{ is_comparable('u') }} and u.measure = 'level'
        {%- if near %} and u.ref_area in (
            select ref_area from {{ ref('observation_pass') }} where observation_id in ({{ near }})
            union select substr(counterpart, 10) from {{ ref('observation_pass') }} where counterpart like 'ref_area=%')
        {%- endif %}
    )
{%- endmacro %}
