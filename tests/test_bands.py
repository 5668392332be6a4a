"""The bands of the marts: rules look at them before a mart is built, and the audit stops what no decision accepts."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE, WORK
from tests.conftest import Line
from validations import published, row_keys, suites

#: Bands of values that are no product of figures beside each other, and what is seen before them.
OF_ANOTHER_FORM = {
    "budget_expenditure.budget_share": "bound.exceeded where the function is declared a part of public expenditure",
    "dibao.expenditure_per_average_recipient_yuan_per_year": "the band of the year-end recipients, jump.undeclared",
    "dibao_gap.rural_recipients_share": "cannot lie outside but with a count below zero",
    "insurance_fund_per_head.multiple_of_residents_ratio": "the band of the spending per participant on either side",
    "insurance_participation.participants_growth_a_year_ratio": "jump.undeclared",
}


def test_every_band_of_a_mart_is_looked_at_by_a_rule(built: Line):
    """Each figure or product that a contract gives a band has it in the list of rules, with all of its parts."""
    with duckdb.connect(str(built.paths.current / WORK), read_only=True) as connection:
        held = connection.execute("select band, parts from observation.int_band__declared").fetchall()
        found = dict(
            connection.execute(
                "select band, count(distinct part) from observation.int_band__figure group by band"
            ).fetchall()
        )
    declared = {
        f"{table.name}.{column.name}"
        for table in published.tables().values()
        if table.schema == published.MARTS
        for column in table.columns.values()
        if column.meta.get("band") and column.meta.get("inputs")
    }
    assert {band for band, _ in held} == declared - OF_ANOTHER_FORM.keys() and declared > OF_ANOTHER_FORM.keys()
    # Of each that the seeds hold figures of at all, every part finds its own.
    assert {band: parts for band, parts in held if band in found} == found and len(found) > 10


def check(table: str, name: str) -> str:
    (expectation,) = (e for e in suites.declared() if (e.table, e.name) == (table, f"{name}_is_plausible"))
    return expectation.query


@pytest.mark.parametrize(
    ("standing", "rule_id", "stops"),
    [
        ("accepted", "plausible.published", False),
        ("accepted", "jump.undeclared", False),
        ("accepted", "identity.sum", True),
        ("noted", "plausible.published", True),
    ],
)
def test_a_value_outside_its_band_is_published_where_a_decision_accepts_it(
    built: Line, tmp_path: Path, standing: str, rule_id: str, stops: bool
):
    shutil.copy(built.paths.current / DATABASE, tmp_path / DATABASE)
    (tmp_path / DATABASE).chmod(0o644)
    query = check("marts.dibao", "supplement_standard_ratio")
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        key = row_keys.sql(published.tables()["marts.dibao"].grain, "m")
        row, cell = connection.execute(
            f"""
            select {key}, min(l.observation_id) from marts.dibao as m inner join core.lineage as l
                on l.table_name = 'marts.dibao' and l.column_name = 'supplement_standard_ratio' and l.row_key = {key}
            group by all order by all limit 1"""
        ).fetchone()
        connection.execute(f"update marts.dibao as m set supplement_standard_ratio = 1.2 where {key} = ?", [row])
        assert connection.execute(query).fetchall()
        connection.execute(
            "insert into quality.finding by name select * replace ('f' as finding_id, ? as rule_id, 'decided' as pass,"
            " ? as standing) from quality.finding limit 1",
            [rule_id, standing],
        )
        connection.execute(
            "insert into quality.finding_observation by name select * replace ('f' as finding_id, ? as observation_id)"
            " from quality.finding_observation limit 1",
            [cell],
        )
        assert bool(connection.execute(query).fetchall()) is stops
