{#-
    Spending by component, and what seeds/relations/part.csv makes of it: a total is the sum of all its parts in
    one scope, or NULL if one of them is missing, withheld or counted otherwise; shares need the total. What a source
    prints as a total stands as printed, marked as a total, with a share only where all parts are known.
    What is no part of the total as part.csv has it has no share of it; medical assistance, which an office of its own
    publishes, stands in marts.social_assistance alone. Where core.scheme has such spending under a total, that one, and
    what is a share of it, says so.
    Parts are followed down two levels: what is spent on assistance is itself a sum. Dibao spending is an indicator of
    its own, whoever states it (seeds/relations/alias.csv).
-#}
{%- set shown = {
    "indicator": ["SOCIAL_SECURITY_EXPENDITURE", "DIBAO_EXPENDITURE"],
    "pop_group": ["_T"],
    "age": ["_T"],
    "residence": ["_T"],
    "population_basis": ["_Z"],
    "actuality": ["actual"],
    "time_basis": ["flow"],
} %}
{%- set shown_apart = dict(shown, residence=["U", "R"], scope=["_Z"]) %}
{%- set told_of_parts = [] %}
{%- for reason in ["in_other_scope", "stands_apart", "is_withheld", "is_missing"] %}
    {%- do told_of_parts.append(
        ["component_" ~ reason, "reason = '" ~ reason ~ "'", {"components": "components_{}"}]
    ) %}
{%- endfor %}
{%- set told_of_totals = [
    ["no_total_of_parts", "lacking_en is not null", {"lacking": "lacking_{}"}],
] %}
{%- set lacks_share = "s.share is null and s.scope = '_Z' and s.is_in_total" %}
{%- set lacks_parts = "s.is_whole and not s.is_sum and s.lacking_en is not null" %}
{%- set share = ["social_security_share"] %}
{%- set told_of_components = [
    "s.caveat",
    ["share_in_other_scope", "s.share is null and s.scope <> '_Z'", {}, share],
    ["no_part_of_total", "s.scope = '_Z' and not s.is_in_total", {}, share],
    ["printed_total_lacks_parts", lacks_share ~ " and " ~ lacks_parts, {"lacking": "s.lacking_{}"}, share],
    ["no_parts", lacks_share ~ " and s.lacking_en is null", {}, share],
    [
        "no_share_without_total",
        lacks_share
        ~ " and s.lacking_en is not null and not ("
        ~ lacks_parts
        ~ ") and s.component <> 'SOCIAL_SECURITY'",
        {"total": "s.total_caveat_{}"},
        share,
    ],
    [
        "total_leaves_out",
        "s.amount is not null and o.schemes_en is not null",
        {"schemes": "o.schemes_{}"},
        ["amount_yuan"],
    ],
    [
        "share_leaves_out",
        "s.share is not null and s.component <> 'SOCIAL_SECURITY' and a.schemes_en is not null",
        {"schemes": "a.schemes_{}"},
        share,
    ],
    [
        "is_another_share_of_gdp",
        differs_from_share("s.amount", "g.gdp", "g.share"),
        {"share": per_cent_of("s.amount", "g.gdp"), "printed": per_cent_of("g.share", 1)},
        ["amount_yuan"],
    ],
] %}
with
    held as (
        select s.*, {{ as_shown("s.obs_value", "decimal(24, 4)") }} as amount
        from {{ ref("series") }} as s
        where {{ shown_in(shown, "s") }}
    ),

    shown as (select * from held where scheme <> 'MEDICAL_ASSISTANCE'),

    -- Dibao spending alone is no structure.
    amounts as (
        select s.*
        from shown as s
        inner join
            (
                select distinct ref_area, freq, time_period from shown where indicator = 'SOCIAL_SECURITY_EXPENDITURE'
            ) as b
            on {{ equal("b", "s", ["ref_area", "freq", "time_period"]) }}
    ),

    leaves as (
        select whole, leaf
        from {{ ref("int_part__leaf") }}
        where indicator = 'SOCIAL_SECURITY_EXPENDITURE' and dimension = 'scheme'
    ),

    in_total as (
        select whole as component
        from leaves
        union
        select leaf
        from leaves
    ),

    -- A scheme, what core.scheme has it under, and what stands between.
    under as (
        select scheme, parent_scheme as whole, cast(null as string) as within, cast(null as string) as within_that
        from {{ ref("stg_scheme") }}
        union all
        select s.scheme, w.parent_scheme, w.scheme, null
        from {{ ref("stg_scheme") }} as s
        inner join {{ ref("stg_scheme") }} as w on w.scheme = s.parent_scheme
        union all
        select s.scheme, x.parent_scheme, w.scheme, x.scheme
        from {{ ref("stg_scheme") }} as s
        inner join {{ ref("stg_scheme") }} as w on w.scheme = s.parent_scheme
        inner join {{ ref("stg_scheme") }} as x on x.scheme = w.parent_scheme
    ),

    no_part as (
        select h.ref_area, h.freq, h.time_period, h.scheme, h.unit_measure, h.amount
        from held as h
        left join in_total as t on t.component = h.scheme
        where h.scope = '_Z' and h.amount is not null and t.component is null
    ),

    -- What is spent on schemes under a total of which neither they nor what they are in are parts.
    left_out as (
        select
            h.ref_area,
            h.freq,
            h.time_period,
            u.whole
            {%- for language in ["en", "zh"] %}
                {%- set amount = with_unit(readable("h.amount"), "n") | replace("{}", language) %}
                {%- set name = {"en": "lower(s.name_en)", "zh": "s.name_zh"}[language] %}
                {%- set stated = (
                    "concat(" ~ name ~ ", '" ~ {"en": " (", "zh": "("}[language] ~ "', " ~ amount ~ ", ')')"
                ) %},
                {{ joined(stated, {"en": ", ", "zh": "、"}[language], ["h.scheme"]) }} as schemes_{{ language }}
            {%- endfor %}
        from no_part as h
        inner join under as u on u.scheme = h.scheme
        inner join (select distinct whole from leaves) as w on w.whole = u.whole
        inner join {{ ref("stg_scheme") }} as s on s.scheme = h.scheme
        inner join {{ ref("stg_unit") }} as n on n.unit_measure = h.unit_measure
        left join leaves as l on l.whole = u.whole and l.leaf in (u.within, u.within_that)
        left join
            no_part as b
            on {{ equal("b", "h", ["ref_area", "freq", "time_period"]) }}
            and b.scheme in (u.within, u.within_that)
        where l.leaf is null and b.scheme is null
        group by h.ref_area, h.freq, h.time_period, u.whole
    ),

    periods as (
        select distinct ref_area, freq, time_period, year, period_start, period_end
        from amounts
        where scheme in (select leaf from leaves)
    ),

    -- Components of which sources state no total, but all the parts that another dimension has.
    stated_apart as (
        select
            s.ref_area,
            s.freq,
            s.time_period,
            s.scheme,
            {{ joined("lower(n.name_en)", ", ", ["s.residence"]) }} as apart_en,
            {{ joined("n.name_zh", "、", ["s.residence"]) }} as apart_zh
        from {{ ref("series") }} as s
        inner join
            {{ ref("stg_part") }} as l
            on l.indicator = s.base_indicator
            and l.dimension = 'residence'
            and l.whole = '_T'
            and l.part = s.residence
        inner join
            (
                select indicator, count(*) as parts
                from {{ ref("stg_part") }}
                where dimension = 'residence' and whole = '_T'
                group by indicator
            ) as w
            on w.indicator = l.indicator
        inner join {{ ref("int_code__named") }} as n on n.codelist = 'residence' and n.code = s.residence
        where {{ shown_in(shown_apart, "s") }} and s.obs_value is not null
        group by s.ref_area, s.freq, s.time_period, s.scheme, s.indicator, w.parts
        having count(*) = w.parts
    ),

    parts as (
        select
            p.*,
            l.whole,
            l.leaf,
            n.name_en,
            n.name_zh,
            a.amount,
            a.obs_status,
            case when a.obs_status is null then o.scope end as other_scope,
            c.name_en as scope_en,
            c.name_zh as scope_zh,
            t.apart_en,
            t.apart_zh
        from periods as p
        cross join leaves as l
        inner join {{ ref("stg_scheme") }} as n on n.scheme = l.leaf
        left join
            amounts as a
            on {{ equal("a", "p", ["ref_area", "freq", "time_period"]) }}
            and a.scheme = l.leaf
            and a.scope = '_Z'
        left join
            (
                select ref_area, freq, time_period, scheme, min(scope) as scope
                from amounts
                where scope <> '_Z'
                group by all
            ) as o
            on {{ equal("o", "p", ["ref_area", "freq", "time_period"]) }}
            and o.scheme = l.leaf
        left join {{ ref("int_code__named") }} as c on c.codelist = 'scope' and c.code = o.scope
        left join stated_apart as t on {{ equal("t", "p", ["ref_area", "freq", "time_period"]) }} and t.scheme = l.leaf
    ),

    lacks as (
        select
            p.*,
            case
                when other_scope is not null
                then 'in_other_scope'
                when obs_status is null and apart_en is not null
                then 'stands_apart'
                when obs_status = 'Q'
                then 'is_withheld'
                else 'is_missing'
            end as reason
        from parts as p
        where amount is null
    ),

    -- Each reason once, with all parts that it holds for.
    lacks_by_reason as (
        select
            ref_area,
            freq,
            time_period,
            whole,
            reason,
            {%- for language in ["en", "zh"] %}
                {%- set mark = {"en": ", ", "zh": "、"}[language] %}
                {%- set beside -%}
                    concat(
                        name_{{ language }},
                        case
                            reason
                            when 'in_other_scope'
                            then concat(' (', lower(scope_{{ language }}), ')')
                            when 'stands_apart'
                            then concat(' (', apart_{{ language }}, ')')
                            else ''
                        end
                    )
                {%- endset %}
                {{ joined(beside, mark, ["leaf"]) }} as components_{{ language }}{{ ',' if not loop.last }}
            {%- endfor %}
        from lacks
        group by ref_area, freq, time_period, whole, reason
    ),

    lacking as (
        select
            ref_area,
            freq,
            time_period,
            whole,
            {%- for language, mark in {"en": "; ", "zh": "；"}.items() %}
                {{ joined("lack_" ~ language, mark, ["reason"]) }} as lacking_{{ language }}{{ ',' if not loop.last }}
            {%- endfor %}
        from
            (
                select
                    l.*
                    {%- for language in ["en", "zh"] %}
                        , {{ caveat(language, told_of_parts) }} as lack_{{ language }}
                    {%- endfor %}
                from lacks_by_reason as l
                cross join ({{ sentences(ref("stg_caveat"), reasons_of(told_of_parts)) }}) as told
            ) as l
        group by ref_area, freq, time_period, whole
    ),

    sums as (
        select
            ref_area,
            freq,
            time_period,
            year,
            period_start,
            period_end,
            whole as component,
            '_Z' as scope,
            case when count(amount) = count(*) then sum(amount) end as amount,
            {{ status_of_sum("obs_status", "count(amount) = count(*)") }} as status
        from parts
        group by ref_area, freq, time_period, year, period_start, period_end, whole
    ),

    totals as (
        select
            s.*,
            l.lacking_en,
            l.lacking_zh
            {%- for language in ["en", "zh"] %}
                , {{ caveat(language, told_of_totals) }} as caveat_{{ language }}
            {%- endfor %}
        from sums as s
        left join lacking as l on {{ equal("l", "s", ["ref_area", "freq", "time_period"]) }} and l.whole = s.component
        cross join ({{ sentences(ref("stg_caveat"), reasons_of(told_of_totals)) }}) as told
    ),

    components as (
        select
            ref_area,
            freq,
            time_period,
            year,
            period_start,
            period_end,
            scheme as component,
            scope,
            false as is_sum,
            amount,
            obs_status as status,
            cast(null as string) as caveat_en,
            cast(null as string) as caveat_zh
        from amounts

        union all

        -- What a source prints as a total stands as printed; a sum of ours does not stand beside it under its name.
        select
            t.ref_area,
            t.freq,
            t.time_period,
            t.year,
            t.period_start,
            t.period_end,
            t.component,
            t.scope,
            true as is_sum,
            t.amount,
            t.status
            {%- for language in ["en", "zh"] %}
                , {{ about(language, ["amount_yuan"], "t.caveat_" ~ language) }} as caveat_{{ language }}
            {%- endfor %}
        from totals as t
        left join
            amounts as a
            on {{ equal("a", "t", ["ref_area", "freq", "time_period"]) }}
            and a.scheme = t.component
            and a.scope = t.scope
        where a.scheme is null
    ),

    shared as (
        select
            c.*,
            c.component in (select whole from leaves) as is_whole,
            i.component is not null as is_in_total,
            case
                when c.scope <> '_Z' or c.amount is null or t.amount is null or i.component is null
                then null
                -- A printed whole is the sum of its parts but for their rounding.
                when c.component = t.component and t.amount <> 0
                then cast(1 as decimal(24, 8))
                else {{ divide("c.amount", "t.amount", 8) }}
            end as share,
            coalesce(t.status, 'L') as total_status,
            t.caveat_en as total_caveat_en,
            t.caveat_zh as total_caveat_zh,
            t.lacking_en,
            t.lacking_zh
        from components as c
        left join in_total as i on i.component = c.component
        left join
            totals as t
            on t.component = 'SOCIAL_SECURITY'
            and {{ equal("t", "c", ["ref_area", "freq", "time_period"]) }}
    ),

    found as (
        select
            s.ref_area,
            s.freq,
            s.time_period,
            s.year,
            s.period_start,
            s.period_end,
            s.component,
            s.scope,
            w.ref_area is not null as is_total,
            {{ as_shown("s.amount", "decimal(24, 4)") }} as amount_yuan,
            s.status as amount_status,
            {{ as_shown("s.share", "decimal(12, 8)") }} as social_security_share,
            -- The whole in itself is one, whatever is doubtful about its parts.
            case
                when s.component = 'SOCIAL_SECURITY' and s.share is not null
                then 'A'
                else {{ computed_status("s.share", ["s.status", "s.total_status"]) }}
            end as social_security_share_status,
            case
                when s.share is not null then 'SOCIAL_SECURITY, scope _Z: the sum of its parts'
            end as share_denominator
            {%- for language in ["en", "zh"] %}
                ,
                case
                    when s.share is not null then {{ sentence(language, "share_of_social_security") }}
                end as share_denominator_name_{{ language }},
                {{ caveat(language, told_of_components) }} as caveat_{{ language }}
            {%- endfor %}
        from shared as s
        left join
            (
                {{
                    totals(
                        ref("part"),
                        "components",
                        ["ref_area", "time_period"],
                        {"component": "scheme", "scope": "scope"},
                        {"SOCIAL_SECURITY_EXPENDITURE": "amount"},
                    )
                }}
            ) as w
            on {{ equal("w", "s", ["ref_area", "time_period", "component", "scope"]) }}
        left join
            (
                select p.ref_area, p.freq, p.time_period, p.scheme, p.scope, p.obs_value as share, g.gdp
                from {{ ref("series") }} as p
                inner join
                    ({{ gdp_of(ref("series")) }}) as g on {{ equal("g", "p", ["ref_area", "freq", "time_period"]) }}
                where
                    {{ shown_in(dict(shown, indicator=["SOCIAL_SECURITY_EXPENDITURE_SHARE"]), "p") }}
                    and p.counterpart = 'indicator=GDP'
            ) as g
            on {{ equal("g", "s", ["ref_area", "freq", "time_period", "scope"]) }}
            and g.scheme = s.component
        left join
            left_out as o
            on {{ equal("o", "s", ["ref_area", "freq", "time_period"]) }}
            and o.whole = s.component
            and s.scope = '_Z'
        left join
            left_out as a on {{ equal("a", "s", ["ref_area", "freq", "time_period"]) }} and a.whole = 'SOCIAL_SECURITY'
        cross join
            ({{ sentences(ref("stg_caveat"), reasons_of(told_of_components) + ["share_of_social_security"]) }}) as told
    )

    {{
        in_full(
            "expenditure_structure",
            "found",
            ref("int_code__named"),
            ref("series"),
            ref("int_series__told"),
            ref("stg_caveat"),
            ref("int_series__unit_decided"),
            ref("stg_hedge"),
            follows=lineage_of_structure("found", ref("series"), "noted", ref("int_part__leaf"), empty=true),
            sums=lineage_of_structure("found", ref("series"), ref("series"), ref("int_part__leaf"), empty=true),
        )
    }}
