"""What Superset is given: datasets that are the published marts, and a connection that only reads."""

import zipfile
from pathlib import Path

import duckdb
import pytest
import yaml

from bi.release import opened
from bi.superset import bundle
from orchestration.artifacts import DATABASE
from tests.conftest import Line


@pytest.fixture(scope="module")
def files(built: Line, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The bundle of the built release, by the path of each file in it."""
    archive = tmp_path_factory.mktemp("superset") / "minsheng.zip"
    with opened(built.paths.current) as release:
        bundle.write(release, built.paths.current / DATABASE, archive)
    with zipfile.ZipFile(archive) as held:
        return {name.removeprefix("minsheng/"): yaml.safe_load(held.read(name)) for name in held.namelist()}


def test_every_mart_is_a_dataset_with_its_columns_and_comments(files, built: Line):
    with opened(built.paths.current) as release:
        marts = {name: table for name, table in release.tables.items() if table.schema == "marts"}
    datasets = {f"marts.{d['table_name']}": d for name, d in files.items() if name.startswith("datasets/")}
    assert datasets.keys() == marts.keys()
    for name, dataset in datasets.items():
        held = [(c["column_name"], c["type"], c["description"]) for c in dataset["columns"]]
        assert held == [(c.name, c.type, c.comment) for c in marts[name].columns]


def test_every_chart_of_the_dashboard_leads_to_a_dataset_of_the_database(files):
    charts = {c["uuid"]: c for name, c in files.items() if name.startswith("charts/")}
    datasets = {d["uuid"]: d for name, d in files.items() if name.startswith("datasets/")}
    shown = {
        part["meta"]["uuid"]
        for part in files["dashboards/minsheng.yaml"]["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    }
    assert shown == charts.keys()
    assert {chart["dataset_uuid"] for chart in charts.values()} <= datasets.keys()
    assert {d["database_uuid"] for d in datasets.values()} == {files["databases/minsheng.yaml"]["uuid"]}


def test_the_queries_of_the_charts_run(files, built: Line):
    """The measure of each line and bar, asked for as Superset asks for it."""
    datasets = {d["uuid"]: d["table_name"] for name, d in files.items() if name.startswith("datasets/")}
    with opened(built.paths.current) as release:
        for chart in (c for name, c in files.items() if name.startswith("charts/")):
            params, table = chart["params"], datasets[chart["dataset_uuid"]]
            if params["viz_type"] == "table":
                (rows,) = release.rows(f"select count(*) as n from marts.{table}")
                assert rows["n"] > 0
                continue
            by = ", ".join([params["x_axis"], *params["groupby"]])
            only = " and ".join(f["sqlExpression"] for f in params["adhoc_filters"]) or "true"
            measure = params["metrics"][0]["sqlExpression"]
            points = release.rows(
                f"select {by}, {measure} as y, count(*) as n from marts.{table} where {only} group by {by}"
            )
            assert any(point["y"] is not None for point in points), chart["slice_name"]
            assert all(point["n"] == 1 for point in points), f"{chart['slice_name']}: a point is one row of the mart"


def test_its_connection_reads_the_file_and_nothing_else(files, built: Line, tmp_path: Path):
    database = files["databases/minsheng.yaml"]
    (tmp_path / "secret.csv").write_text("a\n1\n")
    path = database["sqlalchemy_uri"].removeprefix("duckdb:///")
    connection = duckdb.connect(path, **database["extra"]["engine_params"]["connect_args"])
    assert connection.execute("select count(*) from marts.dibao").fetchone()[0] > 0
    for forbidden in (
        f"from read_csv('{tmp_path}/secret.csv')",
        f"copy marts.dibao to '{tmp_path}/out.csv'",
        f"attach '{tmp_path}/other.duckdb'",
        "set enable_external_access = true",
        "delete from marts.dibao",
        "install httpfs",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(forbidden)


def test_what_the_marts_do_not_have_is_named_all_at_once(built: Line, tmp_path: Path, monkeypatch):
    declared = (bundle.HOME / "dashboard.yaml").read_text("utf-8")
    declared = declared.replace("mart: regional_finance", "mart: regional").replace(
        "y: standard_yuan_per_month", "y: standard"
    )
    (tmp_path / "dashboard.yaml").write_text(declared, "utf-8")
    monkeypatch.setattr(bundle, "HOME", tmp_path)
    with opened(built.paths.current) as release, pytest.raises(bundle.BundleError) as wrong:
        bundle.write(release, built.paths.current / DATABASE, tmp_path / "minsheng.zip")
    assert "there is no mart regional" in str(wrong.value) and "has no column standard" in str(wrong.value)
