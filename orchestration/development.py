"""dbt as its users know it, on tables of one's own: `make dbt DO="build -s dibao+"`.

warehouse/development/raw       the seeds as Parquet, read again when they or what reads them changed
                      /release  work.duckdb and minsheng.duckdb, begun as a copy of the current release's
                      /dbt      dbt's target folder

Before a command that reads tables, those above its selection are made what the code and the seeds say now: a table
whose fingerprint is that of the model stands, any other is built first. Nothing here is published, or read by a run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration import artifacts, fingerprints, locks, transform
from orchestration.artifacts import DATABASE, WORK, WORK_TABLES
from orchestration.paths import ROOT, Paths

#: Commands that build what they select, and those that read the tables of it.
BUILDS, READS = {"build", "run"}, {"test", "show", "docs"}
#: Options that choose nodes; each takes words up to the next option.
CHOOSES = {"-s", "--select", "-m", "--model", "--models", "--exclude", "--selector"}
#: Options with which a table is not what its model says.
OTHERWISE = {"--vars", "--empty", "--sample"}
#: What tells whether raw/ is still that of the seeds: they, and the code that reads them.
STAMP = "read_from"


@dataclass(frozen=True)
class Project:
    """The code and the seeds as they lie there: dbt's manifest of the one, the raw Parquet of the others.

    `raw_is_new`: whether the seeds were read again for it. `parsed`: dbt's own manifest.
    """

    manifest: Mapping[str, Any]
    raw: Path
    raw_is_new: bool
    parsed: Any

    def compiled(self, models: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """The SQL of models as dbt would run it, by unique id. Raises TransformError if it cannot be compiled."""
        chosen = _by_path(models)
        done = _invoke(self.parsed, ["--quiet", "compile", "--select", *chosen]) if chosen else None
        if done is not None and not done.success:
            raise transform.TransformError(f"dbt cannot compile {', '.join(chosen)}: {done.exception or ''}")
        return {r.node.unique_id: r.node.compiled_code for r in done.result.results} if done else {}


@contextmanager
def read_anew(paths: Paths) -> Iterator[Project]:
    """The project in `warehouse/development`, its seeds read again if they changed.

    Raises IntakeError if the seeds hold faults, TransformError if dbt cannot parse the code.
    """
    with _held(paths) as folder:
        yield _read(paths, folder)


def dbt(paths: Paths, words: Sequence[str]) -> int:
    """Run one dbt command in `warehouse/development`; returns dbt's exit code.

    Raises IntakeError if the seeds hold faults, TransformError if dbt cannot parse the code, or a table above the
    selection cannot be built.
    """
    with _held(paths) as folder:
        if not words or words[0] not in BUILDS | READS:
            return _code(_invoke(None, words or ["--help"]))
        project = _read(paths, folder)
        manifest, parsed = project.manifest, project.parsed
        wanted = fingerprints.of_models(manifest, project.raw)
        standing = _Standing(paths, folder)
        chosen = _chosen(parsed, manifest, words)
        built = {uid for uid in chosen if uid in wanted} if words[0] in BUILDS else set()
        _name_sources(manifest, folder, project.raw_is_new)
        read = _above(chosen, manifest) | (chosen if _inline(words) else set())
        if stale := to_build(read, built, manifest, {uid for uid in wanted if standing.of(uid) != wanted[uid]}):
            nodes = [manifest["nodes"][uid] for uid in sorted(stale)]
            print(f"Built first, since code or seeds changed: {_listed(nodes)}", file=sys.stderr, flush=True)
            standing.forget(stale)
            standing.note(_invoke(parsed, ["--quiet", "run", "--select", *_by_path(nodes)]), wanted)
            if failed := [node for node in nodes if standing.of(node["unique_id"]) != wanted[node["unique_id"]]]:
                raise transform.TransformError(f"the tables above the selection could not be built: {_listed(failed)}")
        standing.forget(built)
        result = _invoke(parsed, words)
        if built and not OTHERWISE & {word.split("=")[0] for word in words}:
            standing.note(result, wanted)
        return _code(result)


@contextmanager
def _held(paths: Paths) -> Iterator[Path]:
    """The folder, held for one command; it is the working directory, from which the paths of the profile lead."""
    folder = paths.warehouse / "development"
    with locks.held(folder / ".lock", "make dbt"):
        target = folder / "dbt"
        target.mkdir(exist_ok=True)
        begun = paths.warehouse / "dbt" / "partial_parse.msgpack"
        if begun.exists() and not (target / begun.name).exists():
            shutil.copyfile(begun, target / begun.name)
        (folder / "release" / WORK_TABLES).mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
        yield folder


def _read(paths: Paths, folder: Path) -> Project:
    is_new = _bring_raw_up(paths, folder)
    parsed = _invoke(None, ["--quiet", "parse"])
    if not parsed.success:
        raise transform.TransformError(f"dbt cannot parse the project: {parsed.exception or ''}")
    manifest = json.loads((folder / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    return Project(manifest, folder / "raw", is_new, parsed.result)


def _by_path(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Models as dbt's selector names them, by their whole path: a name alone may be that of a folder, too."""
    return [f"fqn:{'.'.join(node['fqn'])}" for node in nodes]


def _name_sources(manifest: Mapping[str, Any], folder: Path, is_new: bool) -> None:
    """Empty tables of the names and columns of the raw files: unit tests take the columns of what they make up from them."""
    with duckdb.connect(str(folder / "release" / WORK)) as connection:
        known = {
            tuple(row) for row in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        }
        for source in manifest["sources"].values():
            name = (source["schema"], source["identifier"])
            files = source["meta"]["external_location"].format(name=source["name"])
            if is_new or name not in known:
                connection.execute(f'create schema if not exists "{name[0]}"')
                connection.execute(f'create or replace table "{name[0]}"."{name[1]}" as select * from {files} limit 0')


