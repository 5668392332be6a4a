"""Stages 2 and 4 as they went before, for the same input: what is not the subject of a test is built once.

    python -m tests.recorded refresh        `python -m orchestration refresh`, with the records of this run of the tests

dbt's build of a project and a raw layer, and the audit of a content, follow from these alone. The first test that
asks for one gets it from dbt or Great Expectations, as users do; the next that asks for the very same, byte by byte,
gets a copy of what they left, in whichever process of the tests it asks. Nothing is kept from one run of the tests to
the next. Where these stages are the subject, the mark `real_stages` leaves the records alone, and what tests
start as `python -m orchestration` never knows of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from orchestration import locks, surroundings, transform
from orchestration.paths import Paths

#: Names the folder of the records; without it every stage is real.
FOLDER = "STAGES_RECORDED_IN"
#: What one dbt process may take from its environment: the models ask for the first, the rest is the machine's.
OF_ENVIRONMENT = ("MINSHENG_MEMORY", "TZ", "LC_ALL", "LANG", "PYTHONHASHSEED")
CANDIDATE = "{candidate}"
#: In the folder of the records: a line for each time that dbt really built, its seconds and the test that asked.
BUILDS = "builds"
_run = transform.run


def install() -> None:
    """Have this process ask the records first; the audit from when the product imported it, which comes with dbt's end."""
    transform.run = run
    if "orchestration.release.audit" in sys.modules:
        _install_audit()


def in_(common: Path) -> dict[str, str]:
    """The environment of a command of a test under `real_stages` whose dbt and audit are not its subject any more."""
    return {FOLDER: str(common)}


@contextmanager
def made_once(folder: Path) -> Iterator[bool]:
    """Whether this process is to make `folder`, which no other makes meanwhile; it is whole when the block ended well."""
    mark = folder.with_name(f"{folder.name}.whole")
    with locks.held(folder.with_name(f"{folder.name}.lock"), tell=lambda text: None):
        if mark.exists():
            yield False
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        yield True
        mark.touch()


def run(paths: Paths, candidate: Path, arguments: Sequence[str], lock: int) -> transform.Outcome:
    """`transform.run`, or what it left the last time it was asked for this: files, log and outcome."""
    _install_audit()
    store = _store()
    if store is None or any(path.is_file() for path in (candidate / "release").rglob("*")):
        return _run(paths, candidate, arguments, lock)
    asked = [arguments, _project(transform.PROJECT_FOLDER), _surroundings(), _files(candidate / "raw")]
    with made_once(kept := store / "dbt" / _key(*asked)) as is_new:
        if is_new:
            began = time.monotonic()
            with _copied_stdout() as log:
                outcome = _run(paths, candidate, arguments, lock)
            _note(store, time.monotonic() - began)
            (kept / "log").write_text("".join(log), encoding="utf-8")
            for part in ("release", "dbt"):
                shutil.copytree(candidate / part, kept / part)
            for name in ("manifest.json", "run_results.json"):
                _exchange(kept / "dbt" / name, str(candidate), CANDIDATE)
            return outcome
    for line in (kept / "log").read_text(encoding="utf-8").splitlines(keepends=True):
        sys.stdout.write(line)
    for part in ("release", "dbt"):
        shutil.copytree(kept / part, candidate / part, dirs_exist_ok=True)
    for name in ("manifest.json", "run_results.json"):
        _exchange(candidate / "dbt" / name, CANDIDATE, str(candidate))
    return transform.Outcome.read(candidate / "dbt")


@cache
def _install_audit() -> None:
    """Not before the product imported it, whose libraries read the environment that it made for them."""
    from orchestration.release import audit

    begin, ask, close = audit.AuditProcess.__init__, audit.AuditProcess.run, audit.AuditProcess.close

    def started(self) -> None:
        self._process = None
        if _store() is None:
            begin(self)

    def asked(self, folder: Path) -> list:
        kept = _kept_audit(folder)
        if kept is None:
            if self._process is None:
                begin(self)
            return ask(self, folder)
        with made_once(kept) as is_new:
            if is_new:
                begin(self)
                found = ask(self, folder)
                shutil.copyfile(folder / audit.AUDIT, kept / audit.AUDIT)
                return found
        report = json.loads((kept / audit.AUDIT).read_text(encoding="utf-8"))
        report["manifest_sha256"] = audit.sha256(folder / audit.MANIFEST)
        (folder / audit.AUDIT).write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return [audit.traced(folder, verdict) for verdict in audit.read_verdicts(folder)]

    def closed(self) -> None:
        if self._process is not None:
            close(self)

    audit.AuditProcess.__init__, audit.AuditProcess.run, audit.AuditProcess.close = started, asked, closed


def _kept_audit(folder: Path) -> Path | None:
    """Where the audit of the content of `folder` is kept; None where the real one is to judge what lies there."""
    import duckdb

    from orchestration.release import audit, content

    store = _store()
    try:
        if store is None or audit.Manifest.read(folder).files.get(audit.DATABASE) != audit.sha256(
            folder / audit.DATABASE
        ):
            return None
        with duckdb.connect(str(folder / audit.DATABASE), read_only=True) as connection:
            columns: dict[tuple[str, str], list[tuple]] = {}
            for schema, name, *column in connection.execute(
                "select schema_name, table_name, column_name, data_type, is_nullable from duckdb_columns()"
                " where not internal order by schema_name, table_name, column_index"
            ).fetchall():
                columns.setdefault((schema, name), []).append(tuple(column))
            (catalog,) = connection.execute("select current_database()").fetchone()
            facts = [
                content.table_facts(connection, catalog, content.PublishedTable(*table, (), tuple(c[0] for c in found)))
                for table, found in columns.items()
            ]
    except (OSError, ValueError, KeyError, TypeError, duckdb.Error):
        return None
    return store / "audit" / _key(list(columns.items()), facts)


def _note(store: Path, seconds: float) -> None:
    """That dbt really built, and for which test: told at the end of the run."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
    with (store / BUILDS).open("a", encoding="utf-8") as file:
        file.write(f"{seconds:.0f} {test}\n")


def _store() -> Path | None:
    folder = os.environ.get(FOLDER)
    return Path(folder) if folder else None


def _key(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _surroundings() -> list[object]:
    """What a result must not depend on; that it does not is for tests to see, so it belongs to what is asked for."""
    sealed = surroundings.sealed()
    return [[(name, sealed.get(name)) for name in OF_ENVIRONMENT], len(os.sched_getaffinity(0))]


@cache
def _project(folder: Path) -> str:
    return _key(_files(folder))


def _files(folder: Path) -> list[tuple[str, str]]:
    """Name and hash of every file that dbt may read in `folder`."""
    return [
        (path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in ("target", "logs")
    ]


def _exchange(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@contextmanager
def _copied_stdout() -> Iterator[list[str]]:
    """The lines that are written to standard output meanwhile."""
    lines: list[str] = []
    write: Callable[[str], object] = sys.stdout.write
    original = sys.stdout

    class Both:
        def write(self, text: str) -> int:
            lines.append(text)
            write(text)
            return len(text)

        def flush(self) -> None:
            original.flush()

    sys.stdout = Both()
    try:
        yield lines
    finally:
        sys.stdout = original


if __name__ == "__main__":
    # As `-m` would find it: under its own name, not under `__main__`.
    from tests import recorded

    recorded.install()
    runpy.run_module("orchestration", run_name="__main__", alter_sys=True)
