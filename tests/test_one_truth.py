"""What is known of a column is known once: the yml as dbt built it, the expectations that ran, and the file agree.

Read from a release alone: dbt's own manifest, audit.json, and the published file. Nothing that is compared was made
from what it is compared with by the code that is tested, and each kind of drift is seen.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest

from orchestration.artifacts import DATABASE
from orchestration.release.manifest import AUDIT, DBT_MANIFEST
from tests.conftest import SEEDS
from tests.made_files import Made, change_database
from validations import claim, decision, row_keys, rules, withdrawals

NUMBERS = ("DECIMAL", "BIGINT", "INTEGER", "DOUBLE")
#: How the name of a column that holds an amount, a count or a quotient ends, and the unit of its values.
ENDINGS = {
    r"_yuan_per_month$": "CNY_M",
    r"_yuan_per_year$": "CNY_A",
    r"_yuan$": "CNY",
    r"_persons$": "PS",
    r"_(share|ratio)$": "PURE_NUMB",
    r"_pp$": "PC_POINT",
}
#: Text columns whose few values are codes by accident: names of tables, and what ledgers of other releases tell.
NO_CODES = re.compile(r"^(release\..*|quality\.check\.(table_name|check_id)|core\.code\..*)$")


class Told:
    """One release: what dbt built (`models`), what ran (`ran`: table -> check -> columns), and the file."""

    def __init__(self, release: Path):
        nodes = json.loads((release / DBT_MANIFEST).read_text("utf-8"))["nodes"].values()
        self.models: dict[str, dict[str, Any]] = {
            f"{node['schema']}.{node['name']}": node
            for node in nodes
            if node["resource_type"] == "model" and node["config"]["contract"]["enforced"]
        }
        self.ran: dict[str, dict[str, set[str]]] = {}
        for verdict in json.loads((release / AUDIT).read_text("utf-8"))["verdicts"]:
            name = verdict["check"].rpartition(".")[2]
            self.ran.setdefault(verdict["table"], {})[name] = set(verdict["columns"])
        self.connection = duckdb.connect(str(release / DATABASE), read_only=True)
        self.types: dict[tuple[str, str], tuple[str, bool]] = {
            (table, column): (data_type, nullable)
            for table, column, data_type, nullable in self.rows(
                "select schema_name || '.' || table_name, column_name, data_type, is_nullable from duckdb_columns() where not internal"
            )
        }

    def rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def meta(self, table: str, column: str) -> dict[str, Any]:
        return self.models[table]["columns"].get(column, {}).get("meta") or {}


def keys(told: Told) -> Iterator[str]:
    """Keys: the yml's, those that were tested, those that core.lineage writes out, and what is one in the file."""
    for table, model in told.models.items():
        grain = model["config"]["meta"]["grain"]
        if (tested := told.ran.get(table, {}).get("key_is_unique")) != set(grain):
            yield f"{table}: the key is {grain}, tested was {tested}"
        if any(told.types[table, column][1] for column in grain):
            yield f"{table}: a key that may be null"
        if told.rows(f"select 1 from {table} group by {', '.join(grain)} having count(*) > 1 limit 1"):
            yield f"{table}: {grain} is no key in the file"
    for table, key in told.rows(
        "select distinct table_name, regexp_replace(row_key, '=[^|]*', '', 'g') from core.lineage"
    ):
        if key.split("|") != told.models[table]["config"]["meta"]["grain"]:
            yield f"{table}: lineage writes the key {key}"


def statuses(told: Told) -> Iterator[str]:
    """Statuses: each of the yml was tested, each column of the file is one of a measure, each measure has one."""
    for table, model in told.models.items():
        said = {name: status for name in model["columns"] if (status := told.meta(table, name).get("status"))}
        if said.keys() != told.ran.get(table, {}).get("null_is_explained", set()):
            yield f"{table}: measures with a status {sorted(said)}, tested were {told.ran[table].get('null_is_explained')}"
        for name, status in said.items():
            wrong = f"({name} is null) <> ({status} in ('L', 'O', 'Q', '_Z')) or ({name} is null and caveat_zh is null)"
            if told.rows(f"select 1 from {table} where {wrong} limit 1"):
                yield f"{table}.{name}: null without a reason in {status}"
        if table.startswith("marts."):
            columns = {name: facts for (of, name), facts in told.types.items() if of == table}
            yield from (
                f"{table}.{n}: no measure's" for n in columns if n.endswith("_status") and n not in said.values()
            )
            for name, (data_type, nullable) in columns.items():
                end_of_range = told.meta(table, name).get("printed") in ("obs_low", "obs_high")
                measures = any(re.search(ending, name) for ending in ENDINGS) and data_type.startswith(NUMBERS)
                if measures and nullable and name not in said and not end_of_range:
                    yield f"{table}.{name}: a measure without a status"


