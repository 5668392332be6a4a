"""Great Expectations suites of the file to be published, one for each published table.

Plain data: what stage 4 must run is known without importing Great Expectations, and the
promotion demands a verdict for each entry. What is written here and in `mart_suites` is that
tables agree with each other; what holds of columns follows from their contracts (`column_suites`).
Whether figures follow from the printed page is for the rules of stage 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from validations import agreement, column_suites, published, totals
from validations.decision import DOCUMENT_PRINTS
from validations.dimensions import SERIES_ID
from validations.expectations import ROW_COUNT, Entry, Expectation, not_empty, rows
from validations.mart_suites import MARTS

#: In what two figures of one thing may differ: they are of different definitions then.
DEFINITION = ("scope", "population_basis", "time_basis")
#: What a figure is of, beside its series.
PLACE = ("time_period", "base_period", "unit_measure")


def _same(names: tuple[str, ...]) -> str:
    """SQL: the figures `p` and `q` are equal in the columns of these names."""
    return " and ".join(f"q.{name} = p.{name}" for name in names)


def _but(names: tuple[str, ...]) -> tuple[str, ...]:
    """What a figure is of, without the columns of these names."""
    return tuple(name for name in (*SERIES_ID, *PLACE) if name not in names)


#: What must hold between tables, or of one as a whole.
BETWEEN_TABLES: dict[str, list[Entry]] = {
    "core.observation": [
        not_empty(),
        rows(
            "value_is_null_exactly_if_missing",
            f"select * from {{batch}} where (obs_value is null) <> (obs_status in {published.missing_statuses()})",
        ),
        rows("unusable_is_marked", "select * from {batch} where is_usable = (obs_status in ('V', 'O', 'Q'))"),
        rows(
            "changed_value_has_a_decision",
            """
            select o.* from {batch} as o
            where o.obs_value is distinct from o.printed_obs_value
                and not exists (select 1 from quality.decision_observation as d where d.observation_id = o.observation_id)""",
        ),
    ],
    "core.indicator": [not_empty()],
    "core.scheme": [not_empty()],
    "core.area": [not_empty()],
    "core.area_member": [
        rows(
            "groups_have_members",
            """
            select a.ref_area from core.area as a left join {batch} as m on m.area_group = a.ref_area
            where (a.level = 'group') <> (m.area_group is not null)""",
        ),
    ],
    "core.unit": [not_empty()],
    "core.code": [
        rows(
            "names_every_code_in_use",
            f"""
            select l.codelist from (select unnest({column_suites.lists()}) as codelist) as l
            where l.codelist not in (select codelist from {{batch}} as c)""",
            says="every code list that a column is said to be of is there",
        ),
    ],
    "core.source": [
        not_empty(),
        rows(
            "observations_are_counted",
            """
            select s.* from {batch} as s
            where s.observations <> (select count(*) from core.observation as o where o.source_id = s.source_id)""",
        ),
    ],
    "core.lineage": [
        rows(
            "every_value_leads_to_its_cells",
            column_suites.values_without_a_cell(),
            says="every value of a mart that was printed, or follows from what was, has a cell it leads to",
        ),
    ],
    "core.coverage": [
        rows(
            "counts_every_figure",
            """
            with stated as (
                select case when o.measure = 'level' then o.indicator else concat(o.indicator, '_', upper(o.measure)) end as indicator,
                    o.scheme, o.ref_area, cast(substr(o.time_period, 1, 4) as integer) as year,
                    count(*) filter (where o.is_usable and coalesce(o.obs_value, o.obs_low, o.obs_high) is not null) as with_value,
                    count(*) filter (where not o.is_usable and o.obs_status <> 'O') as withheld
                from core.observation as o group by all
            )
            select coalesce(c.indicator, s.indicator) as indicator, coalesce(c.ref_area, s.ref_area) as ref_area, coalesce(c.year, s.year) as year
            from {batch} as c
            full join stated as s on s.indicator = c.indicator and s.scheme = c.scheme and s.ref_area = c.ref_area and s.year = c.year
            where c.indicator is null or c.figures_with_value <> coalesce(s.with_value, 0) or c.withheld_figures <> coalesce(s.withheld, 0)
                or c.absent_figures < 0 or c.expected_figures <> c.figures_with_value + c.withheld_figures + c.absent_figures""",
            says="every figure is counted once, and what is expected is there, withheld or absent",
        ),
    ],
    "core.document": [
        rows(
            "leads_to_a_source",
            """
            select d.* from {batch} as d left join core.source as s on s.source_id = d.source_id
            where s.source_id is null or d.file is null or d.row_no < 2""",
        ),
    ],
    "quality.rule": [
        not_empty(),
        rows(
            "findings_are_counted",
            """
            with found as (select rule_id, pass, count(*) as findings from quality.finding group by rule_id, pass)
            select coalesce(r.rule_id, f.rule_id) as rule_id
            from found as f full outer join (
                select rule_id, 'printed' as pass, findings_printed as findings from {batch}
                union all select rule_id, 'decided', findings_decided from {batch}
            ) as r on r.rule_id = f.rule_id and r.pass = f.pass
            where r.rule_id is null or coalesce(f.findings, 0) <> r.findings""",
        ),
        rows(
            "severity_is_that_of_its_findings",
            """
            select r.rule_id from {batch} as r inner join quality.finding as f on f.rule_id = r.rule_id
            where f.severity <> r.severity and coalesce(r.conditions_en, '') not like concat('%: ', f.severity, '. %')""",
        ),
        rows(
            "names_the_roles_of_its_findings",
            """
            select distinct r.rule_id, x.role from {batch} as r inner join quality.finding as f on f.rule_id = r.rule_id
            inner join quality.finding_observation as x on x.finding_id = f.finding_id
            where concat(' ', r.roles, ' ') not like concat('% ', x.role, ' %')""",
        ),
    ],
    "quality.decision": [
        rows(
            "covers_a_cell",
            """
            select d.* from {batch} as d
            where not exists (select 1 from quality.decision_observation as x where x.decision_id = d.decision_id)""",
        ),
    ],
    "quality.decision_observation": [
        rows(
            "expects_what_is_printed",
            f"""
            select x.* from {{batch}} as x left join core.observation as o on o.observation_id = x.observation_id
            left join core.document as d on d.document_id = x.observation_id
            where coalesce(o.observation_id, d.document_id) is null
                or x.expected_value <> coalesce(o.printed_value, {DOCUMENT_PRINTS})""",
        ),
    ],
    "quality.claim": [
        rows(
            "untested_says_what_is_missing",
            """
            select * from {batch}
            where (verdict = 'not_checkable') <> (operator is null) or (operator is null) <> (recomputed_result is null)
                or (operator is null) <> (is_comparable is null)""",
        ),
        # A part in a billion: what is recomputed as a quotient is no exact decimal.
        rows(
            "verdict_is_that_of_its_intervals",
            """
            select * from {batch}
            where test in ('equals', 'maximum', 'minimum') and (verdict = 'not_reproduced') <> (
                coalesce(recomputed_high < printed_low - 0.000000001 * abs(printed_low), false)
                or coalesce(recomputed_low > printed_high + 0.000000001 * abs(printed_high), false))""",
        ),
        rows(
            "verdict_is_that_of_its_comparisons",
            """
            select * from {batch}
            where comparisons is not null and verdict <> case
                when comparisons_holding = comparisons then 'reproduced'
                when comparisons_failing = 0 then 'reproduced_within_rounding' else 'not_reproduced' end""",
        ),
        rows(
            "incomparable_has_a_reason",
            "select * from {batch} where coalesce(not is_comparable, false) <> (incomparable_because is not null)",
        ),
        rows(
            "withheld_figures_are_told",
            """
            select c.* from {batch} as c
            where coalesce(c.incomparable_because, '') not like '%withheld%' and exists (
                select 1 from quality.claim_observation as x inner join core.observation as o on o.observation_id = x.observation_id
                where x.claim_id = c.claim_id and x.role <> 'result' and not o.is_usable)""",
        ),
        rows(
            "reading_is_of_a_statement",
            """
            select r.* from {batch} as r left join quality.claim as c on c.claim_id = r.reading_of and c.source_id = r.source_id
            where r.reading_of is not null and (c.claim_id is null or c.reading_of is not null)""",
        ),
        rows(
            "follows_from_figures",
            """
            select c.* from {batch} as c
            where c.operator <> 'count' and not exists (
                select 1 from quality.claim_observation as x where x.claim_id = c.claim_id and x.role <> 'result')""",
        ),
    ],
    "quality.claim_observation": [
        rows(
            "leads_to_a_figure_of_the_same_source",
            """
            select x.* from {batch} as x left join quality.claim as c on c.claim_id = x.claim_id
            left join core.observation as o on o.observation_id = x.observation_id
            where o.source_id is distinct from c.source_id or o.source_id is null""",
        ),
    ],
    "quality.check": [
        not_empty(),
    ],
    "quality.withheld": [
        rows(
            "lists_every_empty_measure",
            f"""
            with empty as ({column_suites.empty_measures()})
            (select * from empty except select table_name, row_key, column_name, status from {{batch}} as w)
            union all
            (select table_name, row_key, column_name, status from {{batch}} as w except select * from empty)""",
            says="the empty measures of all marts, each once, and nothing else",
        ),
    ],
    "quality.caveat": [
        rows(
            "together_are_what_the_series_say",
            """
            with told as (
                select observation_id, string_agg(caveat_en, ' ' order by sentence_no) as en, string_agg(caveat_zh, '' order by sentence_no) as zh
                from {batch} group by observation_id)
            select s.observation_id from marts.series as s full join told as t on t.observation_id = s.observation_id
            where s.caveat_en is distinct from t.en or s.caveat_zh is distinct from t.zh""",
            says="the sentences of a figure, joined, are its caveat in marts.series, and no other figure has any",
        ),
    ],
    "quality.paper_check": [
        rows(
            "compares_every_figure_that_it_can",
            f"""
            select p.observation_id from core.observation as p
            inner join core.observation as q on {_same(_but(DEFINITION))}
            left join {{batch}} as x on x.observation_id = p.observation_id
            where p.release_stage = 'secondary_literature' and q.release_stage <> 'secondary_literature' and q.is_usable
                and coalesce(p.obs_value, p.obs_low, p.obs_high) is not null
                and coalesce(q.obs_value, q.obs_low, q.obs_high) is not null and x.observation_id is null""",
            says="each figure of the literature of which an office figure is held",
        ),
    ],
    "release.info": [Entry("is_one_row", ROW_COUNT, {"min_value": 1, "max_value": 1})],
    **MARTS,
}
SUITES: dict[str, list[Entry]] = {
    name: [
        *BETWEEN_TABLES.get(name, []),
        *column_suites.entries(table),
        *agreement.entries(name),
        *totals.entries(name),
    ]
    for name, table in published.tables().items()
}


def grain(table: str) -> list[str]:
    """The columns of a table's key."""
    return list(published.tables()[table].grain)


def declared() -> Iterator[Expectation]:
    """Every expectation that stage 4 must run."""
    for table, entries in SUITES.items():
        for entry in entries:
            yield Expectation(table, *entry)
