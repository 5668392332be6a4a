"""Where the yml as dbt built it, the expectations that ran, and the published file of one release disagree.

Read from the release alone: dbt's own manifest, audit.json, and the file. Nothing that is compared was made from what
it is compared with by the code that is tested.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from orchestration.artifacts import DATABASE
from orchestration.release.manifest import AUDIT, DBT_MANIFEST

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
#: Text columns whose few values are codes by accident: names of tables, what ledgers of other releases tell, and codes of the
#: dimension that another column names.
NO_CODES = re.compile(r"^(release\..*|core\.part\.(whole|part)|quality\.check\.(table_name|check_id)|core\.code\..*)$")


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
                measures = any(re.search(ending, name) for ending in ENDINGS) and data_type.startswith(NUMBERS)
                if measures and nullable and name not in said:
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
        # A table whose rows name their figures has no inputs.
        if told.meta(table, name).get("printed") and "inputs" in told.meta(table, name):
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
            or (told.meta(table, name).get("keys_of") and name in told.ran[table].get("listed_keys_are_known", ()))
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
