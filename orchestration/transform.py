"""Stage 2: one `dbt build` of the whole project into the candidate, and what it declares and left."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration import artifacts, fingerprints, surroundings
from orchestration.artifacts import PASSED, WORK_TABLES, Check
from orchestration.paths import ROOT, Paths

DBT = Path(sys.executable).parent / "dbt"
PROJECT_FOLDER = ROOT / "dbt_project"
FOLDERS = ["--project-dir", PROJECT_FOLDER, "--profiles-dir", PROJECT_FOLDER, "--target", "duckdb"]
#: Unit tests prove formulas on given rows; they belong to `make test`, not to every refresh.
BUILD = ["build", "--exclude-resource-type", "unit_test"]
#: dbt ends with 0 if all went well and with 1 if a node failed; anything else cut it off.
FINISHED = (0, 1)
#: In which dbt says how each node went.
RESULTS = "run_results.json"
#: In which another engine than DuckDB says what it is.
TOOLS = "tools.json"


class TransformError(Exception):
    """dbt did not come to an end; nothing that it left may be used."""


def parsed_manifest(paths: Paths) -> Path:
    """The project's parsed manifest under `warehouse/dbt`, parsed again if a file or dbt changed since.

    Raises TransformError if dbt cannot parse the project.
    """
    return _parsed(paths)[0]


def declared(paths: Paths) -> list[Check]:
    """Checks of stage 2 that the project as it lies there declares. Raises TransformError if dbt cannot parse it."""
    return [Check(*check) for check in _parsed(paths)[1]]


def _parsed(paths: Paths) -> tuple[Path, list[list[Any]]]:
    """The parsed manifest, and the checks that it declares: these alone are asked for often."""
    target = paths.warehouse / "dbt"
    manifest, mark = target / "manifest.json", target / "parsed.json"
    digest = hashlib.sha256("".join(f"{name} {version(name)} " for name in ("dbt-core", "dbt-duckdb")).encode())
    for path in project_files():
        digest.update(path.relative_to(PROJECT_FOLDER).as_posix().encode() + path.read_bytes())
    wanted = digest.hexdigest()
    parsed = json.loads(mark.read_text(encoding="utf-8")) if mark.exists() and manifest.exists() else {}
    if parsed.get("project") != wanted or "checks" not in parsed:
        target.mkdir(parents=True, exist_ok=True)
        mark.unlink(missing_ok=True)
        command = [DBT, "--quiet", "parse", *FOLDERS, "--target-path", target, "--log-path", target]
        done = subprocess.run(
            command, cwd=target, env=environment(), capture_output=True, encoding="utf-8", errors="replace", check=False
        )
        if done.returncode != 0:
            raise TransformError(f"dbt cannot parse {PROJECT_FOLDER}:\n{done.stdout}{done.stderr}")
        found = declared_checks(json.loads(manifest.read_text(encoding="utf-8")))
        parsed = {"project": wanted, "checks": [[c.stage, c.table, c.check] for c in found.values()]}
        mark.write_text(json.dumps(parsed), encoding="utf-8")
    return manifest, parsed["checks"]


def project_files() -> list[Path]:
    """The SQL and yml of the dbt project, without what an editor's dbt left beside them."""
    files = [p for p in PROJECT_FOLDER.rglob("*") if p.suffix in (".sql", ".yml") and p.is_file()]
    return sorted(p for p in files if not {"target", "logs"} & set(p.relative_to(PROJECT_FOLDER).parts))


def environment() -> dict[str, str]:
    """This process's environment without what dbt would take an option from; it writes UTF-8."""
    return {**surroundings.sealed(), "PYTHONUTF8": "1"}


def build(paths: Paths, candidate: Path, lock: int) -> Outcome:
    """Build and test the whole project in `candidate`, from nothing. `lock`: the descriptor of the held lock.

    Raises TransformError if dbt did not come to an end; a failed model or test is in the outcome.
    """
    begin(candidate)
    return of_fingerprints(run(paths, candidate, BUILD, lock), candidate)


