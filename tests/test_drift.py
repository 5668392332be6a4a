"""One truth about each column: whatever documents it says what its contract says, and a drift is seen."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.artifacts import DATABASE
from orchestration.release import package
from orchestration.release.manifest import DBT_MANIFEST
from tests.made_files import Made, change_database

Described = dict[tuple[str, str], tuple[str, str]]


def plain(data_type: str) -> str:
    """A type of dbt's yml, which is written as DuckDB and Spark both know it, in DuckDB's own words."""
    return data_type.upper().replace(" ", "").replace("STRING", "VARCHAR")


def contracts_of_dbt(release: Path) -> Described:
    """(table, column) -> (type, comment), as the yml states them; a table's own comment under the column ''."""
    nodes = json.loads((release / DBT_MANIFEST).read_text("utf-8"))["nodes"].values()
    stated: Described = {}
    for node in nodes:
        if node["resource_type"] == "model" and node["config"]["contract"]["enforced"]:
            name = f"{node['schema']}.{node['name']}"
            stated[name, ""] = ("", node["description"])
            for column in node["columns"].values():
                stated[name, column["name"]] = (plain(column["data_type"]), column["description"])
    return stated


def of_database(release: Path) -> Described:
    with duckdb.connect(str(release / DATABASE), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name || '.' || table_name, column_name, data_type, comment from duckdb_columns() where not internal"
        ).fetchall()
        tables = connection.execute("select schema_name || '.' || table_name, comment from duckdb_tables()").fetchall()
    return {(table, column): (data_type, comment) for table, column, data_type, comment in columns} | {
        (table, ""): ("", comment) for table, comment in tables
    }


def of_dictionary(files: Path) -> Described:
    with (files / "dictionary.csv").open(encoding="utf-8-sig", newline="") as handle:
        return {(row["table"], row["column"]): (row["type"], row["description"]) for row in csv.DictReader(handle)}


def of_contracts(files: Path) -> Described:
    stated: Described = {}
    for path in (files / "contracts").glob("*.yaml"):
        (table,) = yaml.safe_load(path.read_text("utf-8"))["schema"]
        stated[table["physicalName"], ""] = ("", table["description"])
        for column in table["properties"]:
            stated[table["physicalName"], column["name"]] = (column["physicalType"], column["description"])
    return stated


def of_package(release: Path, types: Described) -> Described:
    """Types of Table Schema are wider than DuckDB's: one that fits counts as the same."""
    stated: Described = {}
    for table in json.loads((release / package.PACKAGE).read_text("utf-8"))["resources"]:
        if "schema" not in table:
            continue
        stated[table["name"], ""] = ("", table["description"])
        for field in table["schema"]["fields"]:
            key = (table["name"], field["name"])
            fits = key in types and package.TYPES[types[key][0].partition("(")[0]] == field["type"]
            stated[key] = (types[key][0] if fits else field["type"], field["description"])
    return stated


def of_parquet(folder: Path, prefix: str, known: Described) -> Described:
    """Names and types; Parquet holds no comments."""
    stated: Described = {}
    for path in folder.glob("*.parquet"):
        table = f"{prefix}.{path.stem}"
        stated[table, ""] = known.get((table, ""), ("", ""))
        for column, data_type, *_ in duckdb.execute("describe from read_parquet(?)", [str(path)]).fetchall():
            stated[table, column] = (data_type, known.get((table, column), ("", ""))[1])
    return stated


def drift(made: Made) -> list[str]:
    """Where anything that documents a column or holds it says something else than the contract in the yml."""
    truth = contracts_of_dbt(made.release)
    of_marts = {key: said for key, said in truth.items() if key[0].startswith("marts.")}
    told = [
        ("the published file", of_database(made.release), truth),
        ("datapackage.json", of_package(made.release, truth), truth),
        ("the dictionary", of_dictionary(made.folder), truth),
        ("the data contracts", of_contracts(made.folder), of_marts),
        ("Parquet", of_parquet(made.folder, "marts", truth), of_marts),
        *(
            (f"Parquet of {schema}", of_parquet(made.release / "parquet" / schema, schema, truth), part)
            for schema in ("core", "marts", "quality", "release")
            for part in [{key: said for key, said in truth.items() if key[0].startswith(f"{schema}.")}]
        ),
    ]
    return [
        f"{where}: {'.'.join(filter(None, key))}: {said.get(key)}, the contract says {stated.get(key)}"
        for where, said, stated in told
        for key in sorted(said.keys() | stated.keys())
        if said.get(key) != stated.get(key)
    ]


def test_whatever_documents_a_column_says_what_its_contract_says(made: Made):
    assert drift(made) == []


def replace_text(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def widen_parquet(path: Path) -> None:
    other = path.with_suffix(".new")
    duckdb.execute(
        f"copy (select * replace (cast(year as bigint) as year) from read_parquet('{path}')) to '{other}' (format parquet)"
    )
    other.replace(path)


DRIFTS = {
    "a comment in the published file": (
        lambda made: change_database(made, "comment on column marts.dibao_gap.ref_area is 'Something else'"),
        "the published file: marts.dibao_gap.ref_area",
    ),
    "a type in the published file": (
        lambda made: change_database(made, "alter table marts.policy_register alter column number_year type bigint"),
        "the published file: marts.policy_register.number_year",
    ),
    "a column more in the published file": (
        lambda made: change_database(made, "alter table core.unit add column other integer"),
        "the published file: core.unit.other",
    ),
    "a comment in the package": (
        lambda made: replace_text(made.release / package.PACKAGE, "Name of the area in Chinese", "Name"),
        "datapackage.json: ",
    ),
    "a name in the dictionary": (
        lambda made: replace_text(
            made.folder / "dictionary.csv", ",standard_status,VARCHAR", ",standart_status,VARCHAR"
        ),
        "the dictionary: marts.dibao.standard_status: None",
    ),
    "a type in a contract": (
        lambda made: replace_text(made.folder / "contracts/dibao.odcs.yaml", "DECIMAL(24,4)", "DOUBLE"),
        "the data contracts: marts.dibao.",
    ),
    "a type in Parquet": (
        lambda made: widen_parquet(made.folder / "dibao_gap.parquet"),
        "Parquet: marts.dibao_gap.year",
    ),
    "a comment in the yml": (
        lambda made: replace_text(made.release / DBT_MANIFEST, "Calendar year of the period", "Year"),
        "the published file: ",
    ),
}


@pytest.mark.parametrize("planted", DRIFTS)
def test_a_drift_is_seen(planted: str, copy: Made):
    plant, expected = DRIFTS[planted]
    plant(copy)
    assert [line for line in drift(copy) if line.startswith(expected)]
