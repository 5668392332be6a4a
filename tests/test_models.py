"""The dbt project itself: formulas and rules on given rows."""

from __future__ import annotations

import os

import duckdb
import pytest

from orchestration import findings, transform
from orchestration.artifacts import DATABASE
from orchestration.desk import failed_tests
from tests.conftest import Line


def test_dbt_unit_tests_pass(built: Line, line: Line, monkeypatch):
    """Given and expected rows of every formula and rule, on the relations of a real build."""
    with line.paths.lock() as lock:
        release = line.candidate / "release"
        for name in (DATABASE, "work.duckdb"):
            os.chmod(release / name, 0o644)
        # dbt reads the columns of a given source off a table; ours is Parquet.
        with duckdb.connect(str(release / "work.duckdb")) as connection:
            raw = line.candidate / "raw/observation/urban_rural_dibao.parquet"
            connection.execute("create schema raw")
            connection.execute(f"create table raw.observation as from read_parquet('{raw}') limit 0")
        outcome = transform.run(line.paths, line.candidate, ["test", "--select", "test_type:unit"], lock)
    verdicts = {name.split(".")[-1]: status for name, status in outcome.status.items()}
    assert len(verdicts) >= 57 and set(verdicts.values()) == {"pass"}, verdicts


def test_bounds_in_floating_point_are_the_exact_ones(built: Line):
    """Looks that only narrow down allow for an error of 1e-12; what they compare is far closer to the decimals."""
    release = built.paths.current.resolve()
    with duckdb.connect(str(release / "work.duckdb"), read_only=True) as work:
        # As somebody does who opens the file in its folder.
        work.execute(f"set file_search_path = '{release}'")
        for bound in ("low", "high"):
            far = f"abs(approx_{bound} - cast(value_{bound} as double)) > 1e-14 * abs(cast(value_{bound} as double))"
            rows, numbers, wrong = work.execute(
                f"""select count(*), count(value_{bound}),
                    count(*) filter ({far} or (approx_{bound} is null) <> (value_{bound} is null))
                from observation.observation_pass"""
            ).fetchone()
            assert rows > numbers > 300 and wrong == 0


@pytest.mark.parametrize(
    ("dropped", "place"),
    [
        ([], "row 2, column 3: 494.7"),
        (["core.lineage"], "row 2, column 3: 494.7"),
        (["core.lineage", "core.document", "quality.finding_observation"], "row 2, column 3: 494.7"),
        (["core.lineage", "core.observation"], None),
        # What the test itself asks: its rows are gone, and the test is named all the same.
        (["core.lineage", "core.observation", "marts.series"], None),
    ],
)
def test_a_failing_test_is_named_with_its_rows_whatever_was_not_built(
    dropped: list[str], place: str | None, line: Line
):
    """dbt skips what follows a failed test; who reads the candidate does not need it."""
    release = line.candidate / "release"
    os.chmod(release / DATABASE, 0o644)
    with duckdb.connect(str(release / DATABASE)) as connection:
        connection.execute("update marts.dibao set standard_yuan_per_month = 1 where year = 2016 and residence = 'U'")
        for table in dropped:
            connection.execute(f"drop table {table}")
    outcome = transform.Outcome.read(line.candidate / "dbt")
    by_name = {unique_id.split(".")[2]: unique_id for unique_id in outcome.status}
    with findings.open_candidate(line.candidate) as connection:
        failed = failed_tests.read(connection, outcome, by_name["agrees_with_series_dibao_"])
        gate = failed_tests.read(connection, outcome, by_name["no_error_is_unexplained_finding_"])
    (message, *_) = (row["message"] for row in failed.rows)
    if "marts.series" in dropped:
        assert "cannot be read any more" in message and "series" in message
    else:
        assert message == "marts.dibao does not show DIBAO_STANDARD of China (mainland) (country) for 2016"
        assert failed.rows[0]["mart_column"] == "standard_yuan_per_month" and failed.rows[0]["expected"] > 490
    found = {f"row {cell['row']}, column {cell['column']}: {cell['read']}" for cell in failed.cells if "file" in cell}
    assert place in found if place else not found
    assert gate.rows == []
