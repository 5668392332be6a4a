"""Both engines over the same seeds: every published table of one against the other, value by value and type by type.

    make compare-engines                                     the seeds, built by DuckDB and by Spark
    python -m proofs.engines --of RELEASE OTHER              two folders of releases that stand already
    python -m proofs.engines --unit-tests                    the unit tests of the models, by Spark

Rows are compared as a bag, both ways; types, order of columns, NOT NULL, comments and the content hash as well. What
differs by nature is named here with its reason; anything else ends the command with 1, as does a unit test that fails.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import intake, settings, spark, transform
from orchestration.artifacts import DATABASE
from orchestration.engine import literal, quoted
from orchestration.paths import Paths
from orchestration.release import assemble, candidates
from orchestration.release.manifest import Manifest

ENGINES = {"duckdb": transform.build, "spark": spark.build}
#: Every model with its unit tests, without the tests of its rows.
UNIT_TESTS = ["build", "--exclude-resource-type", "test"]
#: Columns that tell of the engine, not of the figures -> the reason.
BY_NATURE = {("release.info", "tool_versions"): "it names the tools of the build, and Spark is one"}
#: How many rows of a table are shown that only one engine has.
SHOWN = 3


@dataclass(frozen=True)
class Compared:
    """A published table of both: its rows and values in the first, rows that only one has, what else differs."""

    name: str
    rows: int
    values: int
    only_first: int
    only_second: int
    said: tuple[str, ...]
    samples: tuple[str, ...] = ()

    @property
    def differences(self) -> int:
        return self.only_first + self.only_second + len(self.said)


def compare(first: Path, second: Path) -> list[Compared]:
    """The published tables of two releases, held against each other. Raises OSError if a file is not there."""
    with duckdb.connect() as connection:
        for name, folder in (("a", first), ("b", second)):
            connection.execute(f"attach {literal(str(folder / DATABASE))} as {name} (read_only)")
        known = {catalog: _tables(connection, catalog) for catalog in ("a", "b")}
        return [_compared(connection, name, known) for name in sorted(known["a"].keys() | known["b"].keys())]


def _tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, tuple]:
    """What a file says of each table: its comment, and its columns in their order with type, NOT NULL and comment."""
    tables = connection.execute(
        "select schema_name || '.' || table_name, comment from duckdb_tables() where database_name = ?", [catalog]
    ).fetchall()
    columns: dict[str, list[tuple]] = {}
    for name, *column in connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type, is_nullable, comment from duckdb_columns() "
        "where database_name = ? order by schema_name, table_name, column_index",
        [catalog],
    ).fetchall():
        columns.setdefault(name, []).append(tuple(column))
    return {name: (comment, columns[name]) for name, comment in tables}


def _compared(connection: duckdb.DuckDBPyConnection, name: str, known: Mapping[str, Mapping[str, tuple]]) -> Compared:
    first, second = known["a"].get(name), known["b"].get(name)
    if first is None or second is None:
        return Compared(name, 0, 0, 0, 0, ("only one of them has this table",))
    said = ["the comment of the table"] if first[0] != second[0] else []
    said += [f"{a} is {b}" for a, b in zip(first[1], second[1]) if a != b]
    if len(first[1]) != len(second[1]):
        said.append(f"{len(first[1])} columns are {len(second[1])}")
    schema, _, table = name.partition(".")
    names = [column[0] for column in first[1] if (name, column[0]) not in BY_NATURE]
    sides = {c: f"select {', '.join(map(quoted, names))} from {c}.{schema}.{quoted(table)}" for c in "ab"}
    (rows,) = connection.execute(f"select count(*) from a.{schema}.{quoted(table)}").fetchone()
    only, samples = [], []
    for one, other in (("a", "b"), ("b", "a")):
        query = f"({sides[one]}) except all ({sides[other]})"
        only.append(connection.execute(f"select count(*) from ({query})").fetchone()[0])
        found = connection.execute(f"select * from ({query}) order by all limit {SHOWN}").fetchall()
        samples += [f"only in {'first' if one == 'a' else 'second'}: {dict(zip(names, row))}" for row in found]
    return Compared(name, rows, rows * len(names), *only, tuple(said), tuple(samples))


def report(tables: Sequence[Compared], hashes: Sequence[str]) -> tuple[str, bool]:
    """The table for people, and whether both are equal."""
    width = max(len(table.name) for table in tables)
    lines = [f"{'table':{width}}  {'rows':>9}  {'values':>11}  differences"]
    for table in tables:
        lines.append(f"{table.name:{width}}  {table.rows:>9,}  {table.values:>11,}  {table.differences:>11,}")
        lines += [f"    {text}" for text in (*table.said[: 2 * SHOWN], *table.samples)]
    totals = [sum(getattr(t, name) for t in tables) for name in ("rows", "values", "differences")]
    lines.append(f"{f'{len(tables)} tables':{width}}  {totals[0]:>9,}  {totals[1]:>11,}  {totals[2]:>11,}")
    lines += [f"not compared: {table}.{column}: {why}" for (table, column), why in BY_NATURE.items()]
    same = len(set(hashes)) == 1
    lines.append(f"content hash: {hashes[0]}" if same else f"content hashes differ: {', '.join(hashes)}")
    return "\n".join(lines), same and totals[2] == 0


def built(paths: Paths, folder: Path) -> dict[str, Path]:
    """The seeds built by each engine below `folder`, from one intake, as far as the assembled release.

    Raises IntakeError, TransformError, AssembleError as the stages of a run do.
    """
    shutil.rmtree(folder, ignore_errors=True)
    own = Paths(seeds=paths.seeds, warehouse=folder)
    releases = {}
    for name, build in ENGINES.items():
        candidate = own.candidate(name)
        with own.lock() as lock:
            candidates.begin(own, candidate)
            if releases:
                shutil.copytree(own.candidate("duckdb") / "raw", candidate / "raw")
            else:
                intake.write(intake.read(own.seeds, candidate / "spill"), candidate / "raw")
            candidates.note_base(own, candidate)
            start = time.monotonic()
            build(own, candidate, lock)
            print(f"{name}: built in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
            assemble.assemble(own, candidate)
        releases[name] = candidate / "release"
    return releases


def unit_tests(paths: Paths, folder: Path) -> tuple[str, bool]:
    """How each unit test of a model ended by Spark, for people, and whether all hold; their models are built below `folder`.

    Raises IntakeError, TransformError as the stages of a run do.
    """
    shutil.rmtree(folder, ignore_errors=True)
    own = Paths(seeds=paths.seeds, warehouse=folder)
    candidate = own.candidate("spark")
    with own.lock() as lock:
        candidates.begin(own, candidate)
        intake.write(intake.read(own.seeds, candidate / "spill"), candidate / "raw")
        outcome = spark.run(candidate, candidate / "spark" / "tables" / "attempt", lock, UNIT_TESTS)
    ended = {uid: outcome.status.get(uid, "not done") for uid in outcome.manifest["unit_tests"]}
    lines = [f"{uid}: {status}: {outcome.messages.get(uid)}" for uid, status in ended.items() if status != "pass"]
    lines.append(f"{len(ended)} unit tests by Spark, {len(lines)} of which did not pass")
    return "\n".join(lines), bool(ended) and len(lines) == 1


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", nargs=2, type=Path, metavar="RELEASE", help="folders of two releases")
    parser.add_argument("--unit-tests", action="store_true", help="of the models, by Spark")
    options = parser.parse_args(words)
    paths = settings.places([settings.SEEDS, settings.WAREHOUSE])
    if options.unit_tests:
        text, is_equal = unit_tests(paths, paths.warehouse / "comparison")
        print(text)
        return 0 if is_equal else 1
    chosen = options.of or built(paths, paths.warehouse / "comparison").values()
    text, is_equal = report(compare(*chosen), [Manifest.read(folder).content_hash for folder in chosen])
    print(text)
    return 0 if is_equal else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
