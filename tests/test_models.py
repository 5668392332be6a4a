"""The dbt project itself: formulas and rules on given rows, and the order of its groups."""

from __future__ import annotations

import graphlib
import json
import os

import duckdb

from orchestration import transform
from orchestration.release.manifest import DATABASE
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


def test_the_groups_of_the_graph_follow_each_other(built: Line):
    """What people see in the UI walks one way: no group of models leads back to one before it."""
    nodes = json.loads(transform.parsed_manifest(built.paths).read_text("utf-8"))["nodes"]
    before: dict[str, set[str]] = {}
    for node in nodes.values():
        for name in node["depends_on"]["nodes"]:
            if node["resource_type"] == "model" and name in nodes:
                before.setdefault(node["config"]["group"], set()).add(nodes[name]["config"]["group"])
    order = list(graphlib.TopologicalSorter({k: v - {k} for k, v in before.items()}).static_order())
    assert order.index("staging") < order.index("rules") < order.index("core") < order.index("marts")


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
                from intermediate.observation_pass"""
            ).fetchone()
            assert rows > numbers > 300 and wrong == 0
