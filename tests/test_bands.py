"""The bands of the marts: rules look at them before a mart is built, and the audit stops what no decision accepts."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE, WORK
from orchestration.check_source import CheckFailed, check_source
from tests.conftest import Line, copy_of_seeds
from validations import published, row_keys, suites

#: Bands of values that are no product of figures beside each other, and what is seen before them.
OF_ANOTHER_FORM = {
    "dibao.expenditure_per_average_recipient_yuan_per_year": "the band of the year-end recipients, jump.undeclared",
    "dibao_gap.rural_recipients_share": "cannot lie outside but with a count below zero",
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


DESCRIPTOR = """
name: made_up
title: Made up
title_zh: 虚构
citation: Made up, 2024.
contributors: [{title: Nobody}]
licenses: [{title: Figures are facts.}]
release_stage: yearbook
cadence: yearly
vintage: "2024"
agency: _U
resources:
  - name: figures
    path: figures.csv
    layout: tidy
    title: Figures
    section: "1"
    defaults: {freq: A, ref_area: "350000"}
    columns:
      - {name: item, holds: row_label}
      - {name: indicator, holds: indicator}
      - {name: scheme, holds: scheme}
      - {name: pop_group, holds: pop_group}
      - {name: time_period, holds: time_period}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
"""
#: Right but for line 3, where heads of another year came into the column; line 5, a function above its budget; and line
#: 9, where residents' spending is in another unit than employees', each of them what a person may cost.
FIGURES = """item,indicator,scheme,pop_group,time_period,value,unit
参保人数,INSURANCE_PARTICIPANTS,WORK_INJURY_INSURANCE,_T,2021,900,万人
参保人数,INSURANCE_PARTICIPANTS,WORK_INJURY_INSURANCE,_T,2022,1900,万人
支出,FISCAL_EXPENDITURE,_Z,_T,2022,5000,亿元
教育,BUDGET_EDUCATION,_Z,_T,2022,6000,亿元
基金支出,INSURANCE_FUND_EXPENDITURE,BASIC_MEDICAL,EMPLOYEES,2022,300,亿元
参保人数,INSURANCE_PARTICIPANTS,BASIC_MEDICAL,EMPLOYEES,2022,900,万人
参保人数,INSURANCE_PARTICIPANTS,BASIC_MEDICAL,RESIDENTS,2022,3000,万人
基金支出,INSURANCE_FUND_EXPENDITURE,BASIC_MEDICAL,RESIDENTS,2022,3,亿元
失业保险参保人数,INSURANCE_PARTICIPANTS,UNEMPLOYMENT_INSURANCE,_T,2020,700,万人
失业保险参保人数,INSURANCE_PARTICIPANTS,UNEMPLOYMENT_INSURANCE,_T,2022,1500,万人
"""


def test_what_the_audit_would_stop_a_rule_finds_first(tmp_path: Path, monkeypatch, fresh):
    """What stands in other rows of a mart: a doubled count, a part above its whole, one side in another unit."""
    paths = fresh(copy_of_seeds(tmp_path), tmp_path / "warehouse")
    folder = paths.seeds / "sources" / "made_up"
    folder.mkdir()
    (folder / "datapackage.yaml").write_text(DESCRIPTOR, "utf-8")
    (folder / "figures.csv").write_text(FIGURES, "utf-8")
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(paths.warehouse))
    with pytest.raises(CheckFailed) as failed:
        check_source(paths, "made_up", False, lambda text: None)
    found = [line for line in str(failed.value).splitlines() if line.startswith("plausible.published (error")]
    seen = {row: next((line for line in found if f"figures.csv, row {row}, " in line), "") for row in (3, 5, 6)}
    assert "insurance_participation.participants_growth_a_year_ratio would be 1.1111, outside -0.5 to 1" in seen[3]
    assert "budget_expenditure.budget_share would be 1.2, outside 0 to 1" in seen[5]
    assert "insurance_fund_per_head.multiple_of_residents_ratio would be 333.3333" in seen[6]
    assert len(found) == 3, "doubled in two years is no more than the band allows of one"
    assert str(failed.value).count("rules: [plausible.published]") == 3, "the decisions that may be written"
