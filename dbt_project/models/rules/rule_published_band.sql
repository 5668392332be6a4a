{#-
    What a mart would show of the figures beside each other, against the band that its contract declares, before any
    mart is built. In each source, of the figures of its latest edition; and among those of all sources, of those that
    go first in their series, as the mart shows them. A growth is looked at as the mart shows it alone. Marts show what
    is decided: as printed only what a decision says that it answers is told. Of a panel that is most of its figures: a
    row of a mart is looked at in full only where the least and the most that anybody states of its parts leave room for
    a value outside.
-#}
{%- set constant = "max(b.factor) * power(max(f.months), max(b.months_power))" %}
{%- set last_digit = "power(10.0, -max(b.digits))" %}
with
    extremes as (
        select
            band,
            part,
            freq,
            {{ quick_hash("place_key") }} as quick_key,
            max(power) as power,
            max({{ months_of("freq") }}) as months,
            min(value) as least,
            max(value) as most
        from {{ ref("int_band__figure") }}
        group by band, part, freq, {{ quick_hash("place_key") }}
    ),

    -- Rows that share a quick key stand here as one that more is stated of: none is passed over for it.
    suspects as (
        select f.band, f.freq, f.quick_key
        from extremes as f
        inner join {{ ref("int_band__declared") }} as b on b.band = f.band
        group by f.band, f.freq, f.quick_key
        having
            count(*) = max(b.parts)
            and (
                min(f.least) <= 0
                or {{ constant }}
                * exp(sum(f.power * ln(greatest(case when f.power > 0 then f.most else f.least end, 1e-300))))
                > max(b.high) + max(b.less) - {{ last_digit }}
                or {{ constant }}
                * exp(sum(f.power * ln(greatest(case when f.power > 0 then f.least else f.most end, 1e-300))))
                < max(b.low) + max(b.less) + {{ last_digit }}
            )
    ),

    figures as (
        select
            f.band,
            f.part,
            f.power,
            f.place_key,
            f.line,
            f.pass,
            e.in_pass,
            f.observation_id,
            f.freq,
            f.value,
            o.source_id,
            o.vintage
        from {{ ref("int_band__figure") }} as f
        inner join
            suspects as s on s.band = f.band and s.freq = f.freq and s.quick_key = {{ quick_hash("f.place_key") }}
        inner join {{ ref("observation_pass") }} as o on o.observation_id = f.observation_id and o.pass = f.pass
        inner join {{ passes() }} as e on e.row_pass = f.pass
    ),

    -- What stands in another row of the mart is beside each row.
    beside as (
        select
            {{ prefixed("f", ["band", "part", "power", "pass", "in_pass", "observation_id", "freq", "value"]) }},
            f.source_id,
            f.vintage,
            concat(f.place_key, case when l.line <> '' then concat('|', l.line) else '' end) as place_key
        from figures as f
        inner join
            (select distinct in_pass, band, place_key, freq, line from figures where line is not null) as l
            on {{ equal("l", "f", ["in_pass", "band", "place_key", "freq"]) }}
            and l.line = coalesce(f.line, l.line)
    ),

    latest as (
        select *
        from
            (
                select
                    f.*,
                    row_number() over (
                        partition by f.in_pass, f.band, f.part, f.place_key, f.beside
                        order by f.place nulls last, f.vintage desc nulls last, f.observation_id
                    ) as edition
                from
                    (
                        select *, source_id as beside, 0 as place
                        from beside
                        union all
                        select f.*, '*', p.place
                        from beside as f
                        left join {{ ref("int_figure__place") }} as p on p.observation_id = f.observation_id
                    ) as f
            ) as f
        where edition = 1
    ),

    products as (
        select
            f.in_pass,
            f.band,
            f.place_key,
            f.beside,
            case
                when max(case when f.value = 0 then 1 else 0 end) = 1
                then 0
                else
                    round(
                        max(b.factor)
                        * power(max({{ months_of("f.freq") }}), max(b.months_power))
                        * exp(sum(f.power * ln(nullif(abs(f.value), 0))))
                        * case when sum(case when f.value < 0 then 1 else 0 end) % 2 = 1 then -1 else 1 end
                        * power(10.0, max(b.digits))
                    )
                    / power(10.0, max(b.digits))
            end
            - max(b.less) as value,
            max(b.low) as low,
            max(b.high) as high,
            max(b.reason_en) as reason_en,
            min(f.source_id) < max(f.source_id) as is_of_several
        from latest as f
        inner join {{ ref("int_band__declared") }} as b on b.band = f.band
        group by f.in_pass, f.band, f.place_key, f.beside
        having
            count(*) = max(b.parts)
            and max(case when f.power < 0 and f.value = 0 then 1 else 0 end) = 0
            and case
                when f.beside = '*' then max(b.less) = 1 or min(f.source_id) < max(f.source_id) else max(b.less) = 0
            end
    ),

    outside as (select * from products where value < low or value > high),

    answered as (
        select distinct f.in_pass, f.band, f.place_key, f.beside
        from latest as f
        inner join {{ ref("stg_decision_cell") }} as c on c.observation_id = f.observation_id and c.is_covered
        inner join
            {{ ref("stg_decision_rule") }} as r on r.decision_id = c.decision_id and r.rule_id = 'plausible.published'
    ),

    found as (
        select o.*, f.power, f.observation_id, {{ place("t") }} as place, t.printed_value, t.printed_unit
        from outside as o
        inner join
            latest as f
            on f.in_pass = o.in_pass
            and f.band = o.band
            and f.place_key = o.place_key
            and f.beside = o.beside
        inner join {{ ref("observation_pass") }} as t on t.observation_id = f.observation_id and t.pass = f.pass
    ),

    findings as (
        select
            'plausible.published' as rule_id,
            o.in_pass as pass,
            concat(o.band, '|', o.beside, '|', o.place_key) as anchor_id,
            concat(
                first_value(o.place) over of_product,
                ': prints ',
                first_value(o.printed_value) over of_product,
                {{ after(" ", "first_value(o.printed_unit) over of_product") }},
                '; marts.',
                o.band,
                case when o.is_of_several then ', of what several sources state,' else '' end,
                ' would be ',
                {{ rounded("o.value") }},
                ', outside ',
                {{ shown("o.low") }},
                ' to ',
                {{ shown("o.high") }},
                '. ',
                o.reason_en
            ) as message,
            case when o.power > 0 then o.observation_id end as numerator_id,
            case when o.power < 0 then o.observation_id end as denominator_id
        from found as o
        left join answered as a on {{ equal("a", "o", ["in_pass", "band", "place_key", "beside"]) }}
        where o.in_pass = 'decided' or a.band is not null
        window
            of_product as (
                partition by o.in_pass, o.band, o.beside, o.place_key
                order by o.power desc nulls last, o.observation_id
                rows between unbounded preceding and unbounded following
            )
    )

    {{ by_role("findings", {"numerator": "numerator_id", "denominator": "denominator_id"}) }}
