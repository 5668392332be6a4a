"""The files of a release: every mart in every format, one truth about each column, nothing that a reader trips over."""

from __future__ import annotations

import csv
import datetime
import json
from dataclasses import replace
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
from orchestration.artifacts import DATABASE
from orchestration.release.export import BOM, copy_csv
from orchestration.release.manifest import DBT_MANIFEST
from tests.made_files import Made, change_database
from validations import suites


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
    heads = [cell.value for cell in book["dibao"][1]]
    rows = (dict(zip(heads, cells, strict=True)) for cells in book["dibao"].iter_rows(min_row=2))
    shown = ("recipients_persons", "supplement_standard_ratio")
    row = next(row for row in rows if all(row[name].value is not None for name in shown))
    assert row["recipients_persons"].number_format == "#,##0"
    assert row["supplement_standard_ratio"].number_format.startswith("0.0000")
    assert row["period_start"].number_format == "yyyy-mm-dd" and row["period_start"].is_date
    heads = [cell.value for cell in book["dibao_gap"][1]]
    shares = [cells[heads.index("rural_recipients_share")] for cells in book["dibao_gap"].iter_rows(min_row=2)]
    assert {cell.number_format for cell in shares if cell.value is not None} == {"0.00%"}
    notes = "\n".join(str(v) for r in book["notes"].iter_rows(values_only=True) for v in r if v is not None)
    for row in reading.rows("select citation as told from core.source union all select definition_en from core.unit"):
        assert row["told"] in notes
    assert reading.release_id in notes and "Break in series" in notes and "口径中断" in notes


def test_text_in_the_workbook_stays_text(copy: Made, tmp_path: Path):
    nasty = ["=1+1", "http://example.org", "{=A1}", "x" * 40_000]
    ours = "ref_area = 'CHN' and freq = 'A'"
    with duckdb.connect(str(copy.release / DATABASE)) as connection:
        years = connection.execute(f"select year from marts.dibao_gap where {ours} order by year").fetchall()
        for text, (year,) in zip(nasty, years, strict=False):
            connection.execute(f"update marts.dibao_gap set caveat_en = ? where {ours} and year = ?", [text, year])
    with opened(copy.release) as release:
        (facts,) = [facts for facts in metadata.published(release) if facts.table.name == "dibao_gap"]
        workbook.write(release, [facts], tmp_path / "nasty.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "nasty.xlsx")["dibao_gap"]
    place = [cell.value for cell in sheet[1]].index("caveat_en")
    cells = {row[place].value: row[place] for row in sheet.iter_rows(min_row=2)}
    told = [cells[text[: workbook.CELL]] for text in nasty]
    assert {cell.data_type for cell in told} == {"s"} and not any(cell.hyperlink for cell in told)


def test_a_mart_that_no_sheet_holds_is_left_to_parquet_and_the_notes_say_so(made: Made, tmp_path: Path, monkeypatch):
    with opened(made.release) as release:
        rows = {name: len(release.rows(f"from marts.{name}")) for name in marts(release)}
        # Half of the marts have a sheet, and all but the longest a file of text.
        counts = sorted(rows.values())
        limit = counts[len(counts) // 2]
        monkeypatch.setattr(workbook, "SHEET_ROWS", limit)
        monkeypatch.setattr(files, "SPREADSHEET_ROWS", counts[-2])
        files.write(release, tmp_path)
    long = sorted(name for name, count in rows.items() if count > limit)
    short = next(name for name, count in rows.items() if count <= limit)
    between = next(name for name in long if rows[name] <= counts[-2])
    assert "series" in long
    written = index(tmp_path / "files")
    assert "series.parquet" in written and not {"series.csv", "series.sdmx.csv"} & set(written)
    assert {"series.parquet", f"{between}.csv"} <= set(written)
    assert written["minsheng.xlsx"]["note"].startswith(f"without {', '.join(long)}: more than {limit} rows")
    book = openpyxl.load_workbook(tmp_path / "files/minsheng.xlsx", read_only=True)
    assert "series" not in book.sheetnames and short in book.sheetnames
    told = [row[2] for row in book["notes"].values if len(row) > 2]
    assert f"{rows['series']} (more than {limit}, no sheet: see series.parquet)" in told


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
