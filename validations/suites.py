"""Great Expectations suites of the file to be published, one for each published table.

Plain data: what stage 4 must run is known without importing Great Expectations, and the
promotion demands a verdict for each entry. An expectation here is about the finished file:
that keys are keys, that values lie in the world's range, and that tables agree with each
other. Whether figures follow from the printed page is for the rules of stage 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ROW_COUNT = "ExpectTableRowCountToBeBetween"
UNIQUE = "ExpectCompoundColumnsToBeUnique"
UNIQUE_COLUMN = "ExpectColumnValuesToBeUnique"
IN_SET = "ExpectColumnValuesToBeInSet"
BETWEEN = "ExpectColumnValuesToBeBetween"
AFTER = "ExpectColumnPairValuesAToBeGreaterThanB"
NO_ROWS = "UnexpectedRowsExpectation"

RESIDENCES = ["U", "R", "_T"]
DIRECTIONS = ["narrows", "widens", "unchanged"]
STATUSES = ["A", "B", "D", "L", "O", "Q", "U", "V", "_Z"]


@dataclass(frozen=True)
class Expectation:
    """One expectation: an id that stays, the class of Great Expectations, its arguments."""

    table: str
    name: str
    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def check(self) -> str:
        return f"audit.{self.table}.{self.name}"


def _rows(name: str, query: str) -> tuple[str, str, dict[str, Any]]:
    """No row may come back. `{batch}` is the table, which Great Expectations gives an alias of its own."""
    query = " ".join(query.split()).replace("{batch} as ", "(select * from {batch}) as ")
    return name, NO_ROWS, {"unexpected_rows_query": query}


def _between(column: str, low: float, high: float) -> tuple[str, str, dict[str, Any]]:
    return f"{column}_is_plausible", BETWEEN, {"column": column, "min_value": low, "max_value": high}


def _in_set(column: str, values: list[str]) -> tuple[str, str, dict[str, Any]]:
    return f"{column}_is_a_code", IN_SET, {"column": column, "value_set": values}


def _key(*columns: str) -> tuple[str, str, dict[str, Any]]:
    if len(columns) == 1:
        return "key_is_unique", UNIQUE_COLUMN, {"column": columns[0]}
    return "key_is_unique", UNIQUE, {"column_list": list(columns)}


def _not_empty() -> tuple[str, str, dict[str, Any]]:
    return "is_not_empty", ROW_COUNT, {"min_value": 1}


def _null_has_caveat(table: str, measures: dict[str, str]) -> tuple[str, str, dict[str, Any]]:
    clauses = [
        f"(({value} is null) <> ({status} in ('L', 'M', 'O', 'Q', '_Z')))"
        f" or ({value} is null and (caveat_en is null or caveat_zh is null))"
        for value, status in measures.items()
    ]
    return _rows("null_is_explained", f"select * from {{batch}} where {' or '.join(clauses)}")


SUITES: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "core.observation": [
        _not_empty(),
        _key("observation_id"),
        _in_set("obs_status", STATUSES),
        _in_set("measure", ["level", "change", "growth", "ratio", "share"]),
        _rows(
            "value_is_null_exactly_if_missing",
            "select * from {batch} where (obs_value is null) <> (obs_status in ('L', 'M', 'O', 'Q', '_Z'))",
        ),
        _rows("unusable_is_marked", "select * from {batch} where is_usable = (obs_status in ('V', 'O', 'Q'))"),
        _rows(
            "dimensions_are_known",
            """
            select o.* from {batch} as o
            left join core.indicator as i on i.indicator = o.indicator left join core.area as a on a.ref_area = o.ref_area
            left join core.scheme as s on s.scheme = o.scheme left join core.unit as u on u.unit_measure = o.unit_measure
            left join core.source as c on c.source_id = o.source_id
            where i.indicator is null or a.ref_area is null or s.scheme is null or u.unit_measure is null or c.source_id is null""",
        ),
        _rows(
            "changed_value_has_a_decision",
            """
            select o.* from {batch} as o
            where o.obs_value is distinct from o.printed_obs_value
                and not exists (select 1 from quality.decision_observation as d where d.observation_id = o.observation_id)""",
        ),
    ],
    "core.indicator": [_not_empty(), _key("indicator")],
    "core.scheme": [_not_empty(), _key("scheme")],
    "core.area": [_not_empty(), _key("ref_area")],
    "core.unit": [_not_empty(), _key("unit_measure")],
    "core.source": [
        _not_empty(),
        _key("source_id"),
        _rows(
            "observations_are_counted",
            """
            select s.* from {batch} as s
            where s.observations <> (select count(*) from core.observation as o where o.source_id = s.source_id)""",
        ),
    ],
    "core.lineage": [
        _key("table_name", "row_key", "column_name", "observation_id"),
        _rows(
            "leads_to_an_observation",
            """
            select l.* from {batch} as l left join core.observation as o on o.observation_id = l.observation_id
            where o.observation_id is null""",
        ),
    ],
    "marts.series": [
        _not_empty(),
        _key("series_id", "time_period", "base_period"),
        _in_set("obs_status", STATUSES),
        ("period_has_days", AFTER, {"column_A": "period_end", "column_B": "period_start"}),
        _rows(
            "value_is_that_of_its_observation",
            """
            select s.* from {batch} as s left join core.observation as o on o.observation_id = s.observation_id
            where o.observation_id is null
                or (s.obs_value is not null and (not o.is_usable or s.obs_value is distinct from o.obs_value or s.unit_measure <> o.unit_measure))""",
        ),
        _null_has_caveat("marts.series", {"obs_value": "obs_status"}),
        _rows(
            "leads_to_a_page",
            """
            select s.* from {batch} as s inner join core.observation as o on o.observation_id = s.observation_id
            left join core.lineage as l on l.table_name = 'marts.series' and l.observation_id = s.observation_id
            where o.layout <> 'tidy' and l.observation_id is null""",
        ),
    ],
    "marts.dibao": [
        _not_empty(),
        _key("ref_area", "time_period", "residence"),
        _in_set("residence", RESIDENCES),
        ("period_has_days", AFTER, {"column_A": "period_end", "column_B": "period_start"}),
        _between("year", 1949, 2100),
        # No Chinese standard was ever below 10 yuan a month, and none may exceed an average wage.
        _between("standard_yuan_per_month", 10, 10_000),
        _between("recipients_persons", 0, 1_500_000_000),
        # The guarantee has never cost as much as all of China's public spending.
        _between("expenditure_yuan", 0, 20_000_000_000_000),
        _between("expenditure_per_year_end_recipient_yuan_per_year", 50, 120_000),
        _between("expenditure_per_average_recipient_yuan_per_year", 50, 120_000),
        _between("supplement_standard_ratio", 0, 1),
        _rows(
            "years_elapsed_go_forward",
            "select * from {batch} where years_elapsed <= 0 or (years_elapsed is null) <> (previous_time_period is null)",
        ),
        _rows(
            "quotient_times_recipients_is_expenditure",
            """
            select * from {batch}
            where abs(expenditure_per_year_end_recipient_yuan_per_year * recipients_persons
                - expenditure_yuan * case freq when 'A' then 1 when 'Q' then 4 else 12 end) > 0.0001 * recipients_persons""",
        ),
        _rows(
            "total_is_the_sum_of_its_parts",
            """
            select t.* from {batch} as t
            inner join marts.dibao as u on u.ref_area = t.ref_area and u.freq = t.freq and u.time_period = t.time_period and u.residence = 'U'
            inner join marts.dibao as r on r.ref_area = t.ref_area and r.freq = t.freq and r.time_period = t.time_period and r.residence = 'R'
            where t.residence = '_T' and (t.recipients_persons is distinct from u.recipients_persons + r.recipients_persons
                or t.expenditure_yuan is distinct from u.expenditure_yuan + r.expenditure_yuan or not t.is_total)""",
        ),
        _rows(
            "shows_what_the_series_show",
            """
            select s.* from marts.series as s
            left join {batch} as d on d.ref_area = s.ref_area and d.freq = s.freq and d.time_period = s.time_period and d.residence = s.residence
            where s.scheme = 'DIBAO' and s.measure = 'level' and s.residence in ('U', 'R') and s.pop_group = '_T' and s.age = '_T' and s.scope = '_Z' and s.population_basis = '_Z' and s.actuality = 'actual' and s.time_basis in ('stock', 'flow') and (
                (s.indicator = 'DIBAO_STANDARD' and d.standard_yuan_per_month is distinct from s.obs_value)
                or (s.indicator = 'DIBAO_RECIPIENTS' and d.recipients_persons is distinct from s.obs_value)
                or (s.indicator = 'DIBAO_EXPENDITURE' and d.expenditure_yuan is distinct from s.obs_value)
                or (s.indicator = 'DIBAO_EXPENDITURE_PER_RECIPIENT' and d.expenditure_per_recipient_printed_yuan_per_year is distinct from s.obs_value))""",
        ),
        _null_has_caveat(
            "marts.dibao",
            {
                "standard_yuan_per_month": "standard_status",
                "recipients_persons": "recipients_status",
                "expenditure_yuan": "expenditure_status",
                "expenditure_per_recipient_printed_yuan_per_year": "expenditure_per_recipient_printed_status",
                "expenditure_per_year_end_recipient_yuan_per_year": "expenditure_per_year_end_recipient_status",
                "expenditure_per_average_recipient_yuan_per_year": "expenditure_per_average_recipient_status",
                "supplement_standard_ratio": "supplement_standard_status",
                "standard_change_yuan_per_month": "standard_change_status",
                "recipients_change_persons": "recipients_change_status",
                "expenditure_change_yuan": "expenditure_change_status",
            },
        ),
    ],
    "marts.dibao_gap": [
        _not_empty(),
        _key("ref_area", "time_period"),
        _between("urban_rural_standard_ratio", 0.1, 20),
        _between("urban_rural_expenditure_per_recipient_ratio", 0.05, 50),
        _between("rural_recipients_share", 0, 1),
        *[
            _in_set(column, DIRECTIONS)
            for column in (
                "standard_ratio_direction",
                "standard_difference_direction",
                "expenditure_per_recipient_ratio_direction",
                "expenditure_per_recipient_difference_direction",
            )
        ],
        _rows(
            "follows_from_dibao",
            """
            select g.* from {batch} as g
            left join marts.dibao as u on u.ref_area = g.ref_area and u.freq = g.freq and u.time_period = g.time_period and u.residence = 'U'
            left join marts.dibao as r on r.ref_area = g.ref_area and r.freq = g.freq and r.time_period = g.time_period and r.residence = 'R'
            where g.urban_rural_standard_difference_yuan_per_month is distinct from u.standard_yuan_per_month - r.standard_yuan_per_month
                or abs(g.urban_rural_standard_ratio * r.standard_yuan_per_month - u.standard_yuan_per_month) > 0.000001 * r.standard_yuan_per_month
                or abs(g.rural_recipients_share * (u.recipients_persons + r.recipients_persons) - r.recipients_persons) > 0.000001 * (u.recipients_persons + r.recipients_persons)""",
        ),
        _null_has_caveat(
            "marts.dibao_gap",
            {
                "urban_rural_standard_ratio": "standard_gap_status",
                "urban_rural_standard_difference_yuan_per_month": "standard_gap_status",
                "urban_rural_expenditure_per_recipient_ratio": "expenditure_per_recipient_gap_status",
                "urban_rural_expenditure_per_recipient_difference_yuan_per_year": "expenditure_per_recipient_gap_status",
                "rural_recipients_share": "rural_recipients_share_status",
            },
        ),
    ],
    "quality.finding": [
        _key("finding_id"),
        _in_set("severity", ["error", "warning"]),
        _in_set("pass", ["printed", "decided"]),
        # The standing `unexplained` is no code of a published finding: it stops the release.
        _in_set("standing", ["explained", "accepted", "noted"]),
    ],
    "quality.finding_observation": [
        _rows(
            "leads_to_finding_and_observation",
            """
            select x.* from {batch} as x left join quality.finding as f on f.finding_id = x.finding_id
            left join core.observation as o on o.observation_id = x.observation_id
            where f.finding_id is null or o.observation_id is null""",
        ),
    ],
    "quality.decision": [
        _key("decision_id"),
        _in_set(
            "outcome", ["corrected", "relabelled", "rescoped", "quarantined", "flagged", "confirmed", "source_conflict"]
        ),
        _rows(
            "covers_a_cell",
            """
            select d.* from {batch} as d
            where not exists (select 1 from quality.decision_observation as x where x.decision_id = d.decision_id)""",
        ),
    ],
    "quality.decision_observation": [
        _rows(
            "expects_what_is_printed",
            """
            select x.* from {batch} as x left join core.observation as o on o.observation_id = x.observation_id
            where o.observation_id is null or o.printed_value <> x.expected_value""",
        ),
    ],
    "quality.check": [
        _not_empty(),
        _key("stage", "check_id"),
        _in_set("verdict", ["passed"]),
    ],
    "release.info": [("is_one_row", ROW_COUNT, {"min_value": 1, "max_value": 1})],
    "release.change": [
        _key("release_id", "table_name", "row_key", "column_name"),
        _in_set("reason", ["source", "decision", "code"]),
    ],
    "release.promotion": [_key("sequence"), _in_set("action", ["promote", "rollback"])],
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
