{#-
    A failure means that a row is said to be a total and contains no other one of its area and period, or the other way
    round; or that the rows which are none do not add up to it: within the rounding of printed figures where all are
    there, and without more than it where some are missing, or else its status says that something is doubtful. A sum of
    the mart's own is exact. From the contract: columns of the grain in whose dimension figures add up, printed measures
    that are additive. validations/totals.py says the same for the audit.
-#}
{% test totals_add_up(model) %}
    -- depends_on: {{ ref('series') }}
    -- depends_on: {{ ref('observation') }}
    -- depends_on: {{ ref('part') }}
    {%- if execute %}
        {%- set node = model_metadata(model.identifier) %}
        {%- set grain, series_keys = node.config.meta.grain, node.config.meta.series["keys"] %}
        {%- set renamed = node.config.meta.series.get("renamed", {}) %}
        {%- set dimensions = {} %}
        {%- for column in grain if renamed.get(column, column) in additive_dimensions() %}
            {%- do dimensions.update({column: renamed.get(column, column)}) %}
        {%- endfor %}
        {%- set measures, values = [], {} %}
        {%- for column in shown_columns(node) if node.columns[column.name].meta.additive %}
            {%- do measures.append(column) %}
            {%- for codes in column.codes %} {% do values.update({codes.indicator: column.name}) %} {% endfor %}
        {%- endfor %}
        {%- set at = grain | reject("in", dimensions.keys() | list) | list %}
        with
            totals as ({{ totals(ref("part"), model, at, dimensions, values) }}),

            figures as (
                {%- for column in measures %}
                    select
                        '{{ column.name }}' as measure,
                        {%- for key in series_keys %} s.{{ renamed.get(key, key) }} as {{ key }},{% endfor %}
                        max(
                            case
                                when s.obs_value is null
                                then null
                                when o.qualifier = '_Z'
                                then
                                    0.5
                                    * power(10.0, o.unit_mult - coalesce(o.decimals, 0))
                                    * coalesce(
                                        abs(
                                            cast(o.obs_value as double) / nullif(cast(o.printed_obs_value as double), 0)
                                        ),
                                        1
                                    )
                                when o.obs_low is null or o.obs_high is null
                                then power(10.0, 30)
                                else
                                    greatest(
                                        cast(o.obs_high - o.obs_value as double),
                                        cast(o.obs_value - o.obs_low as double)
                                    )
                            end
                        ) as slack
                    from {{ ref("series") }} as s
                    inner join {{ ref("observation") }} as o on o.observation_id = s.observation_id
                    where {{ is_shown_by(column.codes, "s") }} and {{ counts_for(node, "s") }}
                    group by
                        {%- for key in series_keys %}
                            s.{{ renamed.get(key, key) }}{{ ',' if not loop.last }}
                        {%- endfor %}
                        {{ 'union all' if not loop.last }}
                {%- endfor %}
            ),

            leaves as (
                select indicator, dimension, whole as code, count(*) as leaves
                from {{ ref("part") }}
                where is_leaf
                group by indicator, dimension, whole
            ),

            sums as (
                {%- for measure in measures %}
                    {%- set value, status = measure.name, node.columns[measure.name].meta.status %}
                    {%- set rounded = 0.5 if measure.data_type == "bigint" else 0.00005 %}
                    {%- set measure_loop = loop %}
                    {%- for column, dimension in dimensions.items() %}
                        select
                            '{{ value }}' as measure,
                            {{ prefixed("t", grain) }},
                            min(t.{{ value }}) as total,
                            max(t.{{ status }}) in ('A', 'P') as is_sound,
                            max(case when w.ref_area is not null then 1 else 0 end) = 1 as is_in_series,
                            max(w.slack) is not null as is_printed,
                            sum(p.{{ value }}) as parts,
                            max(case when p.{{ status }} not in ('A', 'P') then 1 else 0 end) = 0 as parts_are_sound,
                            count(case when p.is_total or b.leaves is not null then p.{{ value }} end) as wholes,
                            sum(case when p.{{ value }} is not null then coalesce(b.leaves, 1) else 0 end)
                            >= min(a.leaves) as is_complete,
                            max(w.slack)
                            + coalesce(sum(f.slack), 0)
                            + {{ rounded }} * (1 + count(p.{{ value }})) as slack
                        from {{ model }} as t
                        inner join
                            {{ ref("part") }} as x
                            on x.dimension = '{{ dimension }}'
                            and x.indicator in ('{{ measure.codes | map(attribute="indicator") | join("', '") }}')
                            and x.whole = t.{{ column }}
                        inner join
                            leaves as a on {{ equal("a", "x", ["indicator", "dimension"]) }} and a.code = t.{{ column }}
                        left join leaves as b on {{ equal("b", "x", ["indicator", "dimension"]) }} and b.code = x.part
                        left join
                            {{ model }} as p
                            on {{ equal("p", "t", grain | reject("equalto", column) | list) }}
                            and p.{{ column }} = x.part
                            and (not p.is_total or b.code is null)
                            and p.{{ value }} is not null
                        left join figures as w on w.measure = '{{ value }}' and {{ equal("w", "t", series_keys) }}
                        left join figures as f on f.measure = '{{ value }}' and {{ equal("f", "p", series_keys) }}
                        where t.is_total
                        group by
                            {{ prefixed("t", grain) }},
                            x.indicator
                            {{ 'union all' if not (loop.last and measure_loop.last) }}
                    {%- endfor %}
                {%- endfor %}
            )

        select
            'is_total' as measure,
            {{ prefixed("m", grain) }},
            null as total,
            null as parts,
            concat(
                '{{ node.schema }}.{{ node.name }}: ',
                {{ row_key("m", grain) }},
                case
                    when m.is_total
                    then ' is said to be a total and contains no row'
                    else ' contains a row and is no total'
                end
            ) as message
        from {{ model }} as m
        left join totals as w on {{ equal("w", "m", at + (dimensions.keys() | list)) }}
        where m.is_total <> (w.ref_area is not null)

        union all

        select
            s.measure,
            {{ prefixed("s", grain) }},
            s.total,
            s.parts,
            concat(
                '{{ node.schema }}.{{ node.name }}: ',
                {{ row_key("s", grain) }},
                ' has ',
                coalesce(cast(s.total as string), 'nothing'),
                ' in ',
                s.measure,
                ', its parts ',
                coalesce(cast(s.parts as string), 'nothing')
            )
        from sums as s
        where
            case
                when s.total is null
                then not s.is_in_series and s.is_complete and s.wholes = 0
                when not s.is_printed
                then not s.is_complete or s.total <> s.parts
                else
                    s.is_sound
                    and (
                        (s.parts - s.total > s.slack and (s.is_complete or s.parts_are_sound))
                        or (s.total - s.parts > s.slack and s.is_complete)
                    )
            end
    {%- endif %}
{% endtest %}
