"""The files of a release: every mart in every format, one truth about each column, nothing that a reader trips over."""

from __future__ import annotations

import csv
import datetime
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb
import jsonschema
import msgspec
import open_data_contract_standard
import openpyxl
import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard
from pysdmx.io import read_sdmx
from pysdmx.io.json.sdmxjson2.messages.structure import JsonStructureMessage

from bi import files
from bi.files import contract, dbt_docs, metadata, workbook
from bi.release import Release, opened
from orchestration.release import package
from orchestration.release.export import BOM, copy_csv
from orchestration.release.manifest import DATABASE, DBT_MANIFEST
from tests.conftest import Line, published_state
from validations import suites


@dataclass(frozen=True)
class Made:
    """The files of the built release, and the release's own folder."""

    folder: Path
    release: Path


@pytest.fixture(scope="module")
def made(built: Line, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("book")
    before = published_state(built.paths)
    with opened(built.paths.current) as release:
        files.write(release, folder)
        assert published_state(built.paths) == before, "the release is not touched"
        return Made(folder / "files", release.folder)


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Made:
    """A copy of both to damage."""
    for name, source in (("files", made.folder), ("release", made.release)):
        shutil.copytree(source, tmp_path / name)
        for path in (tmp_path / name).rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    return Made(tmp_path / "files", tmp_path / "release")


@pytest.fixture
def reading(made: Made) -> Iterator[Release]:
    with opened(made.release) as release:
        yield release


def marts(release: Release) -> list[str]:
    return [table.name for table in release.tables.values() if table.schema == "marts"]


def index(folder: Path) -> dict[str, dict]:
    return {entry["name"]: entry for entry in json.loads((folder / "index.json").read_text("utf-8"))}


# Everything is there.


def test_every_mart_is_there_in_every_format(made: Made, reading: Release):
    listed = index(made.folder)
    there = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()}
    assert set(listed) == there - {"index.json"}
    assert all(entry["bytes"] == (made.folder / name).stat().st_size > 0 for name, entry in listed.items())
    assert all(entry["title_en"] and entry["title_zh"] and not entry["note"] for entry in listed.values())
    for mart in marts(reading):
        assert {f"{mart}.parquet", f"{mart}.csv", f"contracts/{mart}.odcs.yaml"} <= there


def test_a_release_that_kept_no_manifest_of_dbt_has_no_files(copy: Made, tmp_path: Path):
    (copy.release / DBT_MANIFEST).unlink()
    with opened(copy.release) as release:
        files.write(release, tmp_path / "book")
    assert index(tmp_path / "book/files") == {}


def test_parquet_lies_on_the_disk_once(made: Made, reading: Release):
    for mart in marts(reading):
        assert (made.folder / f"{mart}.parquet").samefile(made.release / f"parquet/marts/{mart}.parquet")


# One truth about each column.

Described = dict[tuple[str, str], tuple[str, str]]


def plain(data_type: str) -> str:
    return data_type.upper().replace(" ", "")


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


def change_database(made: Made, statement: str) -> None:
    with duckdb.connect(str(made.release / DATABASE)) as connection:
        connection.execute(statement)


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


