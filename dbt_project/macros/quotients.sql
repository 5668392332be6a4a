{#-
    Every figure that is one figure over another, beside each pair of its parts. `only`: a query of the
    observation_ids to look at; without it, a first look: parts are found by a quick key that strangers may share.
-#}
{% macro compared_quotients(only=none) -%}
    {%- set quick = only is none -%}
    {%- set one_of -%}
        {%- if only %} and r.observation_id in ({{ only }}){% endif -%}
    {%- endset -%}
    {%- set columns = ['observation_id', 'pass', 'value_low', 'value_high', 'truncated_low', 'truncated_high', 'printed_value'] -%}
    select
        r.rule_id, {{ pass_of(['r', 'n', 'd']) }} as pass,
        r.observation_id, n.observation_id as numerator_id, d.observation_id as denominator_id,
        r.place, r.printed_value, r.indicator_measure,
        r.value_low, r.value_high, n.value_low as numerator_low, n.value_high as numerator_high,
        d.value_low as denominator_low, d.value_high as denominator_high,
        {%- for role, part in [('numerator', 'n'), ('denominator', 'd')] %}
        {{ part }}.unit_mult as {{ role }}_unit_mult, {{ part }}.printed_unit as {{ role }}_printed_unit, {{ part }}.unit_stated as {{ role }}_unit_stated,
        {{ place(part) }} as {{ role }}_place, {{ line_of(part) }} as {{ role }}_line,
        {%- endfor %}
        case
            when {{ quotient_agrees('r.value', 'n.value', 'd.value') }} then 0
            when {{ quotient_agrees('r.truncated', 'n.value', 'd.value') }} then 1
            else 2
        end as distance
    from (
        select
            q.rule_id, {{ prefixed('r', columns) }}, {{ place('r') }} as place, 'level' as indicator_measure,
            {{ level_key('r', indicator='q.numerator', quick=quick) }} as numerator_key, {{ level_key('r', indicator='q.denominator', quick=quick) }} as denominator_key
        from {{ ref('observation_pass') }} as r
        inner join {{ ref('stg_quotient') }} as q on q.result = r.indicator
        where {{ is_comparable('r') }} and r.measure = 'level'{{ one_of }}

        union all

        select
            'identity.ratio', {{ prefixed('r', columns) }}, {{ place('r') }}, r.measure,
            {{ level_key('r', quick=quick) }}, {{ level_key('r', prefix='counterpart_', quick=quick) }}
        from (
            select
                *,
                {%- for column in ['indicator'] + context_columns() %}
                case when counterpart like '{{ column }}=%' then substr(counterpart, {{ column | length + 2 }}) else {{ column }} end as counterpart_{{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
            from {{ ref('observation_pass') }}
            where measure in ('ratio', 'share')
        ) as r
        where {{ is_comparable('r') }}{{ one_of }}

        union all

        select
            'identity.growth', r.observation_id, r.pass, r.value_low + 1, r.value_high + 1, r.truncated_low + 1, r.truncated_high + 1, r.printed_value,
            {{ place('r') }}, r.measure, {{ level_key('r', quick=quick) }}, {{ level_key('r', time='base_period', quick=quick) }}
        from {{ ref('observation_pass') }} as r
        where {{ is_comparable('r') }} and r.measure = 'growth'{{ one_of }}
    ) as r
    inner join {{ levels(only, quick) }} as n on n.level_key = r.numerator_key and {{ passes_meet('n', 'r') }}
    inner join {{ levels(only, quick) }} as d on d.level_key = r.denominator_key and {{ passes_meet('d', 'r') }} and {{ passes_meet('d', 'n') }}
{%- endmacro %}