def units(told: Told) -> Iterator[str]:
    """Units: the end of the name, core.measure, and the figures of marts.series that the column shows."""
    stated = {
        (table, name): unit
        for table, name, unit in told.rows("select table_name, column_name, unit_measure from core.measure")
    }
    for (table, name), (data_type, _) in told.types.items():
        ending = next((unit for ending, unit in ENDINGS.items() if re.search(ending, name)), None)
        if (
            table.startswith("marts.")
            and ending
            and data_type.startswith(NUMBERS)
            and stated.get((table, name)) != ending
        ):
            yield f"{table}.{name}: {stated.get((table, name))} in core.measure, {ending} by its name"
        if told.meta(table, name).get("printed"):
            put = {"measure": "level"} | told.meta(table, name)["inputs"][0]
            if table == "marts.spending_share_of_gdp":
                put["measure"] = "share"
            of = told.models[table]["config"]["meta"]["series"].get("indicators", ())
            where = [f"{d} = '{code}'" for d, code in put.items()] + ([f"indicator in {tuple(of)}"] if of else [])
            found = {
                unit
                for (unit,) in told.rows(f"select distinct unit_measure from marts.series where {' and '.join(where)}")
            }
            if found - {stated.get((table, name))}:
                yield f"{table}.{name}: shows figures in {found}, stated is {stated.get((table, name))}"


def codes(told: Told) -> Iterator[str]:
    """Code sets and references: each that is told was tested and holds in the file; each that shows in the file is told."""
    relations = told.rows(
        "select table_name, column_name, reference_kind, referenced_table, referenced_column, codelist, other_codes from core.relationship"
    )
    known: dict[tuple[str, str], list[str]] = {}
    for table, name, kind, full, key, codelist, other in relations:
        if told.types.get((table, name), ("?",))[0] != told.types.get((full, key), ("",))[0]:
            yield f"{table}.{name}: another type than {full}.{key}"
            continue
        beside = "', '".join((other or "").split())
        listed = f"select {key} as code from {full}" + (
            f" where codelist = '{codelist}' and code not in ('{beside}')" if kind == "code" else ""
        )
        more = f" union all select unnest(['{beside}'])" if kind == "row" and other else ""
        known.setdefault((table, name), []).append(listed + more)
        if not any(
            name in columns
            for check, columns in told.ran.get(table, {}).items()
            if check not in ("key_is_unique", "null_is_explained")
        ) and (table, name) != ("marts.series", "observation_id"):
            yield f"{table}.{name}: no expectation ran on its {kind}s"
    for (table, name), lists in known.items():
        wrong = told.rows(
            f"select distinct {name} from {table} where {name} is not null and {name} not in ({' union all '.join(lists)})"
        )
        if wrong:
            yield f"{table}.{name}: {wrong[:3]} is not known"
    by_list: dict[str, set[str]] = {}
    for codelist, code in told.rows("select codelist, code from core.code"):
        by_list.setdefault(codelist, set()).add(code)
    for full, key in {(full, key) for _, _, kind, full, key, *_ in relations if kind == "row"}:
        by_list[full] = {code for (code,) in told.rows(f"select {key} from {full}")}
    for (table, name), (data_type, _) in told.types.items():
        if (
            data_type != "VARCHAR"
            or (table, name) in known
            or NO_CODES.match(f"{table}.{name}")
            or told.models[table]["config"]["meta"]["grain"] == [name]
        ):
            continue
        values = {
            v for (v,) in told.rows(f"select distinct {name} from {table} where {name} is not null limit 2000")
        } - {"_Z", "_T", "_U"}
        if len(values) > 1 and (fits := [of for of, listed in by_list.items() if values <= listed]):
            yield f"{table}.{name}: holds codes of {fits}, and no contract says so"


def types(told: Told) -> Iterator[str]:
    """Types: a column of a key is of one type wherever a column of its name stands, so that tables join."""
    in_keys = {name for model in told.models.values() for name in model["config"]["meta"]["grain"]}
    for name in sorted(in_keys):
        found = {data_type: table for (table, column), (data_type, _) in told.types.items() if column == name}
        if len(found) > 1:
            yield f"{name}: of several types: {found}"


KINDS = {"keys": keys, "statuses": statuses, "units": units, "codes": codes}


def drift(release: Path) -> list[str]:
    told = Told(release)
    if wrong := list(types(told)):
        return [f"types: {line}" for line in wrong]
    return [f"{kind}: {line}" for kind, find in KINDS.items() for line in find(told)]


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
    for table, name in told.rows("select distinct table_name, column_name from core.lineage"):
        grain = told.models[table]["config"]["meta"]["grain"]
        lost = f"""select 1 from core.lineage where table_name = '{table}' and column_name = '{name}'
            and row_key not in (select {row_keys.sql(grain, "m")} from {table} as m where {name} is not null)"""
        assert told.rows(lost) == []


@pytest.mark.parametrize("planted", DRIFTS)
def test_a_drift_is_seen(planted: str, copy: Made):
    plant, expected = DRIFTS[planted]
    plant(copy)
    assert [line for line in drift(copy.release) if line.startswith(expected)]
