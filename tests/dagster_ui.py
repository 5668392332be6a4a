"""A running Dagster UI and what it answers: `make ui` on a warehouse of its own, asked through its GraphQL."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.paths import ROOT, Paths

#: Seconds after which a server that does not answer, or a run that does not end, is a failure.
PATIENCE = 900
METADATA = """
    __typename label
    ... on IntMetadataEntry { intValue }
    ... on FloatMetadataEntry { floatValue }
    ... on BoolMetadataEntry { boolValue }
    ... on PathMetadataEntry { path }
    ... on TextMetadataEntry { text }
    ... on MarkdownMetadataEntry { mdStr }
    ... on TableMetadataEntry { table { records } }
    ... on TableSchemaMetadataEntry { schema { columns { name type description constraints { nullable other } } } }
    ... on TableColumnLineageMetadataEntry { lineage { columnName columnDeps { assetKey { path } columnName } } }
    ... on CodeReferencesMetadataEntry { codeReferences { ... on LocalFileCodeReference { filePath label } } }
"""
ASSETS = f"""{{ assetNodes {{
    assetKey {{ path }} description kinds groupName owners {{ ... on TeamAssetOwner {{ team }} }}
    metadataEntries {{ {METADATA} }}
    assetMaterializations(limit: 1) {{ metadataEntries {{ {METADATA} }} }}
}} }}"""
LAUNCHED = "__typename ... on LaunchRunSuccess { run { runId } } ... on InvalidSubsetError { message } ... on PythonError { message }"
LAUNCH = f"mutation ($p: ExecutionParams!) {{ launchPipelineExecution(executionParams: $p) {{ {LAUNCHED} }} }}"
AGAIN = f"mutation ($p: ReexecutionParams!) {{ launchPipelineReexecution(reexecutionParams: $p) {{ {LAUNCHED} }} }}"
RUN = f"""query ($id: ID!, $after: String) {{ runOrError(runId: $id) {{ ... on Run {{ status eventConnection(afterCursor: $after) {{ cursor hasMore events {{
    __typename
    ... on ExecutionStepFailureEvent {{ stepKey failureMetadata {{ description }} }}
    ... on AssetCheckEvaluationEvent {{ evaluation {{
        success checkName severity assetKey {{ path }} metadataEntries {{ {METADATA} }} }} }}
}} }} }} }} }}"""


@dataclass(frozen=True)
class Run:
    """A run that ended. `refusals`: the message of each step that failed; `checks`: `asset:check` with its evaluation."""

    run_id: str
    status: str
    refusals: dict[str, str]
    checks: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Ui:
    """A server at `url` on `paths`."""

    url: str
    paths: Paths

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of a GraphQL query."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.load(response)["data"]

    def assets(self) -> dict[str, dict[str, Any]]:
        """Every asset by key, with its metadata by label: of the definition, then of the last materialization."""
        found = {}
        for node in self.ask(ASSETS)["assetNodes"]:
            latest = [entry for event in node["assetMaterializations"] for entry in event["metadataEntries"]]
            found["/".join(node["assetKey"]["path"])] = node | {"shown": values([*node["metadataEntries"], *latest])}
        return found

    def launch(self, *assets: str, job: str = "__ASSET_JOB", checks: tuple[str, ...] = ()) -> Run:
        """Launch assets, or checks (`asset:check`), or a job; returns when the run ended."""
        selector: dict[str, Any] = {
            "repositoryName": "__repository__",
            "repositoryLocationName": "minsheng",
            "pipelineName": job,
        }
        if assets or checks:
            selector["assetSelection"] = [{"path": key.split("/")} for key in assets]
        if checks:
            selector["assetCheckSelection"] = [
                {"assetKey": {"path": key.split("/")}, "name": name} for key, name in (c.split(":") for c in checks)
            ]
        launched = self.ask(LAUNCH, p={"selector": selector, "runConfigData": {}, "mode": "default"})
        return self.ended(launched["launchPipelineExecution"]["run"]["runId"])

    def newest(self) -> str | None:
        """The id of the run that was created last."""
        found = self.ask("{ runsOrError(limit: 1) { ... on Runs { results { runId } } } }")["runsOrError"]["results"]
        return found[0]["runId"] if found else None

    def again(self, run: Run) -> Run:
        """Re-execute from failure."""
        launched = self.ask(AGAIN, p={"parentRunId": run.run_id, "strategy": "FROM_FAILURE"})
        return self.ended(launched["launchPipelineReexecution"]["run"]["runId"])

    def ended(self, run_id: str) -> Run:
        """The run, once it ended."""
        limit = time.monotonic() + PATIENCE
        while (found := self.ask(RUN, id=run_id)["runOrError"])["status"] not in ("SUCCESS", "FAILURE", "CANCELED"):
            assert time.monotonic() < limit, f"run {run_id} is {found['status']}"
            time.sleep(0.5)
        page = found["eventConnection"]
        events = page["events"]
        while page["hasMore"]:
            page = self.ask(RUN, id=run_id, after=page["cursor"])["runOrError"]["eventConnection"]
            events += page["events"]
        failures = [event for event in events if event["__typename"] == "ExecutionStepFailureEvent"]
        evaluations = [e["evaluation"] for e in events if e["__typename"] == "AssetCheckEvaluationEvent"]
        return Run(
            run_id,
            found["status"],
            {event["stepKey"]: (event["failureMetadata"] or {}).get("description") or "" for event in failures},
            {
                f"{'/'.join(e['assetKey']['path'])}:{e['checkName']}": e | {"shown": values(e["metadataEntries"])}
                for e in evaluations
            },
        )


def values(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Metadata entries by label, each as the plain value that it holds."""
    found = {}
    for entry in entries:
        (value,) = [value for name, value in entry.items() if name not in ("__typename", "label")] or [None]
        if entry["__typename"] == "TableMetadataEntry":
            value = [json.loads(record) for record in value["records"]]
        found[entry["label"]] = value
    return found


@contextmanager
def served(paths: Paths) -> Iterator[Ui]:
    """`make ui` on `paths`, on a free port, with its daemon; ended with all its processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = paths.warehouse.parent / "ui.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "ui", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **paths.environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Ui(_answering(f"http://127.0.0.1:{port}", process, log), paths)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answering(url: str, process: subprocess.Popen, log: Path) -> str:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/server_info", timeout=5):
                return url
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"the UI does not answer:\n{log.read_text(errors='replace')[-4000:]}")
