"""Suites of the marts: what analysts and BI tools read."""

from __future__ import annotations

from validations import row_keys
from validations.dimensions import SERIES_ID
from validations.expectations import Entry, not_empty, rows
from validations.published import is_followed

#: Dimensions of an observation that marts.series has under another name.
OF_SERIES = {"indicator": "base_indicator"}

MARTS: dict[str, list[Entry]] = {
    "marts.series": [
        not_empty(),
        rows(
            "value_is_that_of_its_observation",
            """
            select s.* from {batch} as s left join core.observation as o on o.observation_id = s.observation_id
            where o.observation_id is null or (s.base_indicator, s.measure) is distinct from (o.indicator, o.measure)
                or (s.obs_value is not null and (not o.is_usable or s.obs_value is distinct from o.obs_value or s.unit_measure <> o.unit_measure))""",
        ),
        rows(
            "stands_for_every_observation",
            f"""
            with unselected as (
                select o.* from core.observation as o
                left join {{batch}} as s on s.observation_id = o.observation_id
                where o.is_usable and (s.observation_id is null
                    or (s.obs_value is null and o.obs_value is not null and o.unit_measure = s.unit_measure))
            )
            select o.observation_id, o.indicator, o.ref_area, o.time_period, o.obs_value
            from unselected as o
            left join {{batch}} as s on {" and ".join(f"s.{OF_SERIES.get(name, name)} = o.{name}" for name in (*SERIES_ID, "time_period", "base_period"))}
            where s.series_id is null or (s.obs_value is null and s.qualifier <> 'range' and s.unit_measure = o.unit_measure)""",
        ),
        rows(
            "flow_is_what_came_since",
            """
            select s.* from {batch} as s
            left join marts.series as p on p.series_id = s.series_id and p.source_id = s.source_id and p.year = s.year
                and date_diff('month', p.period_start, s.period_start) = s.flow_months
            where (s.flow_value is null) <> (s.flow_months is null)
                or (s.flow_value is not null and (
                    s.time_basis <> 'year_to_date' or (p.series_id is null) <> (month(s.period_start) = 1)
                    or s.flow_value <> s.obs_value - coalesce(p.obs_value, 0)))""",
            says="of what is counted since the start of the year, what was not counted up to the period before in it",
        ),
        rows(
            "indicator_says_the_measure",
            """
            select s.indicator, s.base_indicator, s.measure
            from (select distinct indicator, base_indicator, measure from {batch} as b) as s
            left join core.indicator as i on i.indicator = s.indicator and i.base_indicator = s.base_indicator and i.measure = s.measure
            where i.indicator is null""",
        ),
        rows(
            "leads_to_a_page",
            f"""
            select s.* from {{batch}} as s inner join core.observation as o on o.observation_id = s.observation_id
            left join core.lineage as l on l.table_name = 'marts.series' and l.observation_id = s.observation_id
            where {is_followed("o.layout")} and l.observation_id is null""",
        ),
    ],
    "marts.revision": [
        rows(
            "lists_every_later_edition",
            f"""
            with restated as (
                select source_id, time_period from core.observation
                group by source_id, time_period having min(vintage) < max(vintage)
            )
            select p.observation_id from restated as e
            inner join core.observation as p on p.source_id = e.source_id and p.time_period = e.time_period
            inner join core.observation as q on q.source_id = p.source_id and {" and ".join(f"q.{name} = p.{name}" for name in (*SERIES_ID, "time_period", "base_period", "unit_measure"))}
            left join {{batch}} as x on x.observation_id = p.observation_id
            where q.vintage < p.vintage and '_U' not in (p.vintage, q.vintage) and p.is_usable and q.is_usable
                and p.obs_value is not null and q.obs_value is not null and x.observation_id is null""",
            says="each figure that an earlier edition of the same source states as well",
        ),
        rows(
            "leads_to_a_page",
            f"""
            select r.observation_id from {{batch}} as r
            inner join core.observation as o on o.observation_id = r.observation_id
            inner join core.observation as f on f.observation_id = r.first_observation_id
            left join (
                select row_key, count(distinct column_name) as columns from core.lineage
                where table_name = 'marts.revision' group by row_key
            ) as l on l.row_key = {row_keys.sql(("observation_id",), "r")}
            where {is_followed("o.layout")} and {is_followed("f.layout")} and coalesce(l.columns, 0) < case when r.revision_share is null then 4 else 5 end""",
            says="each figure of a row leads to its cells",
        ),
    ],
    # That it shows all of it where a source states any is `shows_what_the_series_show`, as of every mart.
    "marts.dibao": [
        rows(
            "years_elapsed_go_forward",
            "select * from {batch} where years_elapsed <= 0 or (years_elapsed is null) <> (previous_time_period is null)",
        ),
        rows(
            "quotient_times_recipients_is_expenditure",
            """
            select * from {batch}
            where abs(expenditure_per_year_end_recipient_yuan_per_year * recipients_persons
                - expenditure_yuan * case freq when 'A' then 1 when 'Q' then 4 else 12 end) > 0.0001 * recipients_persons""",
        ),
    ],
    "marts.dibao_gap": [
        rows(
            "follows_from_dibao",
            """
            with pairs as (
                select u.ref_area, u.freq, u.time_period, u.standard_yuan_per_month as urban_standard, r.standard_yuan_per_month as rural_standard,
                    u.recipients_persons as urban_recipients, r.recipients_persons as rural_recipients,
                    case u.freq when 'A' then 1 when 'Q' then 4 else 12 end as periods_a_year,
                    u.expenditure_yuan * r.recipients_persons - r.expenditure_yuan * u.recipients_persons as spending_apart,
                    u.recipients_persons * r.recipients_persons as recipients
                from marts.dibao as u
                inner join marts.dibao as r on r.ref_area = u.ref_area and r.freq = u.freq and r.time_period = u.time_period and r.residence = 'R'
                where u.residence = 'U'
            )
            select coalesce(p.ref_area, g.ref_area) as ref_area, coalesce(p.time_period, g.time_period) as time_period
            from pairs as p
            full join {batch} as g on g.ref_area = p.ref_area and g.freq = p.freq and g.time_period = p.time_period
            where p.ref_area is null or g.ref_area is null
                or g.urban_rural_standard_difference_yuan_per_month is distinct from p.urban_standard - p.rural_standard
                or (g.urban_rural_expenditure_per_recipient_difference_yuan_per_year is null and p.recipients > 0 and p.spending_apart is not null)
                or abs(g.urban_rural_expenditure_per_recipient_difference_yuan_per_year * p.recipients - p.spending_apart * p.periods_a_year) > 0.00005 * p.recipients
                or (g.urban_rural_standard_ratio is null and p.urban_standard is not null and p.rural_standard <> 0)
                or (g.rural_recipients_share is null and p.urban_recipients + p.rural_recipients > 0)
                or abs(g.urban_rural_standard_ratio * p.rural_standard - p.urban_standard) > 0.000001 * p.rural_standard
                or abs(g.rural_recipients_share * (p.urban_recipients + p.rural_recipients) - p.rural_recipients) > 0.000001 * (p.urban_recipients + p.rural_recipients)""",
        ),
    ],
    "marts.insurance_participation": [
        rows(
            "change_is_that_of_its_periods",
            """
            select n.* from {batch} as n
            left join marts.insurance_participation as o on o.ref_area = n.ref_area and o.freq = n.freq and o.scheme = n.scheme
                and o.pop_group = n.pop_group and o.scope = n.scope and o.time_period = n.previous_time_period
            where n.participants_change_persons is distinct from case when not n.is_break then n.participants_persons - nullif(o.participants_persons, 0) end""",
        ),
    ],
    "marts.insurance_fund_per_head": [
        rows(
            "quotient_times_participants_is_expenditure",
            """
            select * from {batch}
            where abs(expenditure_per_participant_yuan_per_year * participants_persons
                - expenditure_yuan * case freq when 'A' then 1 when 'Q' then 4 else 12 end) > 0.0001 * participants_persons""",
        ),
    ],
    "marts.expenditure_structure": [
        rows(
            "amount_is_that_of_the_series",
            """
            select e.* from {batch} as e left join marts.series as s on s.indicator in ('SOCIAL_SECURITY_EXPENDITURE', 'DIBAO_EXPENDITURE')
                and s.residence = '_T'
                and s.scheme = e.component and s.scope = e.scope and s.ref_area = e.ref_area and s.freq = e.freq
                and s.time_period = e.time_period
            where not e.is_total and e.amount_yuan is distinct from s.obs_value""",
        ),
        rows(
            "shares_of_leaves_are_one",
            """
            select ref_area, time_period, sum(social_security_share) as shares
            from {batch}
            where not is_total and scope = '_Z'
            group by ref_area, time_period
            having count(social_security_share) > 0 and abs(sum(social_security_share) - 1) > 0.000001""",
        ),
    ],
    "marts.policy_register": [
        rows(
            "disagreement_is_told",
            """
            select * from {batch}
            where (years_agree is not true)
                <> coalesce(contains(caveat_en, 'years_agree') and contains(caveat_zh, 'years_agree'), false)""",
        ),
        rows(
            "lists_every_document",
            """
            select d.* from core.document as d left join {batch} as p on p.document_id = d.document_id
            where d.kind = 'policy_document' and (p.document_id is null
                or p.title is distinct from d.title or p.number is distinct from d.number or p.release_year is distinct from d.release_year)""",
        ),
    ],
    "marts.benefit_level": [
        rows(
            "amount_lies_between_its_ends",
            """
            select * from {batch}
            where amount_low_yuan_per_month > amount_high_yuan_per_month or amount_yuan_per_month < amount_low_yuan_per_month
                or amount_yuan_per_month > amount_high_yuan_per_month or (qualifier = 'range' and amount_low_yuan_per_month is null)""",
        ),
    ],
    "marts.spending_share_of_gdp": [
        rows(
            "gap_is_share_less_mean",
            """
            select g.* from {batch} as g
            where gap_to_oecd_mean_pp is distinct from cast((spending_gdp_share - oecd_mean_gdp_share) * 100 as decimal(12, 6))
                or (ref_area = 'OECD' and gap_to_oecd_mean_pp <> 0)""",
        ),
    ],
    "marts.regional_finance": [
        rows(
            "quotients_times_heads_are_amounts",
            """
            select * from {batch}
            where abs(gdp_per_registered_head_yuan * registered_population_persons - gdp_yuan) > 0.0001 * registered_population_persons
                or abs(expenditure_per_registered_head_yuan * registered_population_persons - expenditure_yuan) > 0.0001 * registered_population_persons
                or abs(revenue_per_registered_head_yuan * registered_population_persons - revenue_yuan) > 0.0001 * registered_population_persons
                or abs(gdp_per_resident_yuan * resident_population_persons - gdp_yuan) > 0.0001 * resident_population_persons
                or abs(expenditure_per_resident_yuan * resident_population_persons - expenditure_yuan) > 0.0001 * resident_population_persons
                or abs(revenue_per_resident_yuan * resident_population_persons - revenue_yuan) > 0.0001 * resident_population_persons
                or expenditure_minus_revenue_yuan <> expenditure_yuan - revenue_yuan""",
        ),
    ],
}