def test_the_dictionary_shows_every_column_its_checks_and_what_is_known_against_it(made: Made, reading: Release):
    page = (made.folder / "dictionary.html").read_text("utf-8")
    assert all(f'<h2 id="{name}">' in page for name in reading.tables)
    with (made.folder / "dictionary.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = {(row["table"], row["column"]): row for row in csv.DictReader(handle)}
    printed = rows["marts.dibao", "expenditure_per_recipient_printed_yuan_per_year"]
    assert printed["unit"] == "yuan per year"
    assert printed["status_column"] == "expenditure_per_recipient_printed_status"
    assert "identity.per_head" in printed["standing_findings"].split()
    assert "standard_yuan_per_month_is_plausible" in rows["marts.dibao", "standard_yuan_per_month"]["checks"].split()
    told = {check for row in rows.values() if not row["column"] for check in row["checks"].split()}
    stated = {check.check for check in reading.manifest.checks if check.table in reading.tables}
    assert stated == told


# CSV.


def test_a_csv_is_its_table(made: Made, reading: Release):
    for mart in marts(reading):
        raw = (made.folder / f"{mart}.csv").read_bytes()
        assert raw.startswith(BOM.encode()) and raw.count(BOM.encode()) == 1
        names, *rows = csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True))
        cursor = reading.connection.execute(f"select cast(columns(*) as varchar) from marts.{mart}")
        assert names == [column[0] for column in cursor.description]
        texts = [["" if value is None else value for value in row] for row in cursor.fetchall()]
        assert sorted(rows) == sorted(texts)


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path):
    with duckdb.connect() as connection:
        connection.execute(
            """create schema marts; create table marts.bad as from (values
            (1, '=1+1', -2.50, date '2020-01-01', true), (2, '-12', 10, null, false), (10, '\u3000@x', 9, null, null))
            as t (id, "a ""b"", c", number, day, flag)"""
        )
        copy_csv(connection, "marts", "bad", tmp_path / "bad.csv")
    assert list(csv.reader((tmp_path / "bad.csv").read_text("utf-8-sig").splitlines())) == [
        ["id", 'a "b", c', "number", "day", "flag"],
        ["1", "'=1+1", "-2.50", "2020-01-01", "true"],
        ["2", "-12", "10.00", "", "false"],
        ["10", "'\u3000@x", "9.00", "", ""],
    ]


# The workbook.


def as_excel(value):
    """A value as a cell gives it back: numbers with 15 digits, days at midnight."""
    if isinstance(value, Decimal):
        return float(f"{value:.15g}")
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)
    return value


def test_the_workbook_has_every_row_of_every_mart_with_its_type(made: Made, reading: Release):
    book = openpyxl.load_workbook(made.folder / "minsheng.xlsx")
    assert book.sheetnames == ["notes", *marts(reading)]
    for mart in marts(reading):
        key = ", ".join(suites.grain(f"marts.{mart}"))
        cursor = reading.connection.execute(f"select * from marts.{mart} order by {key}")
        names = [column[0] for column in cursor.description]
        header, *rows = book[mart].iter_rows(values_only=True)
        assert list(header) == names
        got = [[float(f"{v:.15g}") if isinstance(v, float) else v for v in row] for row in rows]
        assert got == [[as_excel(value) for value in row] for row in cursor.fetchall()]


def test_a_sheet_explains_itself(made: Made, reading: Release):
    book = openpyxl.load_workbook(made.folder / "minsheng.xlsx")
    for mart in marts(reading):
        sheet, table = book[mart], reading.tables[f"marts.{mart}"]
        assert [cell.comment.text.split("\nStatus: ")[0] for cell in sheet[1]] == [c.comment for c in table.columns]
        assert sheet.freeze_panes and sheet.freeze_panes.endswith("2") and sheet.auto_filter.ref
    row = {cell.value: book["dibao"].cell(2, cell.column) for cell in book["dibao"][1]}
    assert row["recipients_persons"].number_format == "#,##0"
    assert row["supplement_standard_ratio"].number_format.startswith("0.0000")
    assert row["period_start"].number_format == "yyyy-mm-dd" and row["period_start"].is_date
    shares = {cell.value: book["dibao_gap"].cell(2, cell.column) for cell in book["dibao_gap"][1]}
    assert shares["rural_recipients_share"].number_format == "0.00%"
    notes = "\n".join(str(v) for r in book["notes"].iter_rows(values_only=True) for v in r if v is not None)
    for row in reading.rows("select citation as told from core.source union all select definition_en from core.unit"):
        assert row["told"] in notes
    assert reading.release_id in notes and "Break in series" in notes and "口径中断" in notes


