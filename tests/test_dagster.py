"""The code location: what is in it, and what it says of itself."""

from __future__ import annotations

import dagster as dg

from orchestration.desk import runs
from orchestration.desk.assets import AUDIT_KEY, CANDIDATE_KEY, CURRENT_KEY
from orchestration.desk.assets.book import KEY as BOOK_KEY
from tests.conftest import SOURCE, Line, edit
from tests.dagster_jobs import failure, run


def test_no_asset_depends_on_a_key_that_nobody_makes(definitions):
    graph = definitions.resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if not graph.get(key).is_materializable] == []
    assert len(graph.get_all_asset_keys()) > 30


def test_the_data_walks_one_way(definitions):
    """From the source's folder everything that is published can be reached, and nothing leads back."""
    graph = definitions.resolve_asset_graph()
    below = dg.AssetSelection.assets(dg.AssetKey(["raw", "urban_rural_dibao"])).downstream().resolve(graph)
    assert {
        dg.AssetKey(["marts", "dibao"]),
        dg.AssetKey(["core", "lineage"]),
        CANDIDATE_KEY,
        AUDIT_KEY,
        CURRENT_KEY,
    } <= below
    assert graph.get(CURRENT_KEY).child_keys == {BOOK_KEY}
    assert graph.get(BOOK_KEY).child_keys == set()


def test_every_asset_says_what_it_is(definitions):
    for spec in definitions.resolve_all_asset_specs():
        assert spec.description and spec.owners and spec.kinds, spec.key
        assert not spec.description.startswith("dbt model"), f"{spec.key} has neither a description nor a comment"
        assert spec.group_name != "default", spec.key


def test_every_check_of_a_release_blocks(definitions):
    """What comes after the release is out, its data book, warns; whether a source is late no release waits for."""
    graph = definitions.resolve_job_def("refresh").asset_layer.asset_graph
    everywhere = definitions.resolve_asset_graph()
    checks = [everywhere.get(key) for key in graph.asset_check_keys]
    assert checks and {check.key.asset_key for check in checks if not check.blocking} == {BOOK_KEY}
    assert {key.name for key in everywhere.asset_check_keys - graph.asset_check_keys} == {"is_fresh"}


def test_schedules_are_quarterly_and_yearly_in_shanghai(definitions):
    schedules = {s.name: s for s in definitions.schedules}
    assert set(schedules) == {"quarterly_refresh", "yearly_refresh"}
    assert {s.execution_timezone for s in schedules.values()} == {"Asia/Shanghai"}


def test_every_run_bears_the_mark_of_its_warehouse(definitions, line: Line):
    """Runs of a job from the moment that they are asked for, any other from its first step."""
    for job in ("refresh", "check_source", "promote_candidate", "approve", "rollback"):
        assert runs.MARK in definitions.resolve_job_def(job).run_tags, job
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance, asset_selection=[CURRENT_KEY], raise_on_error=False
        )
        assert instance.get_run_by_id(result.run_id).tags[runs.MARK] == str(line.paths.warehouse)


def test_versions_tell_what_a_changed_page_makes_stale(definitions, line: Line):
    """Of a source whose page changed the version changes, and so does that of each table that follows from it alone."""

    def versions() -> dict[str, str]:
        result = run(definitions)
        assert result.success, failure(result)
        found = {}
        for event in result.get_asset_materialization_events():
            tags = event.materialization.tags or {}
            found[event.asset_key.to_user_string()] = tags["dagster/data_version"]
        return found

    before, same = versions(), versions()
    edit(line.paths.seeds / SOURCE / "table_1.csv", "494.7", "494.6")
    after = versions()
    models = {spec.key.to_user_string() for spec in definitions.resolve_all_asset_specs() if "dbt" in spec.kinds}
    raw = {key for key in before if key.startswith("raw/")}
    assert models < set(before)
    told = models | raw
    assert {key for key in told if same[key] != before[key]} == set(), "nothing changed, nothing is stale"
    changed = {key for key in told if after[key] != before[key]}
    assert "marts/dibao" in changed and changed & raw == {"raw/urban_rural_dibao"}
    assert "core/area" not in changed, "a table that does not follow from the page is not stale"


def test_every_stage_that_works_on_seeds_has_a_code_version(definitions):
    """Raw tables have that of what reads them, a model that of its SQL, its macros and its yml."""
    specs = [spec for spec in definitions.resolve_all_asset_specs() if spec.key.path[0] != "warehouse"]
    assert specs and all(spec.code_version for spec in specs)
    assert len({spec.code_version for spec in specs if "dbt" in spec.kinds}) > 100


# Each gate closes on a fault of its own, and promotion tried alone afterwards refuses.


def test_the_launchpad_says_what_each_setting_means(definitions):
    for job, op in (
        ("refresh", "intake"),
        ("refresh", "warehouse__current"),
        ("approve", "approve_the_candidate"),
        ("promote_candidate", "promote_the_candidate"),
        ("rollback", "roll_back"),
        ("check_source", "check_the_source"),
    ):
        fields = definitions.resolve_job_def(job).get_node_named(op).definition.config_schema.config_type.fields
        assert fields and all(len(field.description or "") > 20 for field in fields.values()), (job, fields)


# A second attempt, where it helps.
