"""Stage 4: Great Expectations on the very file that will be published, in a process of its own.

    python -m orchestration.release.audit        reads the release folder to audit from standard input

Importing Great Expectations takes seconds, so the process is started early and waits. It
opens the file read-only and writes one thing: `audit.json`, which names the manifest it read.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ClassVar

import duckdb

from orchestration import cells, engine
from orchestration.artifacts import DATABASE, PASSED, sha256
from orchestration.cells import PrintedCell
from orchestration.paths import ROOT
from orchestration.release.manifest import AUDIT, MANIFEST, Manifest
from validations import published
from validations.expectations import NO_ROWS, Expectation

SHOWN_ROWS = 20
#: Beside each other at most; what more would save is less than what they would take.
PROCESSES = 4


@dataclass(frozen=True)
class Verdict:
    """What one expectation found. `rows`: some of the failing rows; `error`: why it could not run; `columns`: those that
    it was about, where it follows from their contracts.

    `cells`: the printed cells behind each of the rows, where they were looked for.
    """

    table: str
    check: str
    verdict: str
    observed: str
    rows: list[dict[str, Any]]
    error: str | None = None
    cells: list[list[PrintedCell]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


class AuditError(Exception):
    """The audit process died or found no whole candidate."""


class AuditProcess:
    """The waiting process. `run` may be called once; `close` ends it if it was not."""

    def __init__(self) -> None:
        environment = {**os.environ, "GX_ANALYTICS_ENABLED": "false", "TQDM_DISABLE": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.release.audit"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, folder: Path) -> list[Verdict]:
        """Audit `folder` and return its verdicts. Raises AuditError if there are none."""
        (folder / AUDIT).unlink(missing_ok=True)
        _, messages = self._process.communicate(f"{folder}\n")
        if self._process.returncode != 0 or not (folder / AUDIT).exists():
            raise AuditError(f"the audit of {folder} ended with code {self._process.returncode}:\n{messages[-4000:]}")
        return [traced(folder, verdict) for verdict in read_verdicts(folder)]

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.communicate()


def read_verdicts(folder: Path) -> list[Verdict]:
    """Verdicts of `audit.json`. Raises OSError, ValueError, KeyError or TypeError if it is not whole."""
    data = json.loads((folder / AUDIT).read_text(encoding="utf-8"))
    return [Verdict(**verdict) for verdict in data["verdicts"]]


def traced(folder: Path, verdict: Verdict) -> Verdict:
    """The verdict with the printed cells that each failing row follows from: file, row, column, text."""
    keys = [cells.row_key(published.tables()[verdict.table].grain, row) for row in verdict.rows]
    if verdict.verdict == PASSED or not all(keys):
        return verdict
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        found = [cells.behind(connection, verdict.table, key, row) for key, row in zip(keys, verdict.rows)]
    rows = [{**row, "printed": "; ".join(map(str, behind))} for row, behind in zip(verdict.rows, found)]
    return replace(verdict, rows=rows, cells=found)


def lines(verdict: Verdict) -> list[str]:
    """A failed verdict for people: the check, then some failing rows with the cells that they follow from."""
    head = f"  {verdict.check}: {verdict.error or verdict.observed}"
    return [head, *(f"    {', '.join(f'{key} {value}' for key, value in row.items())}" for row in verdict.rows[:5])]


def audited_manifest(folder: Path) -> str:
    """sha256 of the manifest that `audit.json` was made for. Raises as `read_verdicts` does."""
    return json.loads((folder / AUDIT).read_text(encoding="utf-8"))["manifest_sha256"]


def audit(folder: Path, expectations: Sequence[Expectation], gx: Any) -> list[Verdict]:
    """Run the expectations on the folder's database, opened read-only, by as many processes as there are cores.

    Each is a copy of this one, so that Great Expectations is imported once, and audits tables of its own. Raises
    AuditError if one of them died.
    """
    of_table: dict[str, list[Expectation]] = {}
    for expectation in expectations:
        of_table.setdefault(expectation.table, []).append(expectation)
    shares = _shares(of_table, min(engine.cores(), len(of_table), PROCESSES))
    fork = multiprocessing.get_context("fork")
    others = []
    for share in shares[1:]:
        ours, theirs = fork.Pipe(duplex=False)
        process = fork.Process(target=_answer, args=(theirs, folder, share, len(shares), gx))
        process.start()
        theirs.close()
        others.append((process, ours))
    verdicts = _of_share(folder, shares[0], len(shares), gx)
    for process, answer in others:
        try:
            verdicts |= answer.recv()
        except EOFError:
            process.join()
            raise AuditError(f"a process of the audit ended with code {process.exitcode}") from None
        process.join()
    return [verdicts[expectation.check] for expectation in expectations if expectation.check in verdicts]


def _answer(asked: Connection, *given: Any) -> None:
    asked.send(_of_share(*given))


def _shares(of_table: Mapping[str, list[Expectation]], number: int) -> list[list[Expectation]]:
    """The expectations in `number` parts of about the same size, no table in two of them."""
    shares: list[list[Expectation]] = [[] for _ in range(max(1, number))]
    for expectations in sorted(of_table.values(), key=len, reverse=True):
        min(shares, key=len).extend(expectations)
    return shares


def _of_share(folder: Path, expectations: Sequence[Expectation], shares: int, gx: Any) -> dict[str, Verdict]:
    """The verdict of each check, by one process; `shares`: how many there are beside each other."""
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    threads = max(1, engine.cores() // shares)
    options = f"access_mode=read_only&memory_limit={engine.memory(shares)}&threads={threads}"
    source = context.data_sources.add_sql(
        "published", connection_string=f"duckdb+published:///{folder / DATABASE}?{options}"
    )
    kinds = {**vars(gx.expectations), NO_ROWS: _counted(gx)}
    by_check = {expectation.check: expectation for expectation in expectations}
    verdicts: dict[str, Verdict] = {}
    for full_name, of_table in groupby(expectations, key=lambda expectation: expectation.table):
        schema, _, table = full_name.partition(".")
        asset = source.add_table_asset(full_name, table_name=table, schema_name=schema)
        batch = asset.add_batch_definition_whole_table("whole").get_batch()
        suite = gx.ExpectationSuite(name=full_name)
        result_format = {
            "result_format": "SUMMARY",
            "partial_unexpected_count": SHOWN_ROWS,
            "unexpected_index_column_names": list(published.tables()[full_name].grain),
        }
        for expectation in of_table:
            configure = kinds[expectation.kind]
            suite.add_expectation(configure(**expectation.arguments, meta={"check": expectation.check}))
        for result in batch.validate(suite, result_format=result_format).results:
            verdict = _verdict(full_name, result.to_json_dict())
            expectation = by_check[verdict.check]
            rows = verdict.rows
            if expectation.kind == NO_ROWS and verdict.verdict != PASSED and not verdict.error:
                with source.get_engine().connect() as connection:
                    found = connection.exec_driver_sql(expectation.query)
                    rows = [_shown(expectation, row) for row in found.mappings().fetchmany(SHOWN_ROWS)]
            verdicts[verdict.check] = replace(verdict, rows=rows, columns=list(expectation.columns))
    return verdicts


def _shown(expectation: Expectation, row: Mapping[str, Any]) -> dict[str, Any]:
    """What is shown of a failing row: of a whole row of the table its key, the columns that the expectation names, and
    what it tells in English; of another row all of it."""
    table = published.tables()[expectation.table]
    if not table.columns.keys() <= row.keys():
        return dict(row)
    named = {*table.grain, *re.findall(r"\w+", expectation.query), published.CAVEATS[0]}
    return {name: value for name, value in row.items() if name in named or name not in table.columns}


def _counted(gx: Any) -> type:
    """Great Expectations' own, which would ask each query twice, for the number of rows and for the rows: where there
    are any, they are fetched afterwards."""

    class CountedRows(gx.expectations.UnexpectedRowsExpectation):
        metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

        def _validate(self, metrics: dict, runtime_configuration: Any = None, execution_engine: Any = None) -> dict:
            count = metrics["unexpected_rows_query.row_count"]
            return {"success": count == 0, "result": {"observed_value": count}}

    return CountedRows


def _verdict(table: str, data: dict[str, Any]) -> Verdict:
    raised = _raised(data["exception_info"])
    result = data["result"]
    rows = result.get("partial_unexpected_index_list") or result.get("partial_unexpected_list") or []
    return Verdict(
        table=table,
        check=data["expectation_config"]["meta"]["check"],
        verdict=PASSED if data["success"] and not raised else "failed",
        observed=str(result.get("observed_value", result.get("unexpected_count", ""))),
        rows=[row if isinstance(row, dict) else {"value": row} for row in rows[:SHOWN_ROWS]],
        error=raised,
    )


def _raised(exception_info: dict[str, Any]) -> str | None:
    """Great Expectations reports a check that could not run as a failure: tell the two apart."""
    entries = [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
    messages = [
        str(entry.get("exception_message")).splitlines()[0] for entry in entries if entry.get("raised_exception")
    ]
    return "; ".join(messages) or None


def _register_dialect() -> None:
    """A dialect whose transactions do nothing.

    Great Expectations fetches after its connection went back to the pool, where the rollback drops
    DuckDB's pending result. The file is opened read-only, so there is nothing to roll back.
    """
    from duckdb_sqlalchemy import Dialect
    from sqlalchemy.dialects import registry

    class Published(Dialect):
        supports_statement_cache = False
        max_identifier_length = 1000  # DuckDB has no limit; the dialect inherits PostgreSQL's 63

        def do_begin(self, dbapi_connection: Any) -> None:
            pass

        def do_commit(self, dbapi_connection: Any) -> None:
            pass

        def do_rollback(self, dbapi_connection: Any) -> None:
            pass

    globals()["Published"] = Published
    registry.register("duckdb.published", __name__, "Published")


def main() -> int:
    import great_expectations as gx

    from validations.suites import declared

    _register_dialect()
    line = sys.stdin.readline().strip()
    if not line:
        return 1
    folder = Path(line)
    manifest_hash = sha256(folder / MANIFEST)
    expected = Manifest.read(folder).files.get(DATABASE)
    if sha256(folder / DATABASE) != expected:
        print(f"{folder / DATABASE} is not the file that the manifest names", file=sys.stderr)
        return 1
    verdicts = audit(folder, list(declared()), gx)
    report = {"manifest_sha256": manifest_hash, "verdicts": [asdict(verdict) for verdict in verdicts]}
    temporary = folder / f".{AUDIT}"
    temporary.write_text(json.dumps(report, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    temporary.rename(folder / AUDIT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