def test_text_in_the_workbook_stays_text(copy: Made, tmp_path: Path):
    nasty = ["=1+1", "http://example.org", "{=A1}", "x" * 40_000]
    with duckdb.connect(str(copy.release / DATABASE)) as connection:
        for text, row in zip(nasty, (2015, 2016, 2017, 2018)):
            connection.execute("update marts.dibao_gap set caveat_en = ? where year = ?", [text, row])
    with opened(copy.release) as release:
        (facts,) = [facts for facts in metadata.published(release) if facts.table.name == "dibao_gap"]
        workbook.write(release, [facts], tmp_path / "nasty.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "nasty.xlsx")["dibao_gap"]
    place = [cell.value for cell in sheet[1]].index("caveat_en") + 1
    cells = [sheet.cell(row, place) for row in (2, 3, 4, 5)]
    assert [cell.value for cell in cells] == [text[: workbook.CELL] for text in nasty]
    assert {cell.data_type for cell in cells} == {"s"} and not any(cell.hyperlink for cell in cells)


def test_a_mart_that_no_sheet_holds_is_left_to_parquet_and_the_notes_say_so(made: Made, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(workbook, "SHEET_ROWS", 40)
    monkeypatch.setattr(files, "SPREADSHEET_ROWS", 100)
    with opened(made.release) as release:
        files.write(release, tmp_path)
    written = index(tmp_path / "files")
    assert "series.parquet" in written and not {"series.csv", "series.sdmx.csv"} & set(written)
    assert {"series.parquet", "spending_share_of_gdp.csv"} <= set(written)
    assert written["minsheng.xlsx"]["note"].startswith("without series, spending_share_of_gdp: more than 40 rows")
    book = openpyxl.load_workbook(tmp_path / "files/minsheng.xlsx", read_only=True)
    assert "series" not in book.sheetnames and "dibao" in book.sheetnames
    told = [row[2] for row in book["notes"].values if len(row) > 2]
    assert "237 (more than 40, no sheet: see series.parquet)" in told


# SDMX.


def test_pysdmx_reads_the_series_back(made: Made, reading: Release):
    (data,) = read_sdmx(str(made.folder / "series.sdmx.csv")).data
    assert str(data.short_urn) == "DataStructure=MINSHENG:SERIES(1.0)"
    got = {(row["OBSERVATION_ID"], row["TIME_PERIOD"], row["BASE_PERIOD"]): row for row in data.data.to_dict("records")}
    rows = reading.rows("from marts.series")
    assert len(data.data) == len(got) == len(rows)
    for row in rows:
        seen = got[row["observation_id"], row["time_period"], row["base_period"]]
        assert seen["OBS_VALUE"] == "" if row["obs_value"] is None else Decimal(seen["OBS_VALUE"]) == row["obs_value"]
        for column in ("indicator", "ref_area", "counterpart", "unit_measure", "obs_status", "freq"):
            assert seen[column.upper()] == row[column]
        assert seen["COMMENT_OBS_ZH"] == (row["caveat_zh"] or "")


def test_the_structure_has_every_column_and_every_code_of_the_data(made: Made):
    text = (made.folder / "series.structure.json").read_text("utf-8")
    (structure,) = msgspec.json.decode(text, type=JsonStructureMessage).to_model().get_data_structure_definitions()
    (data,) = read_sdmx(str(made.folder / "series.sdmx.csv")).data
    components = {component.id: component for component in structure.components}
    assert set(components) == set(data.data.columns)
    keys = [component.id for component in structure.components.dimensions]
    assert not data.data.duplicated(subset=keys).any()
    for name, component in components.items():
        if component.local_codes:
            assert set(data.data[name]) <= {code.id for code in component.local_codes.items}, name
    coded = {name for name, component in components.items() if component.local_codes}
    assert {"REF_AREA", "INDICATOR", "OBS_STATUS", "UNIT_MEASURE", "SCHEME"} <= coded


# Data contracts.


def test_a_contract_is_one_by_the_standard(made: Made, reading: Release):
    schema = json.loads((Path(open_data_contract_standard.__file__).parent / "schema.json").read_text("utf-8"))
    for mart in marts(reading):
        path = made.folder / f"contracts/{mart}.odcs.yaml"
        jsonschema.validate(yaml.safe_load(path.read_text("utf-8")), schema)
        stated = OpenDataContractStandard.from_file(str(path))
        assert (stated.version, stated.servers[0].type) == (reading.release_id, "duckdb")
        (table,) = stated.schema_
        rules = {rule.name for rule in table.quality}
        assert {check.check for check in reading.manifest.checks if check.table == f"marts.{mart}"} == rules
        key = sorted((c.primaryKeyPosition, c.name) for c in table.properties if c.primaryKey)
        assert [name for _, name in key] in ([], suites.grain(f"marts.{mart}"))
        assert {c.name for c in table.properties if c.required} == {
            c.name for c in reading.tables[f"marts.{mart}"].columns if not c.is_nullable
        }
        assert stated.slaProperties, "how often it can be expected anew"


def rules(made: Made, mart: str) -> dict[str, dict]:
    (table,) = yaml.safe_load((made.folder / f"contracts/{mart}.odcs.yaml").read_text("utf-8"))["schema"]
    return {rule["name"]: rule for rule in table["quality"]}


def test_the_rules_of_a_contract_hold_on_the_published_file(made: Made, reading: Release):
    ran = 0
    for mart in marts(reading):
        for name, rule in rules(made, mart).items():
            if rule["type"] == "sql":
                assert reading.connection.execute(rule["query"]).fetchone() == (rule["mustBe"],), name
                ran += 1
    assert ran > 20


@pytest.mark.parametrize(
    ("mart", "rule", "damage"),
    [
        ("dibao", "residence_is_a_code", "update marts.dibao set residence = 'X' where year = 2016"),
        ("dibao", "year_is_plausible", "update marts.dibao set year = 20160 where year = 2016"),
        ("dibao", "period_has_days", "update marts.dibao set period_end = period_start where year = 2016"),
        ("dibao_gap", "follows_from_dibao", "update marts.dibao_gap set urban_rural_standard_ratio = 9"),
    ],
)
def test_a_rule_of_a_contract_finds_a_wrong_row(mart: str, rule: str, damage: str, copy: Made):
    change_database(copy, damage)
    with opened(copy.release) as release:
        query = rules(copy, mart)[f"audit.marts.{mart}.{rule}"]["query"]
        assert release.connection.execute(query).fetchone()[0] > 0


def test_every_kind_of_expectation_on_a_mart_has_a_translation(reading: Release):
    """A new kind that the contract cannot say stops here, and not in front of a reader."""
    for facts in metadata.published(reading):
        if facts.table.schema == "marts":
            assert facts.expectations and contract.contract(reading, facts)


def test_a_contract_names_only_what_the_release_was_audited_with(made: Made):
    with opened(made.release) as release:
        fewer = [check for check in release.manifest.checks if not check.check.endswith("residence_is_a_code")]
        release.__dict__["manifest"] = replace(release.manifest, checks=fewer)
        (facts,) = [facts for facts in metadata.published(release) if facts.table.name == "dibao"]
        names = {rule["name"] for rule in contract.contract(release, facts)["schema"][0]["quality"]}
    assert "audit.marts.dibao.residence_is_a_code" not in names and "audit.marts.dibao.year_is_plausible" in names


# dbt's documentation.


def test_the_page_of_dbt_tells_of_this_release_and_asks_nobody(made: Made, reading: Release):
    page = (made.folder / "dbt.html").read_text("utf-8")
    assert "INLINE DATA" not in page and "default-src 'none'" in page.split("<body", 1)[0]
    manifest = metadata.dbt_manifest(reading)
    catalog = dbt_docs.catalog(reading, manifest)
    models = {uid for uid, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    assert set(catalog["nodes"]) == models, "work tables as well as published ones"
    columns = catalog["nodes"]["model.minsheng.dibao_gap"]["columns"].values()
    stated = reading.tables["marts.dibao_gap"].columns
    assert [(c["name"], c["type"], c["comment"]) for c in columns] == [(c.name, c.type, c.comment) for c in stated]
    assert str(made.release.parent.parent) not in page, "no path of the machine that built it"
