"""Great Expectations suites of the file to be published, one for each published table.

Plain data: what stage 4 must run is known without importing Great Expectations, and the
promotion demands a verdict for each entry. An expectation here is about the finished file:
that keys are keys, that values lie in the world's range, and that tables agree with each
other. Whether figures follow from the printed page is for the rules of stage 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from validations import agreement
from validations.claim import NUMBERS, OPERATORS, WORDS
from validations.expectations import (
    ROW_COUNT,
    STATUSES,
    Entry,
    Expectation,
    in_set,
    key,
    not_empty,
    rows,
)
from validations.mart_suites import MARTS
from validations.rules import SEVERITIES
from validations.withdrawals import LOSSES

SUITES: dict[str, list[Entry]] = {
    "core.observation": [
        not_empty(),
        key("observation_id"),
        in_set("obs_status", STATUSES),
        in_set("measure", ["level", "change", "growth", "ratio", "share"]),
        rows(
            "value_is_null_exactly_if_missing",
            "select * from {batch} where (obs_value is null) <> (obs_status in ('L', 'M', 'O', 'Q', '_Z'))",
        ),
        rows("unusable_is_marked", "select * from {batch} where is_usable = (obs_status in ('V', 'O', 'Q'))"),
        rows(
            "dimensions_are_known",
            """
            select o.* from {batch} as o
            left join core.indicator as i on i.indicator = o.indicator left join core.area as a on a.ref_area = o.ref_area
            left join core.scheme as s on s.scheme = o.scheme left join core.unit as u on u.unit_measure = o.unit_measure
            left join core.source as c on c.source_id = o.source_id
            where i.indicator is null or a.ref_area is null or s.scheme is null or u.unit_measure is null or c.source_id is null""",
        ),
        rows(
            "changed_value_has_a_decision",
            """
            select o.* from {batch} as o
            where o.obs_value is distinct from o.printed_obs_value
                and not exists (select 1 from quality.decision_observation as d where d.observation_id = o.observation_id)""",
        ),
    ],
    "core.indicator": [not_empty(), key("indicator")],
    "core.scheme": [not_empty(), key("scheme")],
    "core.area": [not_empty(), key("ref_area")],
    "core.area_member": [
        key("area_group", "ref_area"),
        rows(
            "groups_have_members",
            """
            select a.ref_area from core.area as a left join {batch} as m on m.area_group = a.ref_area
            where (a.level = 'group') <> (m.area_group is not null)""",
        ),
    ],
    "core.unit": [not_empty(), key("unit_measure")],
    "core.code": [
        key("codelist", "code"),
        rows(
            "names_every_code_in_use",
            """
            with seen as (
                select distinct obs_status, measure, pop_group, age, residence, scope, population_basis, actuality, freq,
                    time_basis, qualifier
                from core.observation
            ),
            used as (
                select unnest([
                    ('obs_status', obs_status), ('measure', measure), ('pop_group', pop_group), ('age', age),
                    ('residence', residence), ('scope', scope), ('population_basis', population_basis),
                    ('actuality', actuality), ('freq', freq), ('time_basis', time_basis), ('qualifier', qualifier)
                ]) as pair from seen
            )
            select distinct u.pair from used as u left join {batch} as c on c.codelist = u.pair[1] and c.code = u.pair[2]
            where c.code is null""",
        ),
    ],
    "core.source": [
        not_empty(),
        key("source_id"),
        rows(
            "observations_are_counted",
            """
            select s.* from {batch} as s
            where s.observations <> (select count(*) from core.observation as o where o.source_id = s.source_id)""",
        ),
    ],
    "core.document": [
        key("document_id"),
        in_set("kind", ["policy_document", "event"]),
        rows(
            "leads_to_a_source",
            """
            select d.* from {batch} as d left join core.source as s on s.source_id = d.source_id
            where s.source_id is null or d.file is null or d.row_no < 2""",
        ),
    ],
    "core.lineage": [
        key("table_name", "row_key", "column_name", "observation_id"),
        rows(
            "leads_to_an_observation",
            """
            select l.* from {batch} as l left join core.observation as o on o.observation_id = l.observation_id
            where o.observation_id is null""",
        ),
    ],
    "quality.finding": [
        key("finding_id"),
        in_set("severity", list(SEVERITIES)),
        in_set("pass", ["printed", "decided"]),
        # The standing `unexplained` is no code of a published finding: it stops the release.
        in_set("standing", ["explained", "accepted", "noted"]),
    ],
    "quality.finding_observation": [
        rows(
            "leads_to_finding_and_observation",
            """
            select x.* from {batch} as x left join quality.finding as f on f.finding_id = x.finding_id
            left join core.observation as o on o.observation_id = x.observation_id
            left join core.document as d on d.document_id = x.observation_id
            where f.finding_id is null or (o.observation_id is null and d.document_id is null)""",
        ),
    ],
    "quality.rule": [
        not_empty(),
        key("rule_id"),
        in_set("severity", list(SEVERITIES)),
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
        key("decision_id"),
        in_set(
            "outcome", ["corrected", "relabelled", "rescoped", "quarantined", "flagged", "confirmed", "source_conflict"]
        ),
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
            """
            select x.* from {batch} as x left join core.observation as o on o.observation_id = x.observation_id
            where o.observation_id is null or o.printed_value <> x.expected_value""",
        ),
    ],
    "quality.claim": [
        key("claim_id"),
        in_set("verdict", ["reproduced", "reproduced_within_rounding", "not_reproduced", "not_checkable"]),
        in_set("operator", list(OPERATORS)),
        in_set("test", [*NUMBERS, *WORDS]),
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
        key("claim_id", "role", "place", "observation_id"),
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
        key("stage", "check_id"),
        in_set("verdict", ["passed"]),
    ],
    "release.info": [("is_one_row", ROW_COUNT, {"min_value": 1, "max_value": 1})],
    "release.change": [
        key("release_id", "table_name", "row_key", "column_name"),
        in_set("reason", ["source", "decision", "code"]),
    ],
    "release.loss": [
        key("release_id", "loss", "table_name", "name", "indicator", "area_level", "explained_by", "reference"),
        in_set("loss", list(LOSSES)),
        in_set("explained_by", ["withdrawal", "decision", "waiver"]),
    ],
    "release.promotion": [key("sequence"), in_set("action", ["promote", "rollback"])],
    **{table: [*own, *agreement.entries(table)] for table, own in MARTS.items()},
}


def grain(table: str) -> list[str]:
    """The columns of a table's key, by its expectation that they are one; empty if it has none."""
    for name, _, arguments in SUITES[table]:
        if name == "key_is_unique":
            return arguments.get("column_list") or [arguments["column"]]
    return []


def declared() -> Iterator[Expectation]:
    """Every expectation that stage 4 must run."""
    for table, entries in SUITES.items():
        for name, kind, arguments in entries:
            yield Expectation(table, name, kind, arguments)