def begin(candidate: Path) -> None:
    """Empty folders for what this stage leaves."""
    for leftover in ("release", "dbt"):
        artifacts.remove(candidate / leftover)
        (candidate / leftover).mkdir()


def of_fingerprints(outcome: Outcome, candidate: Path) -> Outcome:
    """The outcome with what each whole table was made of, which is written beside the tables too."""
    made_of = fingerprints.of_all(outcome.manifest, candidate / "raw")
    whole = {uid: text for uid, text in made_of.items() if outcome.status.get(uid, "success") == "success"}
    file = candidate / "release" / WORK_TABLES / fingerprints.FILE
    file.write_text(json.dumps(whole, indent=0), encoding="utf-8")
    return replace(outcome, made_of=whole)


def run(paths: Paths, candidate: Path, arguments: Sequence[str], lock: int) -> Outcome:
    """One dbt process on what `candidate` holds, its log passed on line by line.

    It inherits the lock: if this process is killed, no other run begins while dbt still writes.
    """
    target = candidate / "dbt"
    (candidate / "release" / WORK_TABLES).mkdir(exist_ok=True)
    shutil.copyfile(parsed_manifest(paths).with_name("partial_parse.msgpack"), target / "partial_parse.msgpack")
    for stale in (RESULTS, "manifest.json"):
        (target / stale).unlink(missing_ok=True)
    if not DBT.exists():
        raise TransformError(f"{DBT} does not exist: remove .venv and run make again")
    carry_through(
        [DBT, *arguments, *FOLDERS, *places(target), "--no-use-colors"], candidate, environment(), target, lock
    )
    return Outcome.read(target)


def tools_beside(candidate: Path) -> dict[str, str]:
    """Versions of what another engine than DuckDB built `candidate` with; none if it was DuckDB."""
    file = candidate / "dbt" / TOOLS
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def places(target: Path) -> list[str | Path]:
    """dbt's options for the folder into which it writes what it did."""
    return ["--target-path", target, "--log-path", target]


def carry_through(
    command: Sequence[str | Path], candidate: Path, variables: Mapping[str, str], target: Path, lock: int
) -> None:
    """One process of dbt in `candidate`, its log passed on line by line, its results in `target`.

    Raises TransformError if it did not come to an end.
    """
    log = []
    with subprocess.Popen(
        command,
        cwd=candidate,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
        pass_fds=[lock],
    ) as process:
        try:
            for line in process.stdout:
                log.append(line)
                sys.stdout.write(line)
                # Dagster shows it while it builds: without this in blocks of eighty lines or so.
                sys.stdout.flush()
            process.wait()
        except BaseException:
            # Interrupted: what dbt was writing is used by nobody.
            process.kill()
            raise
    if process.returncode not in FINISHED or not (target / RESULTS).exists():
        tail = "".join(log[-30:])
        # Half a result must not be taken for a whole one, by this run or by its re-execution.
        (target / RESULTS).unlink(missing_ok=True)
        raise TransformError(f"dbt ended with code {process.returncode} and did not finish:\n{tail}")


@dataclass(frozen=True)
class Outcome:
    """What one dbt process did: its manifest, and by unique id each node's status, message, rows that failed, and SQL."""

    manifest: dict[str, Any]
    status: dict[str, str]
    messages: dict[str, str]
    failures: dict[str, int]
    compiled: dict[str, str]
    #: The fingerprint of every table that was built whole; only `build` knows them.
    made_of: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, target: Path) -> Outcome:
        """Read `manifest.json` and `run_results.json`. Raises FileNotFoundError if dbt left none."""
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        results = json.loads((target / RESULTS).read_text(encoding="utf-8"))["results"]
        return cls(
            manifest=manifest,
            status={result["unique_id"]: result["status"] for result in results},
            messages={result["unique_id"]: result.get("message") or "" for result in results},
            failures={result["unique_id"]: result.get("failures") or 0 for result in results},
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
