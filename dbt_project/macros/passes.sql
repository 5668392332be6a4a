{#-
    observation_pass holds a figure that no decision touches once, as pass `both`; one that a decision
    touches twice, as `printed` and as `decided`. Rules join figures that stand in one pass, and spread
    what they find over the two at the end. The words: docs/glossary.md.
-#}
{#- Join condition: the two figures stand beside each other in at least one pass. -#}
{% macro in_one_pass(a, b) -%}
    ({{ a }}.pass = {{ b }}.pass or {{ a }}.pass = 'both' or {{ b }}.pass = 'both')
{%- endmacro %}

{#- The pass in which all of `aliases` stand; each two of them stand in one. -#}
{% macro pass_of(aliases) -%}
    case
        when 'printed' in ({% for alias in aliases %}{{ alias }}.pass{{ ', ' if not loop.last }}{% endfor %})
        then 'printed'
        when 'decided' in ({% for alias in aliases %}{{ alias }}.pass{{ ', ' if not loop.last }}{% endfor %})
        then 'decided'
        else 'both'
    end
{%- endmacro %}

{#-
    The passes, each with the marks of the rows that belong to it: join on row_pass. `untouched`: also the rows
    of a series that no decision touches, see pass_or_untouched; they stay in both until their finding is spread.
-#}
{% macro passes(untouched=false) -%}
    (
        select 'printed' as in_pass, 'printed' as row_pass
        union all
        select 'printed', 'both'
        union all
        select 'decided', 'decided'
        union all
        select 'decided', 'both'
        {%- if untouched %}
            union all
            select 'both', 'untouched'
        {%- endif %}
    )
{%- endmacro %}

{#-
    How the figure `o` stands among those of its source, indicator and area: untouched if no decision touches any of
    them, so that what is computed along its series is the same in both passes. Join `t`, the rows of touched_places.
-#}
{% macro pass_or_untouched(o, t) -%}
    case when {{ t }}.source_id is null then 'untouched' else {{ o }}.pass end
{%- endmacro %}

{#- Sources, indicators and areas of which a decision touches one of `levels`. -#}
{% macro touched_places(levels) -%}
    (select distinct source_id, indicator, ref_area from {{ levels }} where pass <> 'both')
{%- endmacro %}

{#-
    Which figures rules compare: usable ones in their indicator's own unit. Money without a period is taken to be
    in that unit: leaving the period out hides nothing (unit.time_denominator warns).
-#}
{% macro is_comparable(alias="") -%}
    {%- set a = alias ~ "." if alias else "" -%}
    {{ a }}is_usable and ({{ a }}unit_measure = {{ a }}natural_unit or {{ a }}lacks_period)
{%- endmacro %}

{#-
    Usable levels that other figures are compared with, each with its key, for joins of parts to results.
    `figures`: observation_pass; `parts`: int_level__part. `near`: a query of areas, a small table
    that a planner knows to be small, if only their levels matter. `quick`: see level_key.
-#}
{% macro levels(figures, parts, near=none, quick=false) -%}
    (
        select u.*, {{ level_key("u", quick=quick) }} as level_key
        from {{ figures }} as u
        inner join {{ parts }} as part on part.indicator = u.indicator
        where
            {{ is_comparable("u") }} and u.measure = 'level' {%- if near %} and u.ref_area in ({{ near }}) {%- endif %}
    )
{%- endmacro %}

{#-
    A query of findings spread over the roles that its figures play: `roles` maps a role to the column with its
    observation_id. `with_condition`: they say on which condition they were found.
-#}
{% macro by_role(findings, roles, with_condition=false) -%}
    {%- for role, column in roles.items() %}
        select distinct
            rule_id,
            pass,
            anchor_id,
            {{ " condition," if with_condition }} message,
            '{{ role }}' as role,
            {{ column }} as observation_id
        from {{ findings }}
        where {{ column }} is not null {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#-
    The figures of one source, area and period that have one indicator, as one key of 128 bits: with a column each, a
    planner may join all that stands in a place before it asks for the indicator.
-#}
{% macro beside_key(alias, indicator=none) -%}
    {{
        wide_hash(
            "concat_ws('|', "
            ~ prefixed(alias, ["source_id", "ref_area", "freq", "time_period", "actuality"])
            ~ ", "
            ~ (indicator or alias ~ ".indicator")
            ~ ")"
        )
    }}
{%- endmacro %}

{#- Join condition: figures of the same residence or of all, that meet; their keys of beside_key are equal as well. -#}
{% macro is_beside(a, b) -%} {{ a }}.residence in ({{ b }}.residence, '_T') and {{ in_one_pass(a, b) }} {%- endmacro %}

{#-
    Joins the band of growth a year of `indicator`, of stg_plausible, as `b`: the area's own, or the one for all areas.
    Ask for own_band too.
-#}
{% macro join_growth_band(bands, indicator, ref_area) -%}
    inner join
        {{ bands }} as b
        on b.kind = 'growth'
        and b.numerator = {{ indicator }}
        and coalesce(b.ref_area, {{ ref_area }}) = {{ ref_area }}
    left join
        {{ bands }} as own on own.kind = 'growth' and own.numerator = {{ indicator }} and own.ref_area = {{ ref_area }}
{%- endmacro %}

{#- Condition after join_growth_band: an area's own band goes before the one for all. -#}
{% macro own_band() -%} (own.relation_id is null or own.relation_id = b.relation_id) {%- endmacro %}

{#-
    Condition: a figure of an earlier period, `earlier`, may have been restated since, so that a later one, `later`, was
    reckoned on another: the source comes again, and the two do not stand in one printed table, which was printed at
    once. `sources`: stg_source.
-#}
{% macro may_be_restated(earlier, later, sources) -%}
    {{ comes_again(earlier, sources) }} and not {{ in_one_printed_table(earlier, later) }}
{%- endmacro %}

{#- Condition: the source of a figure is published again and again. `sources`: stg_source. -#}
{% macro comes_again(figure, sources) -%}
    ({{ figure }}.source_id in (select source_id from {{ sources }} where cadence <> 'never'))
{%- endmacro %}

{#- Condition: two figures stand in one printed table. -#}
{% macro in_one_printed_table(a, b) -%}
    ({{ a }}.table_id = {{ b }}.table_id and {{ in_printed_table(a ~ ".layout") }})
{%- endmacro %}

{#- Condition: an interval lies no further from the interval that is implied than a share of itself. -#}
{% macro is_near(stated, implied, share) -%}
    coalesce(
        cast({{ implied }}_low as double)
        <= cast({{ stated }}_high as double) + abs(cast({{ stated }}_high as double)) * cast({{ share }} as double)
        and cast({{ implied }}_high as double)
        >= cast({{ stated }}_low as double) - abs(cast({{ stated }}_low as double)) * cast({{ share }} as double),
        false
    )
{%- endmacro %}

{#- Condition: neither of the sources of two figures revises the other. `revisions`: stg_revision. -#}
{% macro no_revision(a, b, revisions) -%}
    not exists (
        select *
        from {{ revisions }} as v
        where
            (v.source_id = {{ a }}.source_id and v.revised_source_id = {{ b }}.source_id)
            or (v.source_id = {{ b }}.source_id and v.revised_source_id = {{ a }}.source_id)
    )
{%- endmacro %}

{#-
    The figures of a relation of several statements (of int_figure__restated) that a later edition, or a publication
    that revises theirs, states anew: revised, they dispute nothing. `revisions`: stg_revision. Grain: observation_id.
-#}
{% macro stated_anew(figures, revisions) -%}
    select distinct d.observation_id
    from {{ figures }} as d
    inner join {{ figures }} as n on {{ equal("n", "d", series_key_columns()) }}
    left join {{ revisions }} as v on v.source_id = n.source_id and v.revised_source_id = d.source_id
    where v.source_id is not null or (n.source_id = d.source_id and nullif(n.vintage, '_U') > nullif(d.vintage, '_U'))
{%- endmacro %}