def _invoke(manifest: Any, words: Sequence[str]) -> Any:
    """One command of dbt in this process; what was parsed once is not parsed again."""
    from dbt.cli.main import dbtRunner

    asks = not words or words[-1] in ("--help", "-h", "--version", "-v", "-V")
    ours = [] if asks else [*transform.FOLDERS, "--target-path", Path.cwd() / "dbt", "--log-path", Path.cwd() / "dbt"]
    return dbtRunner(manifest=manifest).invoke([*words, *(str(word) for word in ours)])


def _code(result: Any) -> int:
    """As dbt's own command line ends: 0, 1 if a node failed, 2 if the command could not be done, which is said."""
    if result.exception is not None:
        print(result.exception, file=sys.stderr)
        return 2
    return 0 if result.success else 1


def _bring_raw_up(paths: Paths, folder: Path) -> bool:
    """Read the seeds again if they, or what reads them, changed since; whether they did. Raises IntakeError, with all
    faults."""
    raw, stamp = folder / "raw", _stamp(paths)
    if (raw / STAMP).exists() and (raw / STAMP).read_text(encoding="utf-8") == stamp:
        return False
    from orchestration import intake

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    tell("Reading the seeds ...")
    fresh = folder / "raw.new"
    artifacts.remove(fresh)
    intake.write(intake.read(paths.seeds, folder / "spill", tell), fresh, tell)
    (fresh / STAMP).write_text(stamp, encoding="utf-8")
    artifacts.remove(raw)
    fresh.rename(raw)
    return True


def _stamp(paths: Paths) -> str:
    """Names, sizes and times of the seeds and of the modules that read them."""
    digest = hashlib.sha256()
    for root in (paths.seeds, *(ROOT / name for name in fingerprints.READERS)):
        for name, folders, files in os.walk(root):
            folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
            for file in sorted(files):
                facts = os.stat(os.path.join(name, file))
                digest.update(f"{name}/{file} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _chosen(parsed: Any, manifest: Mapping[str, Any], words: Sequence[str]) -> set[str]:
    """The unique ids of the nodes that a command is about; of a query on the command line, of those that it reads."""
    if inline := _inline(words):
        return {uid for uid, node in manifest["nodes"].items() if node["name"] in inline}
    taken, choosing = [], False
    for word in words[1:]:
        choosing = word.split("=")[0] in CHOOSES or (choosing and not word.startswith("-"))
        taken += [word] if choosing else []
    # To show a model, what its tests read is not needed.
    kind = ["--resource-type", "model"] if words[0] == "show" else []
    listed = _invoke(parsed, ["--quiet", "ls", "--output", "json", "--output-keys", "unique_id", *kind, *taken])
    return {json.loads(line)["unique_id"] for line in listed.result or () if line.startswith("{")}


def _inline(words: Sequence[str]) -> list[str]:
    """The models that a query on the command line names; none of another command."""
    return re.findall(r"ref\(\s*['\"](\w+)['\"]", " ".join(words)) if "--inline" in " ".join(words) else []


def _above(chosen: Iterable[str], manifest: Mapping[str, Any]) -> set[str]:
    """The models that the chosen nodes read, near and far; of a chosen test those that it tests."""
    parents = manifest["parent_map"]
    found: set[str] = set()
    waiting = [parent for uid in chosen for parent in parents.get(uid, ())]
    while waiting:
        uid = waiting.pop()
        if uid not in found:
            found.add(uid)
            waiting += parents.get(uid, ())
    return found


def to_build(read: set[str], built: set[str], manifest: Mapping[str, Any], changed: set[str]) -> set[str]:
    """The tables to build before a command: those that it reads and that changed, and what these read of the same kind.

    `built`: what the command builds itself, so that only what another of them stands upon is built before.
    """
    first = (read & changed) - built
    return first | (_above(first, manifest) & changed)


def _listed(nodes: Sequence[Mapping[str, Any]], most: int = 8) -> str:
    names = sorted(node["name"] for node in nodes)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


class _Standing:
    """The fingerprints of the tables that stand in the folder; with none, it begins as a copy of the current release's."""

    def __init__(self, paths: Paths, folder: Path):
        self._file = folder / "release" / WORK_TABLES / fingerprints.FILE
        if not self._file.exists() or not (folder / "release" / WORK).exists():
            self._copy(paths.current, folder / "release")
        self._of: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}

    def of(self, uid: str) -> str | None:
        return self._of.get(uid)

    def forget(self, models: Iterable[str]) -> None:
        """While models are built they have no fingerprint: whatever ends dbt, no half of a table is taken for a whole one."""
        self._set(dict.fromkeys(models))

    def note(self, result: Any, wanted: Mapping[str, str]) -> None:
        """What dbt built whole is from now on what its fingerprint says."""
        whole = [r.node.unique_id for r in getattr(result.result, "results", ()) if str(r.status) == "success"]
        self._set({uid: wanted[uid] for uid in whole if uid in wanted})

    def _set(self, of: Mapping[str, str | None]) -> None:
        if of:
            self._of = {uid: text for uid, text in {**self._of, **of}.items() if text}
            self._file.write_text(json.dumps(self._of, indent=0), encoding="utf-8")

    @staticmethod
    def _copy(current: Path, release: Path) -> None:
        """Tables as of the current release, if it says what they were made of; else the folder begins empty."""
        artifacts.remove(release)
        (release / WORK_TABLES).mkdir(parents=True)
        if (current / WORK_TABLES / fingerprints.FILE).exists():
            for file in (DATABASE, WORK, *(f"{WORK_TABLES}/{p.name}" for p in (current / WORK_TABLES).iterdir())):
                shutil.copyfile(current / file, release / file)
