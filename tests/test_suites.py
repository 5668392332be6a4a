"""Every expectation of stage 4 is seen to fail on a wrong value, and to pass on the published file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE, PASSED
from orchestration.release import audit
from tests.conftest import Line
from tests.releases import fill_if_empty
from validations import expectations, published, suites
from validations.expectations import Expectation

ALL = list(suites.declared())
WRITTEN = [expectation for expectation in ALL if expectation.kind == expectations.NO_ROWS]

#: What breaks an expectation that is written as SQL.
WRONG: dict[str, str] = {
    "core.observation.value_is_null_exactly_if_missing": "update {t} set obs_value = null where row_no = 2",
    "core.observation.unusable_is_marked": "update {t} set obs_status = 'V' where is_usable",
    "core.observation.dimensions_are_known": "update {t} set indicator = 'NO_SUCH' where row_no = 2",
    "core.observation.changed_value_has_a_decision": "update {t} set obs_value = obs_value + 1 where table_id = 'table_1'",
    "core.code.names_every_code_in_use": "delete from {t} where codelist = 'residence'",
    "core.area_member.groups_have_members": "delete from {t} where area_group = 'OECD'",
    "core.source.observations_are_counted": "update {t} set observations = observations + 1",
    "core.lineage.leads_to_an_observation": "update {t} set observation_id = 'nowhere' where column_name = 'standard_yuan_per_month'",
    "marts.series.value_is_that_of_its_observation": "update {t} set obs_value = obs_value + 1 where year = 2016",
    "marts.series.flow_is_what_came_since": "update {t} set flow_value = flow_value + 1",
    "marts.series.indicator_says_the_measure": "update {t} set indicator = base_indicator where measure = 'change'",
    "marts.series.leads_to_a_page": "delete from core.lineage where table_name = 'marts.series'",
    "marts.dibao.years_elapsed_go_forward": "update {t} set years_elapsed = 0 where year = 2016",
    "marts.dibao.quotient_times_recipients_is_expenditure": "update {t} set expenditure_yuan = expenditure_yuan * 10 where year = 2016",
    "marts.dibao.total_is_the_sum_of_its_parts": "update {t} set recipients_persons = recipients_persons + 1 where is_total",
    "marts.expenditure_structure.total_is_the_sum_of_its_parts": "update {t} set amount_yuan = amount_yuan + 1 where is_total",
    "marts.insurance_fund_per_head.total_is_the_sum_of_its_parts": "insert into {t} by name select * replace ('_T' as pop_group, true as is_total) from {t} where pop_group = 'EMPLOYEES'",
    "marts.insurance_fund.total_is_the_sum_of_its_parts": "insert into {t} by name select * replace ('_T' as pop_group, true as is_total) from {t} where pop_group = 'EMPLOYEES'",
    "marts.social_assistance.total_is_the_sum_of_its_parts": "insert into core.part values ('SOCIAL_SECURITY_EXPENDITURE', 'residence', '_T', 'U', true, null), ('SOCIAL_SECURITY_EXPENDITURE', 'residence', '_T', 'R', true, null); insert into {t} by name select * replace ('U' as residence) from {t} where residence = '_T'; insert into {t} by name select * replace ('R' as residence) from {t} where residence = '_T'; update {t} set is_total = (residence = '_T')",
    "marts.insurance_participation.total_is_the_sum_of_its_parts": "update {t} set participants_status = 'A' where participants_persons is not null; insert into core.part select distinct 'INSURANCE_PARTICIPANTS', 'scheme', 'UNEMPLOYMENT_INSURANCE', scheme, true, null from {t} where scheme <> 'UNEMPLOYMENT_INSURANCE'; update {t} set is_total = (scheme = 'UNEMPLOYMENT_INSURANCE')",
    "marts.budget_expenditure.parts_do_not_exceed_their_whole": "update {t} set amount_yuan = amount_yuan / 2 where is_total",
    "marts.dibao.shows_what_the_series_show": "update {t} set standard_yuan_per_month = standard_yuan_per_month + 1 where residence = 'U'",
    "marts.series.stands_for_every_observation": "delete from {t} where year = 2016",
    "marts.dibao_gap.follows_from_dibao": "update {t} set urban_rural_standard_ratio = urban_rural_standard_ratio + 0.1",
    "marts.insurance_participation.change_is_that_of_its_periods": "update {t} set participants_persons = participants_persons + 1 where year = 2016",
    "marts.insurance_fund_per_head.quotient_times_participants_is_expenditure": "update {t} set expenditure_yuan = expenditure_yuan * 10 where year = 2016",
    "marts.expenditure_structure.amount_is_that_of_the_series": "update {t} set amount_yuan = amount_yuan + 1 where not is_total",
    "marts.expenditure_structure.shares_of_leaves_are_one": "update {t} set social_security_share = social_security_share / 2",
    "core.lineage.every_value_leads_to_its_cells": "delete from {t} where column_name = 'years_agree'",
    "core.coverage.counts_every_figure": "update {t} set absent_figures = absent_figures + 1 where figures_with_value > 0",
    "quality.withheld.lists_every_empty_measure": "delete from {t} where status = 'L'",
    "quality.caveat.together_are_what_the_series_say": "delete from {t} where reason = 'decided'",
    "quality.paper_check.compares_every_figure_that_it_can": "insert into core.observation by name select * replace ('office:' || observation_id as observation_id, 'bulletin' as release_stage) from core.observation where is_usable",
    "marts.revision.lists_every_later_edition": "insert into core.observation by name select * exclude (v) replace (v || observation_id as observation_id, v as vintage) from core.observation cross join (values ('1999'), ('2000')) as x(v) where is_usable",
    "marts.revision.leads_to_a_page": "delete from core.lineage where table_name = 'marts.revision' and column_name = 'first_value'",
    "core.document.leads_to_a_source": "update {t} set source_id = 'nowhere'",
    "marts.policy_register.disagreement_is_told": "update {t} set caveat_zh = null",
    "marts.policy_register.lists_every_document": "delete from {t}",
    "marts.benefit_level.amount_lies_between_its_ends": "update {t} set amount_low_yuan_per_month = amount_high_yuan_per_month + 1 where qualifier = 'range'",
    "marts.spending_share_of_gdp.gap_is_share_less_mean": "update {t} set spending_gdp_share = spending_gdp_share + 0.01",
    "marts.regional_finance.quotients_times_heads_are_amounts": "update {t} set registered_population_persons = registered_population_persons * 10",
    "quality.finding_observation.leads_to_finding_and_observation": "delete from quality.finding where rule_id = 'identity.ratio'",
    "quality.rule.findings_are_counted": "update {t} set findings_decided = findings_decided + 1 where rule_id = 'key.doubled'",
    "quality.rule.severity_is_that_of_its_findings": "update {t} set severity = 'warning' where rule_id = 'identity.sum'",
    "quality.rule.names_the_roles_of_its_findings": "update {t} set roles = 'whole' where rule_id = 'identity.sum'",
    "quality.decision.covers_a_cell": "delete from quality.decision_observation where decision_id like '%rural%'",
    "quality.decision_observation.expects_what_is_printed": "update {t} set expected_value = '0'",
    "quality.claim.untested_says_what_is_missing": "update {t} set verdict = 'not_checkable' where operator = 'ratio'",
    "quality.claim.verdict_is_that_of_its_intervals": "update {t} set recomputed_low = 2 * printed_high, recomputed_high = 2 * printed_high where verdict = 'reproduced' and printed_high > 0",
    "quality.claim.verdict_is_that_of_its_comparisons": "update {t} set comparisons_failing = 1, comparisons_holding = 0 where test = 'rises' and verdict = 'reproduced'",
    "quality.claim.incomparable_has_a_reason": "update {t} set incomparable_because = null",
    "quality.claim.withheld_figures_are_told": "update {t} set incomparable_because = 'scope' where incomparable_because like 'withheld%'",
    "quality.claim.reading_is_of_a_statement": "update {t} set reading_of = claim_id where reading_of is not null",
    "quality.claim.follows_from_figures": "delete from quality.claim_observation where role <> 'result'",
    "quality.claim_observation.leads_to_a_figure_of_the_same_source": "update quality.claim set source_id = 'another'",
}

#: The same for expectations that several marts have, by name, where nothing above is said of one.
WRONG_IN_ANY: dict[str, str] = {
    "totals_contain_rows": "update {t} set is_total = not is_total",
    "shows_what_the_series_show": "delete from {t}",
    "shows_no_other_figure": "delete from marts.series",
    "leads_to_the_page": "delete from core.lineage where table_name = '{t}'",
    "null_is_explained": "update {t} set {column} = null, caveat_en = null",
    "qualified_is_told": "update {t} set qualifiers_en = '{measures}'",
    "caveat_names_its_columns": "update {t} set caveat_en = 'It is told of nothing.'",
    "caveat_speaks_of_its_columns": "update {t} set caveat_zh = '见 printed_unit。'",
}

#: The same for what follows from the contract of a column: a code, or a key, that there is not.
OF_ITS_COLUMN = "update {t} set {column} = 'no_such'"


def fault(expectation: Expectation) -> str:
    """SQL that plants a value which the expectation must reject."""
    table, arguments = expectation.table, expectation.arguments
    column = arguments.get("column")
    if expectation.kind == expectations.NO_ROWS:
        wrong = WRONG.get(f"{table}.{expectation.name}") or WRONG_IN_ANY.get(expectation.name, OF_ITS_COLUMN)
        if expectation.name.endswith("_is_plausible"):
            wrong = "update {t} set {column} = " + str(
                published.tables()[table].columns[expectation.columns[0]].meta["band"]["to"] + 1
            )
        measures = " ".join(f"{column.name}: about." for column in published.tables()[table].measures)
        return wrong.format(t=table, column=next(iter(expectation.columns), None), measures=measures)
    if expectation.kind in (expectations.UNIQUE, expectations.UNIQUE_COLUMN):
        first = f"insert into {table} select * from {table} limit 1"
        # An empty table has no row to double: give it two that are alike.
        return f"{first}; insert into {table} by name select * from (select * from {table} limit 1)"
    return {
        expectations.ROW_COUNT: f"delete from {table}",
        expectations.BETWEEN: f"update {table} set {column} = {arguments.get('max_value', 0)} + 1",
        expectations.AFTER: f"update {table} set {arguments.get('column_A')} = {arguments.get('column_B')}",
    }[expectation.kind]


@pytest.fixture(scope="module")
def gx():
    import great_expectations

    audit._register_dialect()
    return great_expectations


@pytest.fixture(scope="module")
def whole(built: Line, tmp_path_factory: pytest.TempPathFactory):
    """A copy of a candidate that has a release before it, so that its ledgers are not empty; to damage, and roll back."""
    database = tmp_path_factory.mktemp("whole") / DATABASE
    shutil.copy(built.candidate / "release" / DATABASE, database)
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        yield connection


def test_the_published_file_passes_all(built: Line, gx, tmp_path: Path):
    shutil.copy(built.paths.current / DATABASE, tmp_path / DATABASE)
    verdicts = audit.audit(tmp_path, ALL, gx)
    assert {v.check: v.error or v.rows for v in verdicts if v.verdict != PASSED} == {}
    assert [v.check for v in verdicts] == [expectation.check for expectation in ALL]


def damage(connection: duckdb.DuckDBPyConnection, expectation: Expectation) -> None:
    fill_if_empty(connection, expectation.table)
    for statement in fault(expectation).split(";"):
        connection.execute(statement)


@pytest.mark.parametrize("expectation", WRITTEN, ids=lambda expectation: expectation.check)
def test_a_wrong_value_fails(expectation: Expectation, whole: duckdb.DuckDBPyConnection):
    """What is written as SQL, in the engine that Great Expectations asks too."""
    whole.begin()
    damage(whole, expectation)
    assert whole.execute(expectation.query).fetchone() is not None
    whole.rollback()


@pytest.mark.parametrize("kind", sorted({expectation.kind for expectation in ALL}))
def test_each_fault_of_a_kind_fails_by_its_class(kind: str, built: Line, gx, tmp_path: Path):
    """What Great Expectations says: a fault in the column, or the table, of each one, all in one release.

    Some of the rows are shown, with their key where the table has one; of SQL it is tried on one expectation alone."""
    chosen = [e for e in ALL if e.kind == kind]
    chosen = chosen[:1] if kind == expectations.NO_ROWS else chosen
    # The candidate of the line has a release before it, so that its ledgers are not empty.
    database = tmp_path / DATABASE
    shutil.copy(built.candidate / "release" / DATABASE, database)
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        for expectation in chosen:
            damage(connection, expectation)
    verdicts = audit.audit(tmp_path, chosen, gx)
    assert {v.check: v.error for v in verdicts if v.error} == {}, "a broken check is not a check"
    assert {v.check for v in verdicts if v.verdict == "failed"} == {e.check for e in chosen}
    if kind != expectations.ROW_COUNT:
        assert all(v.rows and not v.rows[0].keys() <= {"value"} for v in verdicts)


@pytest.mark.parametrize("name", ["years_elapsed_go_forward", "null_is_explained", "totals_contain_rows"])
def test_of_a_failing_row_is_shown_what_fails(name: str, whole: duckdb.DuckDBPyConnection):
    """Its key, the columns that the expectation names, and its caveat; not all that stands in it."""
    chosen = [e for e in WRITTEN if e.name == name]
    assert chosen
    for expectation in chosen:
        whole.begin()
        damage(whole, expectation)
        found = whole.execute(expectation.query)
        row = dict(zip([column[0] for column in found.description], found.fetchone(), strict=True))
        whole.rollback()
        table, shown = published.tables()[expectation.table], audit._shown(expectation, row)
        assert {*table.grain} <= shown.keys() and ("caveat_en" in shown) == ("caveat_en" in row), expectation.check
        assert len(shown) < max(10, len(table.columns) / 2), (expectation.check, list(shown))


def test_every_published_table_has_a_suite(built: Line):
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        tables = {
            row[0]
            for row in connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        }
    assert tables == set(suites.SUITES)


def test_a_process_of_the_audit_that_dies_ends_it(monkeypatch, tmp_path: Path):
    """Half of the expectations are its: without their verdicts there are none."""
    first = os.getpid()
    monkeypatch.setattr(audit.engine, "cores", lambda: 2)
    monkeypatch.setattr(audit, "_of_share", lambda *given: {} if os.getpid() == first else os._exit(9))
    with pytest.raises(audit.AuditError, match="ended with code 9"):
        audit.audit(tmp_path, ALL, None)
