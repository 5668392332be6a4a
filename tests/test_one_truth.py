"""What is known of a column is known once: the yml as dbt built it, the expectations that ran, and the file agree.

Measured on a release by `tests/drifts.py`; each kind of drift is seen.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, get_args

import pytest

from orchestration.release.manifest import AUDIT, DBT_MANIFEST
from tests.conftest import SEEDS
from tests.drifts import Told, drift
from tests.made_files import Made, change_database
from validations import claim, decision, row_keys, rules, withdrawals


def test_the_yml_the_expectations_that_ran_and_the_file_agree(made: Made):
    assert drift(made.release) == []


def edit_json(path: Path, change: Any) -> None:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")


def of_model(made: Made, table: str, change: Any) -> None:
    """Another contract than the one that was built and tested."""

    def changed(data: dict[str, Any]) -> None:
        (node,) = (
            n for n in data["nodes"].values() if n["resource_type"] == "model" and f"{n['schema']}.{n['name']}" == table
        )
        change(node)

    edit_json(made.release / DBT_MANIFEST, changed)


def not_run(made: Made, check: str) -> None:
    edit_json(
        made.release / AUDIT, lambda data: data.update(verdicts=[v for v in data["verdicts"] if v["check"] != check])
    )


DRIFTS = {
    "a column dropped from a key": (
        lambda made: of_model(made, "marts.dibao", lambda node: node["config"]["meta"]["grain"].remove("residence")),
        "keys: marts.dibao: the key is",
    ),
    "a key that nobody tested": (
        lambda made: not_run(made, "audit.release.info.key_is_unique"),
        "keys: release.info: the key is",
    ),
    "a key that lineage writes otherwise": (
        lambda made: change_database(
            made, "update core.lineage set row_key = replace(row_key, '|residence=', '|place=')"
        ),
        "keys: marts.dibao: lineage writes",
    ),
    "a status taken from a measure": (
        lambda made: of_model(
            made, "marts.dibao", lambda node: node["columns"]["standard_growth_ratio"]["meta"].pop("status")
        ),
        "statuses: marts.dibao",
    ),
    "a status column that is nobody's": (
        lambda made: change_database(made, "alter table marts.dibao_gap add column other_status varchar"),
        "statuses: marts.dibao_gap.other_status",
    ),
    "a number with the status of a missing one": (
        lambda made: change_database(made, "update marts.dibao set recipients_change_status = 'Q' where year = 2016"),
        "statuses: marts.dibao.recipients_growth_ratio",
    ),
    "a measure without a status": (
        lambda made: change_database(made, "alter table marts.dibao add column relief_yuan decimal(24, 4)"),
        "statuses: marts.dibao.relief_yuan",
    ),
    "statuses that nobody tested": (
        lambda made: not_run(made, "audit.marts.dibao.null_is_explained"),
        "statuses: marts.dibao: measures",
    ),
    "a unit that the name disagrees with": (
        lambda made: change_database(
            made, "update core.measure set unit_measure = 'CNY' where column_name = 'standard_yuan_per_month'"
        ),
        "units: marts.dibao.standard_yuan_per_month: CNY in core.measure",
    ),
    "a unit that the figures disagree with": (
        lambda made: change_database(
            made, "update marts.series set unit_measure = 'CNY_A' where indicator = 'DIBAO_STANDARD'"
        ),
        "units: marts.dibao.standard_yuan_per_month: shows figures in",
    ),
    "a code that the list does not have": (
        lambda made: change_database(made, "update marts.dibao_gap set standard_ratio_direction = 'shrinks'"),
        "codes: marts.dibao_gap.standard_ratio_direction",
    ),
    "a list that lost a code": (
        lambda made: change_database(made, "delete from core.code where codelist = 'scope' and code = '_Z'"),
        "codes: marts.expenditure_structure.scope",
    ),
    "a key of no row": (
        lambda made: change_database(
            made, "update core.lineage set observation_id = 'nowhere' where table_name = 'marts.dibao'"
        ),
        "codes: core.lineage.observation_id",
    ),
    "codes that no contract names": (
        lambda made: change_database(made, "delete from core.relationship where column_name = 'standing'"),
        "codes: quality.finding.standing: holds codes of",
    ),
    "codes that nobody tested": (
        lambda made: not_run(made, "audit.quality.finding.standing_is_a_code"),
        "codes: quality.finding.standing: no expectation",
    ),
    "a column of a key that has another type elsewhere": (
        lambda made: change_database(made, "alter table marts.series alter column ref_area type blob"),
        "types: ref_area",
    ),
    "a key of another type": (
        lambda made: change_database(made, "alter table marts.expenditure_structure alter column component type blob"),
        "codes: marts.expenditure_structure.component: another type",
    ),
}


#: What the code itself tells apart -> the list that readers know it by.
TOLD_APART = {
    "outcome": get_args(decision.Outcome),
    "confidence": get_args(decision.Decision.model_fields["confidence"].annotation),
    "claim_operator": claim.OPERATORS,
    "claim_test": (*claim.NUMBERS, *claim.WORDS),
    "severity": rules.SEVERITIES,
    "loss": withdrawals.LOSSES,
}


@pytest.mark.parametrize("codelist", TOLD_APART)
def test_what_the_code_tells_apart_are_the_codes_of_a_list(codelist: str):
    with (SEEDS / "codelists/code.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["code"] for row in csv.DictReader(file) if row["codelist"] == codelist}
    assert set(TOLD_APART[codelist]) == listed


def test_a_key_is_the_same_text_wherever_it_is_written(made: Made):
    """In SQL and in Python, of every row of every mart; dbt writes it into core.lineage."""
    told = Told(made.release)
    for table, model in told.models.items():
        grain = model["config"]["meta"]["grain"]
        columns = ", ".join(f"cast({name} as varchar) as {name}" for name in grain)
        found = told.connection.execute(
            f"select {row_keys.sql(grain, 'm')} as key, {columns} from {table} as m"
        ).fetchall()
        assert all(key == row_keys.text(grain, dict(zip(grain, values))) for key, *values in found)
    for (table,) in told.rows("select distinct table_name from core.lineage"):
        key = row_keys.sql(told.models[table]["config"]["meta"]["grain"], "m")
        lost = f"select 1 from core.lineage where table_name = '{table}' and row_key not in (select {key} from {table} as m)"
        assert told.rows(lost) == []


@pytest.mark.parametrize("planted", DRIFTS)
def test_a_drift_is_seen(planted: str, copy: Made):
    plant, expected = DRIFTS[planted]
    plant(copy)
    assert [line for line in drift(copy.release) if line.startswith(expected)]
