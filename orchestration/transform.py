"""Stage 2: one `dbt build` of the whole project into the candidate, and what it declares and left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.manifest import PASSED, Check

#: Unit tests prove formulas on given rows; they belong to `make test`, not to every refresh.
BUILD = ["build", "--exclude-resource-type", "unit_test"]


def environment(candidate: Path) -> dict[str, str]:
    """What dbt needs to know of a run: the folder in which it builds."""
    return {"MINSHENG_CANDIDATE": str(candidate), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}


@dataclass(frozen=True)
class Outcome:
    """What one `dbt build` did: its manifest and the status of each node by unique id."""

    manifest: dict[str, Any]
    status: dict[str, str]
    messages: dict[str, str]
    compiled: dict[str, str]

    @classmethod
    def read(cls, target: Path) -> Outcome:
        """Read `manifest.json` and `run_results.json`. Raises FileNotFoundError if dbt left none."""
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
        return cls(
            manifest=manifest,
            status={result["unique_id"]: result["status"] for result in results},
            messages={result["unique_id"]: result.get("message") or "" for result in results},
            compiled={result["unique_id"]: result.get("compiled_code") or "" for result in results},
        )

    def checks(self) -> list[Check]:
        """The verdict of every check that the project declares."""
        return [
            Check(check.stage, check.table, check.check, *self._verdict(unique_id))
            for unique_id, check in declared_checks(self.manifest).items()
        ]

    def _verdict(self, unique_id: str) -> tuple[str, str]:
        status = self.status.get(unique_id)
        if status is None:
            return "not_run", ""
        return (PASSED if status in ("pass", "success") else "failed"), status


def declared_checks(manifest: dict[str, Any]) -> dict[str, Check]:
    """Checks of stage 2 by dbt's unique id: the contract of each published model, and each data test."""
    checks = {}
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] == "model" and node["config"]["contract"]["enforced"]:
            checks[unique_id] = Check(2, f"{node['schema']}.{node['name']}", f"contract.{node['name']}")
        elif node["resource_type"] == "test":
            parent = manifest["nodes"].get(node.get("attached_node") or "")
            table = f"{parent['schema']}.{parent['name']}" if parent else "warehouse"
            checks[unique_id] = Check(2, table, node["name"])
    return checks
