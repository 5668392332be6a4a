"""The code location loaded on a built line, and its jobs run in this process."""

from __future__ import annotations

import importlib
import sys

import dagster as dg
import pytest

from tests.conftest import Line


@pytest.fixture(scope="session")
def definitions(built_of_one: Line):
    """Loaded on the seeds of one source, whatever this process loaded before: `orchestration.definitions` alone asks the
    environment for them. Runs read it anew."""
    module = "orchestration.definitions"
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("MINSHENG_SEEDS", str(built_of_one.paths.seeds))
        monkeypatch.setenv("MINSHENG_WAREHOUSE", str(built_of_one.paths.warehouse))
        sys.modules.pop(module, None)
        return importlib.import_module(module).defs


def run(definitions: dg.Definitions, *keys: dg.AssetKey, job: str = "refresh", **ops: dict):
    """`ops`: the configuration of an op by its name."""
    with dg.DagsterInstance.ephemeral() as instance:
        return definitions.resolve_job_def(job).execute_in_process(
            instance=instance,
            asset_selection=list(keys) or None,
            raise_on_error=False,
            run_config={"ops": {name: {"config": config} for name, config in ops.items()}},
        )


def failure(result) -> str:
    (event,) = [event for event in result.all_events if event.is_step_failure]
    return event.step_failure_data.user_failure_data.description


def failed_checks(result) -> dict[str, dict]:
    evaluations = [
        event.asset_check_evaluation_data
        for event in result.all_events
        if event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    return {f"{e.asset_key.to_user_string()}:{e.check_name}": e.metadata for e in evaluations if not e.passed}
